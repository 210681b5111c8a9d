//! Configuration from environment variables and command-line options, read once at startup. The doc
//! comments of the fields are the help text of `scribble serve`.

mod fraud;
mod generators;
mod limits;

use std::{net::SocketAddr, path::PathBuf};

use axum::http::uri::Authority;
use clap::{Args, ValueEnum};
use percent_encoding::percent_decode_str;

pub use fraud::{Captcha, FraudSettings};
pub use generators::{GeneratorSettings, Provider};
pub use limits::LimitSettings;

use crate::Error;

/// Development or production defaults.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Environment {
    /// Plain http, mails in a local outbox, a well-known secret.
    Dev,
    /// Requires real secrets.
    Production,
}

/// Where files are stored.
pub enum Storage {
    Folder(PathBuf),
    /// An S3 bucket. The settings are named like the `AWS_*` variables; a later one overrides an
    /// earlier one.
    Bucket {
        name: String,
        settings: Vec<(String, String)>,
    },
}

#[derive(Args, Clone)]
pub struct Config {
    /// `dev` or `production`
    #[arg(long, env = "SCRIBBLE_ENV", value_enum, default_value = "dev")]
    pub env: Environment,

    /// Address to listen on
    #[arg(long, env = "SCRIBBLE_ADDR", default_value = "127.0.0.1:3000")]
    pub addr: SocketAddr,

    /// URL of the site without a path; links in mails start with it [default: http:// and the
    /// listening address]
    #[arg(long, env = "SCRIBBLE_PUBLIC_URL")]
    public_url: Option<String>,

    /// Folder for the database, stored files and mail outbox, unless set otherwise
    #[arg(long, env = "SCRIBBLE_DATA_DIR", default_value = "data")]
    pub data_dir: PathBuf,

    /// Database: sqlite:PATH or postgres://... [default: SQLite in the data folder]
    #[arg(long, env = "SCRIBBLE_DATABASE_URL", hide_env_values = true)]
    database_url: Option<String>,

    /// Where files are stored: file:///PATH, or s3://BUCKET with the usual AWS_* variables. They
    /// can also be given in the URL: s3://BUCKET?region=..&endpoint=http://..; set
    /// public_endpoint=https://.. if clients that upload to the bucket reach it at another address
    /// [default: the data folder]
    #[arg(long, env = "SCRIBBLE_STORAGE_URL", hide_env_values = true)]
    storage_url: Option<String>,

    /// How mail is sent: smtp://USER:PASSWORD@HOST:587?tls=required, smtps://..., or `outbox`,
    /// which stores it in the data folder and shows it at /dev/mail in dev
    #[arg(long, env = "SCRIBBLE_MAIL_URL", hide_env_values = true, default_value = "outbox")]
    pub mail_url: String,

    /// Sender of mails [default: Scribble Machine <no-reply@ the host of SCRIBBLE_PUBLIC_URL>]
    #[arg(long, env = "SCRIBBLE_MAIL_FROM")]
    mail_from: Option<String>,

    /// Require a mailed code for a sign-in with the right password in a browser that is new to the
    /// account [default: on in production]
    #[arg(long, env = "SCRIBBLE_NEW_DEVICE_CODE")]
    new_device_code: Option<bool>,

    /// Offer guest sessions, which keep pages without an account
    #[arg(long, env = "SCRIBBLE_SITE_GUESTS", default_value_t = false, action = clap::ArgAction::Set)]
    pub site_guests: bool,

    /// Secret of at least 32 characters from which all keys are derived; required in production
    #[arg(long, env = "SCRIBBLE_SECRET_KEY", hide_env_values = true)]
    secret_key: Option<String>,

    /// Folder of the built browser assets
    #[arg(long, env = "SCRIBBLE_SITE_DIR", default_value = "target/site")]
    pub site_dir: PathBuf,

    /// Set by `cargo leptos watch`, which adds a reload script to each screen
    #[arg(long, env = "LEPTOS_WATCH", hide = true)]
    watch: Option<String>,

    /// Days until a photo is deleted
    #[arg(long, env = "SCRIBBLE_KEEP_ORIGINAL_DAYS", default_value_t = 30, value_parser = clap::value_parser!(u32).range(..=36_500))]
    pub keep_original_days: u32,

