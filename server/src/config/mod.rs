//! The environment, read once at the start. The doc comments are the help text of `scribble serve`.

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

/// How strict to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Environment {
    /// Plain http, a mail outbox on the site itself, a secret that everyone knows.
    Dev,
    /// Refuses to start without real secrets.
    Production,
}

/// Where files are kept.
pub enum Storage {
    Folder(PathBuf),
    /// An S3 bucket with settings named as `AWS_*` variables, of which a later one replaces an earlier.
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

    /// Address that people see; links in mails start with it [default: http:// and the listening address]
    #[arg(long, env = "SCRIBBLE_PUBLIC_URL")]
    public_url: Option<String>,

    /// Folder for whatever has no address of its own: database, files, mail outbox
    #[arg(long, env = "SCRIBBLE_DATA_DIR", default_value = "data")]
    pub data_dir: PathBuf,

    /// Database: sqlite:PATH or postgres://... [default: SQLite in the data folder]
    #[arg(long, env = "SCRIBBLE_DATABASE_URL", hide_env_values = true)]
    database_url: Option<String>,

    /// Where files are kept: file:///PATH, or s3://BUCKET with the usual AWS_* variables, of which any can also stand
    /// in the address: s3://BUCKET?region=..&endpoint=http://..; with public_endpoint=https://.. if those who send a photo
    /// straight to the bucket reach it elsewhere [default: the data folder]
    #[arg(long, env = "SCRIBBLE_STORAGE_URL", hide_env_values = true)]
    storage_url: Option<String>,

    /// How mail leaves: smtp://USER:PASSWORD@HOST:587?tls=required, smtps://..., or `outbox`, which keeps it in the data
    /// folder and shows it at /dev/mail in dev
    #[arg(long, env = "SCRIBBLE_MAIL_URL", hide_env_values = true, default_value = "outbox")]
    pub mail_url: String,

    /// Whom mails are from [default: Scribble Machine <no-reply@ the host of SCRIBBLE_PUBLIC_URL>]
    #[arg(long, env = "SCRIBBLE_MAIL_FROM")]
    mail_from: Option<String>,

    /// Ask for a mailed code when the password is right but the browser was never seen [default: on in production]
    #[arg(long, env = "SCRIBBLE_NEW_DEVICE_CODE")]
    new_device_code: Option<bool>,

    /// Offer on the site to keep pages without an account
    #[arg(long, env = "SCRIBBLE_SITE_GUESTS", default_value_t = false, action = clap::ArgAction::Set)]
    pub site_guests: bool,

    /// Secret of at least 32 characters from which all keys are derived; needed in production
    #[arg(long, env = "SCRIBBLE_SECRET_KEY", hide_env_values = true)]
    secret_key: Option<String>,

    /// Folder of the built browser side
    #[arg(long, env = "SCRIBBLE_SITE_DIR", default_value = "target/site")]
    pub site_dir: PathBuf,

    /// Set by `cargo leptos watch`, which puts a script of its own into each screen
    #[arg(long, env = "LEPTOS_WATCH", hide = true)]
    watch: Option<String>,

    /// Days a photo is kept
    #[arg(long, env = "SCRIBBLE_KEEP_ORIGINAL_DAYS", default_value_t = 30, value_parser = clap::value_parser!(u32).range(..=36_500))]
    pub keep_original_days: u32,

    /// Days a page is kept unless its owner keeps it longer
    #[arg(long, env = "SCRIBBLE_KEEP_PAGE_DAYS", default_value_t = 90, value_parser = clap::value_parser!(u32).range(..=36_500))]
    pub keep_page_days: u32,

    /// Hours that what a step leaves for the next is kept
    #[arg(long, env = "SCRIBBLE_KEEP_INTERMEDIATE_HOURS", default_value_t = 48, value_parser = clap::value_parser!(u32).range(1..=8760))]
    pub keep_intermediate_hours: u32,

    /// Hours that a photo is kept which nobody signed in for
    #[arg(long, env = "SCRIBBLE_KEEP_GUEST_UPLOAD_HOURS", default_value_t = 24, value_parser = clap::value_parser!(u32).range(1..=8760))]
    pub keep_guest_upload_hours: u32,

    /// Secret with which a scheduler may ask for work to be done, at least 32 characters; without one none may
    #[arg(long, env = "SCRIBBLE_CRON_SECRET", hide_env_values = true)]
    cron_secret: Option<String>,

    /// Redis that tells all processes at once that there is work: redis://HOST [default: the database tells]
    #[arg(long, env = "SCRIBBLE_REDIS_URL", hide_env_values = true)]
    redis_url: Option<String>,

    /// Pages of one person that are drawn at the same time
    #[arg(long, env = "SCRIBBLE_JOBS_PER_PERSON", default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub jobs_per_person: u32,

