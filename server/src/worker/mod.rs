//! The worker: claims jobs, runs them side by side, keeps their leases alive, and stops without dropping any.

mod schedule;
mod work;

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::{Semaphore, watch},
    task::JoinSet,
    time::{Instant, interval, sleep, timeout},
};

use crate::{
    AppState, Error,
    config::Provider,
    cpu_pool,
    jobs::{Claimed, Queue},
};
pub use work::{Task, Work, take};

/// How often to look for work that no doorbell announced.
const POLL: Duration = Duration::from_secs(1);
/// How long a stop waits for jobs under way before it gives them back.
const GRACE: Duration = Duration::from_secs(20);
/// How often to look whether a schedule is due.
const SCHEDULES: Duration = Duration::from_secs(60);
/// How long a tick goes on to take jobs. Hosts that call from outside seldom wait longer than a minute.
const TICK: Duration = Duration::from_secs(25);
/// Mails and deletions at a time; they mostly wait.
const ERRANDS: usize = 4;
/// Orders at a provider at a time.
const ORDERS: usize = 8;

/// Works until `stop` turns true, then finishes what is under way, or gives it back.
pub async fn run(state: AppState, stop: watch::Receiver<bool>) {
    let cores = cpu_pool::core_count();
    // An order at a provider mostly waits.
    let drawings = match state.config.generator.provider {
        Provider::Local => cores,
        Provider::Gemini | Provider::Fal => cores + ORDERS,
    };
    tokio::join!(
        run_queue(&state, Queue::Drawing, drawings, stop.clone()),
        run_queue(&state, Queue::Background, ERRANDS, stop.clone()),
        watch_schedules(&state, stop),
    );
}

async fn run_queue(state: &AppState, queue: Queue, width: usize, mut stop: watch::Receiver<bool>) {
    let slots = Arc::new(Semaphore::new(width));
    let mut running = JoinSet::new();
    loop {
        let slot = tokio::select! {
            biased;
            () = stopped(&mut stop) => break,
            slot = slots.clone().acquire_owned() => slot,
        };
        match work::take(state, queue).await {
            Ok(Some(task)) => {
                let (state, stop) = (state.clone(), stop.clone());
                running.spawn(async move {
                    run_one(&state, &task, stop).await;
                    drop(slot);
                });
                while running.try_join_next().is_some() {}
                continue;
            }
            Ok(None) => {}
            Err(error) => tracing::error!(%error, "claiming a job"),
        }
        drop(slot);
        tokio::select! {
            () = state.job_notifier.rung(queue) => {}
            () = sleep(POLL) => {}
            () = stopped(&mut stop) => break,
        }
    }
    while running.join_next().await.is_some() {}
}

async fn watch_schedules(state: &AppState, mut stop: watch::Receiver<bool>) {
    loop {
        if let Err(error) = schedule::add_due(state).await {
            tracing::error!(%error, "looking for what is due");
        }
        tokio::select! {
            () = sleep(SCHEDULES) => {}
            () = stopped(&mut stop) => return,
        }
    }
}

/// Returns when a stop was asked for. Nobody left to ask is a reason to stop, too.
async fn stopped(stop: &mut watch::Receiver<bool>) {
    drop(stop.wait_for(|stop| *stop).await);
}

/// For hosts that have a scheduler and no process that stays: what is due now, for as long as a caller may wait.
pub async fn tick(state: &AppState) -> Result<usize, Error> {
    schedule::add_due(state).await?;
    run_until(state, Instant::now() + TICK).await
}

/// Runs what is due now, one job after the other, and returns how many there were.
pub async fn run_due(state: &AppState) -> Result<usize, Error> {
    run_until(state, Instant::now() + Duration::from_secs(24 * 3600)).await
}

async fn run_until(state: &AppState, end: Instant) -> Result<usize, Error> {
    // Never told to stop: the caller waits for the end.
    let (_sender, stop) = watch::channel(false);
    let mut done = 0;
    // A page drawn anew leaves files to be removed.
    for queue in [Queue::Background, Queue::Drawing, Queue::Background] {
        while Instant::now() < end
            && let Some(task) = work::take(state, queue).await?
        {
            run_one(state, &task, stop.clone()).await;
            done += 1;
        }
    }
    Ok(done)
}

/// Runs one job to its end, its failure or the loss of its lease.
async fn run_one(state: &AppState, task: &Task, mut stop: watch::Receiver<bool>) {
    let job = task.claimed.id;
    let outcome = tokio::select! {
        outcome = task.run(state) => outcome,
        () = keep_lease(state, &task.claimed) => {
            tracing::warn!(%job, "lease lost");
            return;
        }
        () = stopped_for_long(&mut stop) => task.release(state).await,
    };
    let Err(error) = outcome else { return };
    tracing::warn!(%job, attempt = task.claimed.attempts, %error, "job failed");
    if let Err(error) = task.fail(state, &error.to_string()).await {
        // The lease runs out by itself and another attempt follows.
        tracing::error!(%job, %error, "recording a failure");
    }
}

/// Returns when the lease is lost.
async fn keep_lease(state: &AppState, claimed: &Claimed) {
    let mut beat = interval(Duration::from_secs(u64::from(state.config.lease_seconds)) / 3);
    beat.tick().await;
    loop {
        beat.tick().await;
        match claimed.heartbeat(state).await {
            Ok(true) => {}
            Ok(false) => return,
            // Perhaps the next beat reaches the database; if not, the lease ends and so does the right to write.
            Err(error) => tracing::warn!(job = %claimed.id, %error, "heartbeat"),
        }
    }
}

/// Returns when a stop was asked for and the grace period is over.
async fn stopped_for_long(stop: &mut watch::Receiver<bool>) {
    stopped(stop).await;
    sleep(GRACE).await;
}

/// Waits for the worker to end, a little longer than its own grace period.
pub async fn ended(worker: tokio::task::JoinHandle<()>) {
    if timeout(GRACE + Duration::from_secs(5), worker).await.is_err() {
        tracing::error!("the worker did not stop in time");
    }
}