    /// Days until a page is deleted, unless its owner extends it
    #[arg(long, env = "SCRIBBLE_KEEP_PAGE_DAYS", default_value_t = 90, value_parser = clap::value_parser!(u32).range(..=36_500))]
    pub keep_page_days: u32,

    /// Hours until intermediate files of a generation are deleted
    #[arg(long, env = "SCRIBBLE_KEEP_INTERMEDIATE_HOURS", default_value_t = 48, value_parser = clap::value_parser!(u32).range(1..=8760))]
    pub keep_intermediate_hours: u32,

    /// Hours until a photo that was uploaded without a session is deleted, unless an account claims
    /// it
    #[arg(long, env = "SCRIBBLE_KEEP_GUEST_UPLOAD_HOURS", default_value_t = 24, value_parser = clap::value_parser!(u32).range(1..=8760))]
    pub keep_guest_upload_hours: u32,

    /// Secret of at least 32 characters for schedulers that start jobs by HTTP; without one that is
    /// disabled
    #[arg(long, env = "SCRIBBLE_CRON_SECRET", hide_env_values = true)]
    cron_secret: Option<String>,

    /// Redis that notifies all processes of new jobs: redis://HOST [default: notifications by the
    /// database]
    #[arg(long, env = "SCRIBBLE_REDIS_URL", hide_env_values = true)]
    redis_url: Option<String>,

    /// Pages of one account that are drawn at the same time
    #[arg(long, env = "SCRIBBLE_JOBS_PER_PERSON", default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub jobs_per_person: u32,

    /// Seconds without a sign of life after which a worker's job is given to another
    #[arg(long, env = "SCRIBBLE_LEASE_SECONDS", default_value_t = 15, value_parser = clap::value_parser!(u32).range(1..=3600))]
    pub lease_seconds: u32,

    #[command(flatten)]
    pub generator: GeneratorSettings,

    #[command(flatten)]
    pub limits: LimitSettings,

    #[command(flatten)]
    pub fraud: FraudSettings,
}

/// Proof that the server runs in development mode: a parameter of functions that production must
/// not reach.
#[derive(Clone, Copy, Debug)]
pub struct DevMode(());

/// Public, so for development only.
const DEV_SECRET: &str = "scribble machine development secret";

impl Config {
    pub fn is_dev(&self) -> bool {
        self.env == Environment::Dev
    }

    /// Returns the proof of development mode; `None` in production.
    pub fn dev_mode(&self) -> Option<DevMode> {
        self.is_dev().then_some(DevMode(()))
    }

    /// Whether a sign-in from a new browser needs a mailed code as well.
    pub fn requires_new_device_code(&self) -> bool {
        self.new_device_code.unwrap_or(!self.is_dev())
    }

    /// Whether rate limits apply. Off by default in dev, where all requests come from one address.
    pub fn enforces_limits(&self) -> bool {
        self.limits.limits.unwrap_or(!self.is_dev())
    }

    /// The CAPTCHA that sign-ups require.
    pub fn captcha(&self) -> Captcha {
        self.fraud.captcha.unwrap_or(if self.is_dev() { Captcha::Off } else { Captcha::Altcha })
    }

    /// Path of an additional list of disposable domains, one per line.
    pub fn disposable_domains(&self) -> PathBuf {
        self.fraud.disposable_domains.clone().unwrap_or_else(|| self.data_dir.join("disposable-domains.txt"))
    }

    /// Sender of mails, by default `no-reply` at the site's host.
    pub fn mail_from(&self) -> String {
        match &self.mail_from {
            Some(from) => from.clone(),
            None => {
                let url = self.public_url();
                let host = url.split("://").last().and_then(|rest| rest.split(':').next()).unwrap_or_default();
                format!("Scribble Machine <no-reply@{host}>")
            }
        }
    }

    /// Whether `cargo leptos watch` runs this server and injects its reload script.
    pub fn is_live_reload(&self) -> bool {
        self.is_dev() && self.watch.is_some()
    }

    /// Whether the site is reached by https; without it, neither `Secure` cookies nor HSTS work.
    pub fn is_https(&self) -> bool {
        !self.is_dev() || self.public_url().starts_with("https://")
    }

