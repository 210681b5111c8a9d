//! Job notifications between processes, over Redis pub/sub or PostgreSQL `LISTEN`/`NOTIFY`, to wake
//! idle workers. A notification only shortens the wait: workers also poll, so a lost one costs at
//! most one polling interval.

use std::{sync::Arc, time::Duration};

use futures::StreamExt;
use tokio::{
    sync::Notify,
    time::{sleep, timeout},
};

use super::{Queue, store};
use crate::{Config, Error, db::Db};

/// Name of the channel, in PostgreSQL and in Redis.
const CHANNEL: &str = "scribble_jobs";
const RECONNECT_DELAY: Duration = Duration::from_secs(2);
/// For connecting, and for publishing one notification.
const NETWORK_TIMEOUT: Duration = Duration::from_secs(3);

/// Handle to the notifications of this process. Clones share their state.
#[derive(Clone, Default)]
pub struct JobNotifier(Arc<Signals>);

#[derive(Default)]
struct Signals {
    drawing: Notify,
    background: Notify,
    /// A local notification that has not been published to the other processes yet.
    unpublished: Notify,
}

impl JobNotifier {
    /// Starts the tasks that receive from and publish to other processes: over Redis if configured,
    /// else over PostgreSQL; with SQLite there are none. The tasks reconnect forever; while the
    /// connection is down, notifications reach this process only.
    ///
    /// # Errors
    /// The Redis URL is malformed.
    pub fn connect(&self, config: &Config, db: &Db) -> Result<(), Error> {
        if let Some(url) = config.redis_url() {
            let redis =
                redis::Client::open(url).map_err(|_| Error::config("SCRIBBLE_REDIS_URL has to be redis://HOST"))?;
            let (notifier, client) = (self.clone(), redis.clone());
            tokio::spawn(async move { notifier.keep_receiving(|local| receive_redis(local, &client)).await });
            let notifier = self.clone();
            tokio::spawn(async move { notifier.keep_publishing(|| publish_redis(&redis)).await });
        } else if let Db::Postgres(pool) = db {
            let (notifier, pool) = (self.clone(), pool.clone());
            tokio::spawn(async move {
                notifier.keep_receiving(|local| store::listen(&pool, CHANNEL, move || local.notify_local())).await;
            });
            let (notifier, db) = (self.clone(), db.clone());
            tokio::spawn(async move { notifier.keep_publishing(|| store::notify(&db, CHANNEL)).await });
        }
        Ok(())
    }

    /// Wakes the idle workers of all processes. Call it after a commit that added or released jobs.
    pub fn notify(&self) {
        self.notify_local();
        self.0.unpublished.notify_one();
    }

    fn notify_local(&self) {
        self.0.drawing.notify_one();
        self.0.background.notify_one();
    }

    /// Waits for the next notification; returns at once if there was one since the last call.
    pub async fn notified(&self, queue: Queue) {
        match queue {
            Queue::Drawing => self.0.drawing.notified().await,
            Queue::Background => self.0.background.notified().await,
        }
    }

    /// Runs `receive` forever, again after each failure.
    async fn keep_receiving<F: Future<Output = Result<(), Error>>>(&self, receive: impl Fn(Self) -> F) {
        loop {
            if let Err(error) = receive(self.clone()).await {
                tracing::warn!(%error, "receiving job notifications failed, reconnecting");
            }
            sleep(RECONNECT_DELAY).await;
        }
    }

    /// Publishes local notifications forever. Those made while one is being published become one.
    async fn keep_publishing<F: Future<Output = Result<(), Error>>>(&self, publish: impl Fn() -> F) {
        loop {
            self.0.unpublished.notified().await;
            match timeout(NETWORK_TIMEOUT, publish()).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::warn!(%error, "publishing a job notification failed"),
                Err(_) => tracing::warn!("publishing a job notification timed out"),
            }
        }
    }
}

async fn receive_redis(local: JobNotifier, redis: &redis::Client) -> Result<(), Error> {
    let connecting = timeout(NETWORK_TIMEOUT, redis.get_async_pubsub()).await;
    let mut pubsub = connecting.map_err(Error::internal)?.map_err(Error::internal)?;
    pubsub.subscribe(CHANNEL).await.map_err(Error::internal)?;
    let mut messages = pubsub.on_message();
    while messages.next().await.is_some() {
        local.notify_local();
    }
    Err(Error::internal("Redis closed the connection"))
}

async fn publish_redis(redis: &redis::Client) -> Result<(), Error> {
    let mut connection = redis.get_multiplexed_async_connection().await.map_err(Error::internal)?;
    redis::cmd("PUBLISH").arg(CHANNEL).arg("").exec_async(&mut connection).await.map_err(Error::internal)
}
