//! The doorbell: says that there may be work, here and, over PostgreSQL or Redis, in every other process. It only
//! shortens the wait; workers also look by themselves, so that a ring that is lost is a second lost.

use std::{sync::Arc, time::Duration};

use futures::StreamExt;
use tokio::{
    sync::Notify,
    time::{sleep, timeout},
};

use super::{Queue, store};
use crate::{Config, Error, db::Db};

/// The channel's name, in PostgreSQL and in Redis.
const CHANNEL: &str = "scribble_jobs";
/// Before the line to the others is tried again.
const PAUSE: Duration = Duration::from_secs(2);
/// A line that takes longer for a word is dead.
const WORD: Duration = Duration::from_secs(3);

#[derive(Clone, Default)]
pub struct JobNotifier(Arc<Bells>);

#[derive(Default)]
struct Bells {
    drawing: Notify,
    background: Notify,
    /// Somebody rang here and the other processes have not been told yet.
    outside: Notify,
}

impl JobNotifier {
    /// Connects the bell with those of other processes. A line that is down is tried again for ever; meanwhile the bell
    /// rings here alone.
    pub fn connect(&self, config: &Config, db: &Db) -> Result<(), Error> {
        if let Some(url) = config.redis_url() {
            let redis =
                redis::Client::open(url).map_err(|_| Error::config("SCRIBBLE_REDIS_URL has to be redis://HOST"))?;
            let (bell, client) = (self.clone(), redis.clone());
            tokio::spawn(async move { bell.hear(|bell| hear_redis(bell, &client)).await });
            let bell = self.clone();
            tokio::spawn(async move { bell.tell(|| tell_redis(&redis)).await });
        } else if let Db::Pg(pool) = db {
            let (bell, listening) = (self.clone(), pool.clone());
            tokio::spawn(async move {
                bell.hear(|bell| store::listen(&listening, CHANNEL, move || bell.ring_here())).await;
            });
            let (bell, telling) = (self.clone(), db.clone());
            tokio::spawn(async move { bell.tell(|| store::notify(&telling, CHANNEL)).await });
        }
        Ok(())
    }

    pub fn ring(&self) {
        self.ring_here();
        self.0.outside.notify_one();
    }

    fn ring_here(&self) {
        self.0.drawing.notify_one();
        self.0.background.notify_one();
    }

    pub async fn rung(&self, queue: Queue) {
        match queue {
            Queue::Drawing => self.0.drawing.notified().await,
            Queue::Background => self.0.background.notified().await,
        }
    }

    /// Listens for ever, again after each failure.
    async fn hear<F: Future<Output = Result<(), Error>>>(&self, listen: impl Fn(Self) -> F) {
        loop {
            if let Err(error) = listen(self.clone()).await {
                tracing::warn!(%error, "the job_notifier of other processes is out of reach");
            }
            sleep(PAUSE).await;
        }
    }

    /// Passes each ring on; rings that come close together are one.
    async fn tell<F: Future<Output = Result<(), Error>>>(&self, tell: impl Fn() -> F) {
        loop {
            self.0.outside.notified().await;
            match timeout(WORD, tell()).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::warn!(%error, "ringing at other processes"),
                Err(_) => tracing::warn!("ringing at other processes takes too long"),
            }
        }
    }
}

async fn hear_redis(bell: JobNotifier, redis: &redis::Client) -> Result<(), Error> {
    let mut line = timeout(WORD, redis.get_async_pubsub()).await.map_err(Error::internal)?.map_err(Error::internal)?;
    line.subscribe(CHANNEL).await.map_err(Error::internal)?;
    let mut rings = line.on_message();
    while rings.next().await.is_some() {
        bell.ring_here();
    }
    Err(Error::internal("Redis closed the connection"))
}

async fn tell_redis(redis: &redis::Client) -> Result<(), Error> {
    let mut line = redis.get_multiplexed_async_connection().await.map_err(Error::internal)?;
    redis::cmd("PUBLISH").arg(CHANNEL).arg("").exec_async(&mut line).await.map_err(Error::internal)
}