    /// The site's origin as browsers write it: scheme and host in lower case, no trailing slash.
    pub fn public_url(&self) -> String {
        match &self.public_url {
            Some(url) => url.trim_end_matches('/').to_ascii_lowercase(),
            None => format!("http://{}", self.addr),
        }
    }

    /// Checks settings that depend on each other or on a format. Called at startup.
    ///
    /// # Errors
    /// Names the first invalid setting.
    pub fn validate(&self) -> Result<(), Error> {
        let url = self.public_url();
        let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
        if !host.is_some_and(|host| !host.is_empty() && host.parse::<Authority>().is_ok()) {
            return Err(Error::config("SCRIBBLE_PUBLIC_URL has to be http:// or https:// and a host, without a path"));
        }
        let database = self.database_url();
        if !["sqlite:", "postgres:", "postgresql:"].iter().any(|scheme| database.starts_with(scheme)) {
            return Err(Error::config("SCRIBBLE_DATABASE_URL has to start with sqlite: or postgres://"));
        }
        if !self.is_dev() && self.cron_secret().is_some_and(|secret| secret.len() < 32) {
            return Err(Error::config("SCRIBBLE_CRON_SECRET has to be at least 32 characters long"));
        }
        if !self.is_dev() && self.public_url.is_none() {
            tracing::warn!("SCRIBBLE_PUBLIC_URL is not set: browsers are rejected unless they use {url}");
        }
        if !self.is_dev() && self.mail_url == "outbox" {
            tracing::warn!("SCRIBBLE_MAIL_URL is the outbox: no mail leaves this machine");
        }
        self.fraud.validate()
    }

    /// The database URL. An empty variable counts as unset.
    pub fn database_url(&self) -> String {
        match &self.database_url {
            Some(url) if !url.is_empty() => url.clone(),
            _ => format!("sqlite:{}", self.data_dir.join("scribble.db").display()),
        }
    }

    /// Where files are stored.
    ///
    /// # Errors
    /// When `SCRIBBLE_STORAGE_URL` is malformed.
    pub fn storage(&self) -> Result<Storage, Error> {
        let Some(url) = self.storage_url.as_deref().filter(|url| !url.is_empty()) else {
            return Ok(Storage::Folder(self.data_dir.join("files")));
        };
        if let Some(path) = url.strip_prefix("file://") {
            return Ok(Storage::Folder(path.into()));
        }
        let invalid =
            || Error::config("SCRIBBLE_STORAGE_URL has to be file:///PATH or s3://BUCKET, with settings after a ?");
        let (name, query) = url.strip_prefix("s3://").ok_or_else(invalid)?.split_once('?').unwrap_or_else(|| {
            // No query string.
            (url.trim_start_matches("s3://"), "")
        });
        let name = name.trim_end_matches('/');
        if name.is_empty() || name.contains('/') {
            return Err(invalid());
        }
        let mut settings: Vec<_> = std::env::vars().filter(|(variable, _)| variable.starts_with("AWS_")).collect();
        for part in query.split('&').filter(|part| !part.is_empty()) {
            let (key, value) = part.split_once('=').ok_or_else(invalid)?;
            let value = percent_decode_str(value).decode_utf8().map_err(|_| invalid())?;
            settings.push((key.to_owned(), value.into_owned()));
        }
        Ok(Storage::Bucket { name: name.to_owned(), settings })
    }

    /// The Redis URL, if set.
    pub fn redis_url(&self) -> Option<&str> {
        self.redis_url.as_deref().filter(|url| !url.is_empty())
    }

    /// The secret for schedulers, if set.
    pub fn cron_secret(&self) -> Option<&str> {
        self.cron_secret.as_deref().filter(|secret| !secret.is_empty())
    }

    /// # Errors
    /// In production, when the secret is missing, short or the one of development.
    pub fn secret_key(&self) -> Result<&str, Error> {
        match self.secret_key.as_deref() {
            Some(secret) if self.is_dev() || (secret.len() >= 32 && secret != DEV_SECRET) => Ok(secret),
            None if self.is_dev() => Ok(DEV_SECRET),
            _ => Err(Error::config("SCRIBBLE_SECRET_KEY has to be set to a secret of at least 32 characters")),
        }
    }
}
