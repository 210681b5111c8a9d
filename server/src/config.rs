//! The environment, read once at the start. The doc comments are the help text of `scribble serve`.

use std::{net::SocketAddr, path::PathBuf};

use clap::{Args, ValueEnum};

use crate::Error;

/// How strict to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Environment {
    /// Plain http, a mail outbox on the site itself, a secret that everyone knows.
    Dev,
    /// Refuses to start without real secrets.
    Production,
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

    /// Where files are kept: file:///PATH [default: the data folder]
    #[arg(long, env = "SCRIBBLE_STORAGE_URL", hide_env_values = true)]
    storage_url: Option<String>,

    /// How mail leaves: `outbox` keeps it in the data folder and shows it at /dev/mail
    #[arg(long, env = "SCRIBBLE_MAIL_URL", hide_env_values = true, default_value = "outbox")]
    pub mail_url: String,

    /// Secret of at least 32 characters from which all keys are derived; needed in production
    #[arg(long, env = "SCRIBBLE_SECRET_KEY", hide_env_values = true)]
    secret_key: Option<String>,

    /// Folder of the built browser side
    #[arg(long, env = "SCRIBBLE_SITE_DIR", default_value = "target/site")]
    pub site_dir: PathBuf,

    /// Days a photo is kept
    #[arg(long, env = "SCRIBBLE_KEEP_ORIGINAL_DAYS", default_value_t = 30)]
    pub keep_original_days: u32,

    /// Days a page is kept unless its owner keeps it longer
    #[arg(long, env = "SCRIBBLE_KEEP_PAGE_DAYS", default_value_t = 90)]
    pub keep_page_days: u32,

    /// Seconds a worker may be silent before its job is given to another
    #[arg(long, env = "SCRIBBLE_LEASE_SECONDS", default_value_t = 15)]
    pub lease_seconds: u32,
}

/// Known to everyone who reads this: only good where nothing is at stake.
const DEV_SECRET: &str = "scribble machine development secret";

impl Config {
    pub fn is_dev(&self) -> bool {
        self.env == Environment::Dev
    }

    /// Without a slash at the end.
    pub fn public_url(&self) -> String {
        match &self.public_url {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None => format!("http://{}", self.addr),
        }
    }

    pub fn database_url(&self) -> String {
        self.database_url.clone().unwrap_or_else(|| format!("sqlite:{}", self.data_dir.join("scribble.db").display()))
    }

    /// The folder that files are kept in.
    ///
    /// # Errors
    /// When the storage address is of a kind that is not known.
    pub fn storage_dir(&self) -> Result<PathBuf, Error> {
        match &self.storage_url {
            None => Ok(self.data_dir.join("files")),
            Some(url) => url
                .strip_prefix("file://")
                .map(PathBuf::from)
                .ok_or_else(|| Error::config("SCRIBBLE_STORAGE_URL has to start with file://")),
        }
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
