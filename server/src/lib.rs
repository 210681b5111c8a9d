//! The machine: everything behind the screens. It knows HTTP and SQL, and nothing of how a screen looks.
//!
//! # Layout
//! - [`config`]: the environment, read once; [`cpu_pool`]: where what keeps a core busy is done
//! - [`db`], [`files`], [`mail`], [`keys`], [`clock`]: the only owners of SQL dialects, object storage, mail, secrets, time
//! - [`accounts`], [`assets`], [`pages`], [`books`], [`credits`], [`jobs`]: the rules (`mod.rs`) and their SQL (`store.rs`)
//! - [`fraud`]: who may sign up, and who gets free credits; [`flags`]: switches that an operator sets
//! - [`generators`]: who draws: our own engine, or a provider elsewhere
//! - [`limits`]: how often something may be done, and from where
//! - [`operator`]: what an operator sees and does
//! - [`retention`]: how long things are kept, and whether rows and files agree
//! - [`identity`]: who is asking
//! - [`archive`]: ZIP files, written while they are sent
//! - [`worker`]: takes jobs and runs them; the only place that knows them all
//! - [`http`]: every route, and what each takes and answers
//! - [`error`]: what can go wrong, and what of it a person is told

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
pub mod files;
pub mod flags;
pub mod fraud;
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

/// Everything a request or a job needs. Cheap to clone.
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
    /// One permit for each password that may wait for a core. Whoever comes beyond is asked to come back.
    pub password_permits: Arc<Semaphore>,
    /// True from the moment that this process is to end: whatever never ends by itself does then.
    pub stopping: Arc<watch::Sender<bool>>,
}

impl AppState {
    /// Opens the database and the stores, creating what is missing, and makes sure that the tables are up to date.
    pub async fn start(config: Config) -> Result<Self, Error> {
        config.validate()?;
        let db = db::Db::open(&config).await?;
        db.prepare(&config).await?;
        let job_notifier = jobs::JobNotifier::default();
        job_notifier.connect(&config, &db)?;
        Ok(Self {
            files: files::FileStore::open(&config)?,
            mail: mail::Mailer::open(&config)?,
            keys: Arc::new(keys::Keys::derive(&config)?),
            job_notifier,
            generators: Arc::new(generators::Generators::open(&config.generator, config.is_dev())?),
            flags: Arc::default(),
            disposable: Arc::default(),
            password_permits: Arc::new(Semaphore::new(
                cpu_pool::core_count() * accounts::MAX_QUEUED_PASSWORDS_PER_CORE,
            )),
            stopping: Arc::new(watch::Sender::new(false)),
            config: Arc::new(config),
            db,
        })
    }
}
