//! HTTP API, business rules and storage of Scribble Machine. How a screen looks is up to the `app`
//! crate.
//!
//! # Layout
//! - [`accounts`]: sign-up, sign-in, sessions, profile, guests
//! - [`archive`]: ZIP files, written while they are sent
//! - [`assets`]: uploaded photos and generated files, each with its row
//! - [`audit`]: log of security-relevant account events
//! - [`books`]: several pages in one PDF
//! - [`clock`]: timestamps in milliseconds, RFC 3339
//! - [`config`]: settings from the command line and the environment
//! - [`cpu_pool`]: low-priority threads for CPU-bound work
//! - [`credits`]: balances and their ledger
//! - [`db`]: transactions on SQLite or PostgreSQL, migrations, row-level security
//! - [`error`]: the error type and its mapping to problem responses
//! - [`export`]: the archive of everything an account holds
//! - [`files`]: object storage, local or S3
//! - [`flags`]: feature flags, set at run time by an operator
//! - [`fraud`]: sign-up checks and eligibility for free credits
//! - [`gallery`]: pages and books as the gallery lists them
//! - [`generators`]: drawing with our engine or an external provider
//! - [`http`]: routes, middleware and handlers
//! - [`i18n`]: translations and formats of each language
//! - [`identity`]: the account or device that a request belongs to
//! - [`jobs`]: job queue
//! - [`keys`]: keys derived from the secret key
//! - [`limits`]: rate limits, spending limit, deletion cap
//! - [`mail`]: outgoing mail
//! - [`network`]: client addresses and their networks
//! - [`operator`]: administration of accounts
//! - [`pages`]: creating, listing, redrawing and deleting pages
//! - [`retention`]: deletion of expired data, and the consistency check of rows and files
//! - [`worker`]: runs jobs from the queue

pub mod accounts;
pub mod archive;
pub mod assets;
pub mod audit;
pub mod books;
pub mod clock;
pub mod config;
pub mod cpu_pool;
pub mod credits;
pub mod db;
pub mod error;
pub mod export;
pub mod files;
pub mod flags;
pub mod fraud;
pub mod gallery;
pub mod generators;
pub mod http;
pub mod i18n;
pub mod identity;
pub mod jobs;
pub mod keys;
pub mod limits;
pub mod mail;
pub mod network;
pub mod operator;
pub mod pages;
pub mod retention;
pub mod worker;

use std::sync::Arc;

use tokio::sync::{Semaphore, watch};

pub use config::Config;
pub use error::Error;

/// Shared state of all requests and jobs. Cheap to clone.
#[derive(Clone)]
pub struct AppState {
    pub config: Arc<Config>,
    pub db: db::Db,
    pub files: files::FileStore,
    pub mail: mail::Mailer,
    pub keys: Arc<keys::Keys>,
    pub job_notifier: jobs::JobNotifier,
    pub generators: Arc<generators::Generators>,
    pub flags: Arc<flags::FlagCache>,
    pub disposable: Arc<fraud::DisposableDomains>,
    /// One permit for each password that is hashed or waits for it; requests beyond that are
    /// rejected.
    pub password_permits: Arc<Semaphore>,
    /// Set to true when this process shuts down. Event streams and workers end then.
    pub shutdown: Arc<watch::Sender<bool>>,
}

impl AppState {
    /// Validates the configuration, opens the database and the stores, and checks the schema.
    /// Creates missing folders, and in development also the schema.
    ///
    /// # Errors
    /// The configuration is invalid, the database cannot be opened, or its schema is outdated (see
    /// [`db::Db::ensure_schema`]).
    pub async fn start(config: Config) -> Result<Self, Error> {
        config.validate()?;
        let db = db::Db::open(&config).await?;
        db.ensure_schema(&config).await?;
        let job_notifier = jobs::JobNotifier::default();
        job_notifier.connect(&config, &db)?;
        Ok(Self {
            files: files::FileStore::open(&config)?,
            mail: mail::Mailer::open(&config)?,
            keys: Arc::new(keys::Keys::derive(&config)?),
            job_notifier,
            generators: Arc::new(generators::Generators::from_settings(&config.generator, config.is_dev())?),
            flags: Arc::default(),
            disposable: Arc::default(),
            password_permits: Arc::new(Semaphore::new(
                cpu_pool::core_count() * accounts::MAX_QUEUED_PASSWORDS_PER_CORE,
            )),
            shutdown: Arc::new(watch::Sender::new(false)),
            config: Arc::new(config),
            db,
        })
    }
}