    /// Seconds a worker may be silent before its job is given to another
    #[arg(long, env = "SCRIBBLE_LEASE_SECONDS", default_value_t = 15, value_parser = clap::value_parser!(u32).range(1..=3600))]
    pub lease_seconds: u32,

    #[command(flatten)]
    pub generator: GeneratorSettings,

    #[command(flatten)]
    pub limits: LimitSettings,

    #[command(flatten)]
    pub fraud: FraudSettings,
}

/// Proof that this is a development server.
#[derive(Clone, Copy, Debug)]
pub struct DevMode(());

/// Known to everyone who reads this: only good where nothing is at stake.
const DEV_SECRET: &str = "scribble machine development secret";

impl Config {
    pub fn is_dev(&self) -> bool {
        self.env == Environment::Dev
    }

    /// What is there for development alone takes one of these, and in production there is none.
    pub fn dev_mode(&self) -> Option<DevMode> {
        self.is_dev().then_some(DevMode(()))
    }

    /// A password that is right is not enough from a browser that was never seen.
    pub fn requires_new_device_code(&self) -> bool {
        self.new_device_code.unwrap_or(!self.is_dev())
    }

    /// In dev everybody shares the address of this machine, and a developer signs up a hundred times a day.
    pub fn enforces_limits(&self) -> bool {
        self.limits.limits.unwrap_or(!self.is_dev())
    }

    /// What a sign-up has to bring to show that no script made it.
    pub fn captcha(&self) -> Captcha {
        self.fraud.captcha.unwrap_or(if self.is_dev() { Captcha::Off } else { Captcha::Altcha })
    }

    /// A list of disposable domains, one a line, newer than ours.
    pub fn disposable_domains(&self) -> PathBuf {
        self.fraud.disposable_domains.clone().unwrap_or_else(|| self.data_dir.join("disposable-domains.txt"))
    }

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

    /// A development server that rebuilds and reloads by itself is at work.
    pub fn is_live_reload(&self) -> bool {
        self.is_dev() && self.watch.is_some()
    }

    /// Plain http, as in dev, allows neither `Secure` cookies nor HSTS.
    pub fn is_https(&self) -> bool {
        !self.is_dev() || self.public_url().starts_with("https://")
    }

    /// Scheme and host, as a browser writes an origin: lower case, no slash at the end.
    pub fn public_url(&self) -> String {
        match &self.public_url {
            Some(url) => url.trim_end_matches('/').to_ascii_lowercase(),
            None => format!("http://{}", self.addr),
        }
    }

    /// # Errors
    /// When a setting cannot be meant as it stands. Said at the start, in the words of the setting.
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
            tracing::warn!("SCRIBBLE_PUBLIC_URL is not set: browsers are refused unless they ask for {url}");
        }
        if !self.is_dev() && self.mail_url == "outbox" {
            tracing::warn!("SCRIBBLE_MAIL_URL is the outbox: no mail leaves this machine");
        }
        self.fraud.validate()
    }

    /// An empty variable is one that is not set.
    pub fn database_url(&self) -> String {
        match &self.database_url {
            Some(url) if !url.is_empty() => url.clone(),
            _ => format!("sqlite:{}", self.data_dir.join("scribble.db").display()),
        }
    }

    /// Where files are kept.
    ///
    /// # Errors
    /// When the storage address is of a kind that is not known.
    pub fn storage(&self) -> Result<Storage, Error> {
        let Some(url) = self.storage_url.as_deref().filter(|url| !url.is_empty()) else {
            return Ok(Storage::Folder(self.data_dir.join("files")));
        };
        if let Some(path) = url.strip_prefix("file://") {
            return Ok(Storage::Folder(path.into()));
        }
        let wrong =
            || Error::config("SCRIBBLE_STORAGE_URL has to be file:///PATH or s3://BUCKET, with settings after a ?");
        let (name, query) = url.strip_prefix("s3://").ok_or_else(wrong)?.split_once('?').unwrap_or_else(|| {
            // No settings of its own.
            (url.trim_start_matches("s3://"), "")
        });
        let name = name.trim_end_matches('/');
        if name.is_empty() || name.contains('/') {
            return Err(wrong());
        }
        let mut settings: Vec<_> = std::env::vars().filter(|(variable, _)| variable.starts_with("AWS_")).collect();
        for part in query.split('&').filter(|part| !part.is_empty()) {
            let (key, value) = part.split_once('=').ok_or_else(wrong)?;
            let value = percent_decode_str(value).decode_utf8().map_err(|_| wrong())?;
            settings.push((key.to_owned(), value.into_owned()));
        }
        Ok(Storage::Bucket { name: name.to_owned(), settings })
    }

    pub fn redis_url(&self) -> Option<&str> {
        self.redis_url.as_deref().filter(|url| !url.is_empty())
    }

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
