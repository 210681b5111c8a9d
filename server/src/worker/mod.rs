//! Job worker: claims jobs from both queues, runs them concurrently, renews their leases, and shuts
//! down gracefully.

mod dispatch;
mod scheduler;

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::{Semaphore, watch},
    task::{JoinHandle, JoinSet},
    time::{Instant, interval, sleep, timeout},
};

use crate::{
    AppState, Error,
    config::Provider,
    cpu_pool,
    jobs::{ClaimedJob, Queue},
};
pub use dispatch::{JobPayload, RunnableJob, claim_job};

/// How often an idle worker looks for jobs for which no notification came.
const POLL_INTERVAL: Duration = Duration::from_secs(1);
/// Time that running jobs have to finish after a shutdown was requested; then they are released.
const SHUTDOWN_GRACE_PERIOD: Duration = Duration::from_secs(20);
const SCHEDULE_INTERVAL: Duration = Duration::from_secs(60);
/// How long a cron request starts further jobs. Hosted schedulers often time out after a minute.
const CRON_TIME_LIMIT: Duration = Duration::from_secs(25);
/// Background jobs at a time. They mostly wait for the network.
const BACKGROUND_CONCURRENCY: usize = 4;
/// Additional drawing jobs at a time with an external provider. They mostly wait for it.
const PROVIDER_CONCURRENCY: usize = 8;

/// Runs jobs of both queues until `shutdown` is true, then waits for the running ones for the grace
/// period and releases what is left.
pub async fn run(state: AppState, shutdown: watch::Receiver<bool>) {
    let cores = cpu_pool::core_count();
    let drawings = match state.config.generator.provider {
        Provider::Local => cores,
        Provider::Gemini | Provider::Fal => cores + PROVIDER_CONCURRENCY,
    };
    tokio::join!(
        run_queue(&state, Queue::Drawing, drawings, shutdown.clone()),
        run_queue(&state, Queue::Background, BACKGROUND_CONCURRENCY, shutdown.clone()),
        run_scheduler(&state, shutdown),
    );
}

async fn run_queue(state: &AppState, queue: Queue, concurrency: usize, mut shutdown: watch::Receiver<bool>) {
    let permits = Arc::new(Semaphore::new(concurrency));
    let mut running = JoinSet::new();
    loop {
        let permit = tokio::select! {
            biased;
            () = wait_for_shutdown(&mut shutdown) => break,
            permit = permits.clone().acquire_owned() => permit,
        };
        match claim_job(state, queue).await {
            Ok(Some(job)) => {
                let (state, shutdown) = (state.clone(), shutdown.clone());
                running.spawn(async move {
                    run_job(&state, &job, shutdown).await;
                    drop(permit);
                });
                while running.try_join_next().is_some() {}
                continue;
            }
            Ok(None) => {}
            Err(error) => tracing::error!(%error, "claiming a job failed"),
        }
        drop(permit);
        tokio::select! {
            () = state.job_notifier.notified(queue) => {}
            () = sleep(POLL_INTERVAL) => {}
            () = wait_for_shutdown(&mut shutdown) => break,
        }
    }
    while running.join_next().await.is_some() {}
}

async fn run_scheduler(state: &AppState, mut shutdown: watch::Receiver<bool>) {
    loop {
        if let Err(error) = scheduler::enqueue_due_jobs(state).await {
            tracing::error!(%error, "enqueueing scheduled jobs failed");
        }
        tokio::select! {
            () = sleep(SCHEDULE_INTERVAL) => {}
            () = wait_for_shutdown(&mut shutdown) => return,
        }
    }
}

/// Returns when a shutdown was requested, or when nothing is left that could request one.
async fn wait_for_shutdown(shutdown: &mut watch::Receiver<bool>) {
    drop(shutdown.wait_for(|is_requested| *is_requested).await);
}

/// Returns when a shutdown was requested and the grace period is over.
async fn wait_for_grace_period(shutdown: &mut watch::Receiver<bool>) {
    wait_for_shutdown(shutdown).await;
    sleep(SHUTDOWN_GRACE_PERIOD).await;
}

/// Runs scheduled and due jobs for at most [`CRON_TIME_LIMIT`] plus the last job, and returns how
/// many ran. For hosts that call a scheduler's URL instead of keeping a worker process.
pub async fn run_jobs_for_cron(state: &AppState) -> Result<usize, Error> {
    scheduler::enqueue_due_jobs(state).await?;
    run_due_jobs_until(state, Instant::now() + CRON_TIME_LIMIT).await
}

/// Runs all due jobs sequentially, and returns how many ran.
pub async fn run_due_jobs(state: &AppState) -> Result<usize, Error> {
    run_due_jobs_until(state, Instant::now() + Duration::from_secs(24 * 3600)).await
}

async fn run_due_jobs_until(state: &AppState, deadline: Instant) -> Result<usize, Error> {
    // Never set: the caller waits for the end.
    let (_sender, shutdown) = watch::channel(false);
    let mut count = 0;
    // Background twice: a redrawn page enqueues the removal of its old files.
    for queue in [Queue::Background, Queue::Drawing, Queue::Background] {
        while Instant::now() < deadline
            && let Some(job) = claim_job(state, queue).await?
        {
            run_job(state, &job, shutdown.clone()).await;
            count += 1;
        }
    }
    Ok(count)
}

/// Runs one attempt until it succeeds, fails, loses its lease, or the grace period is over.
async fn run_job(state: &AppState, job: &RunnableJob, mut shutdown: watch::Receiver<bool>) {
    let id = job.claimed.id;
    let result = tokio::select! {
        result = job.run(state) => result,
        () = renew_lease_until_lost(state, &job.claimed) => {
            tracing::warn!(job = %id, "lease lost");
            return;
        }
        () = wait_for_grace_period(&mut shutdown) => job.release(state).await,
    };
    let Err(error) = result else { return };
    tracing::warn!(job = %id, attempt = job.claimed.attempts, %error, "job failed");
    if let Err(error) = job.record_failure(state, &error.to_string()).await {
        // The lease expires and another worker tries again.
        tracing::error!(job = %id, %error, "recording a job's failure failed");
    }
}

async fn renew_lease_until_lost(state: &AppState, claimed: &ClaimedJob) {
    let mut heartbeat = interval(Duration::from_secs(u64::from(state.config.lease_seconds)) / 3);
    heartbeat.tick().await;
    loop {
        heartbeat.tick().await;
        match claimed.heartbeat(state).await {
            Ok(true) => {}
            Ok(false) => return,
            // The next heartbeat may succeed; otherwise the lease expires, and with it all writes
            // fail.
            Err(error) => tracing::warn!(job = %claimed.id, %error, "heartbeat failed"),
        }
    }
}

/// Waits for the worker task to end, a little longer than its grace period.
pub async fn join_with_timeout(worker: JoinHandle<()>) {
    if timeout(SHUTDOWN_GRACE_PERIOD + Duration::from_secs(5), worker).await.is_err() {
        tracing::error!("the worker did not stop within the grace period");
    }
}
