//! The worker: claims jobs, runs them side by side, keeps their leases alive, and stops without dropping any.

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::{Semaphore, watch},
    task::JoinSet,
    time::{interval, sleep, timeout},
};

use crate::{
    Error, Machine,
    db::Authority,
    jobs::{self, Claimed, Lane, Work},
    pages,
};

/// How often to look for work that no doorbell announced.
const POLL: Duration = Duration::from_secs(1);
/// How long a stop waits for jobs under way before it gives them back.
const GRACE: Duration = Duration::from_secs(20);
/// How often to look for what is kept no longer.
const SWEEP: Duration = Duration::from_secs(3600);
/// Mails and deletions at a time; they mostly wait.
const ERRANDS: usize = 4;

/// Works until `stop` turns true, then finishes what is under way, or gives it back.
pub async fn run(machine: Machine, stop: watch::Receiver<bool>) {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    tokio::join!(
        run_lane(&machine, Lane::Drawings, cores, stop.clone()),
        run_lane(&machine, Lane::Errands, ERRANDS, stop.clone()),
        sweep_regularly(&machine, stop),
    );
}

async fn run_lane(machine: &Machine, lane: Lane, width: usize, mut stop: watch::Receiver<bool>) {
    let slots = Arc::new(Semaphore::new(width));
    let mut running = JoinSet::new();
    loop {
        let slot = tokio::select! {
            biased;
            () = stopped(&mut stop) => break,
            slot = slots.clone().acquire_owned() => slot,
        };
        match jobs::claim(machine, lane).await {
            Ok(Some(claimed)) => {
                let (machine, stop) = (machine.clone(), stop.clone());
                running.spawn(async move {
                    run_one(&machine, &claimed, stop).await;
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
            () = machine.doorbell.rung(lane) => {}
            () = sleep(POLL) => {}
            () = stopped(&mut stop) => break,
        }
    }
    while running.join_next().await.is_some() {}
}

async fn sweep_regularly(machine: &Machine, mut stop: watch::Receiver<bool>) {
    loop {
        if let Err(error) = pages::sweep(machine).await {
            tracing::error!(%error, "sweeping");
        }
        tokio::select! {
            () = sleep(SWEEP) => {}
            () = stopped(&mut stop) => return,
        }
    }
}

/// Returns when a stop was asked for. Nobody left to ask is a reason to stop, too.
async fn stopped(stop: &mut watch::Receiver<bool>) {
    drop(stop.wait_for(|stop| *stop).await);
}

/// Runs what is due now, one job after the other, and returns how many there were.
pub async fn run_due(machine: &Machine) -> Result<usize, Error> {
    // Never told to stop: the caller waits for the end.
    let (_sender, stop) = watch::channel(false);
    let mut done = 0;
    for lane in [Lane::Errands, Lane::Drawings] {
        while let Some(claimed) = jobs::claim(machine, lane).await? {
            run_one(machine, &claimed, stop.clone()).await;
            done += 1;
        }
    }
    Ok(done)
}

/// Runs one job to its end, its failure or the loss of its lease.
async fn run_one(machine: &Machine, claimed: &Claimed, mut stop: watch::Receiver<bool>) {
    let outcome = tokio::select! {
        outcome = attempt(machine, claimed) => outcome,
        () = keep_lease(machine, claimed) => {
            tracing::warn!(job = %claimed.id, "lease lost");
            return;
        }
        () = stopped_for_long(&mut stop) => claimed.release(machine).await,
    };
    let Err(error) = outcome else { return };
    tracing::warn!(job = %claimed.id, attempt = claimed.attempts, %error, "job failed");
    if let Err(error) = claimed.fail(machine, &error.to_string()).await {
        // The lease runs out by itself and another attempt follows.
        tracing::error!(job = %claimed.id, %error, "recording a failure");
    }
}

async fn attempt(machine: &Machine, claimed: &Claimed) -> Result<(), Error> {
    if claimed.is_exhausted() {
        return Err(Error::internal("its worker died at every attempt"));
    }
    match &claimed.work {
        // Stores its result and ends the job in one transaction.
        Work::DrawPage(work) => return work.run(machine, claimed).await,
        Work::SendMail(work) => work.run(machine).await?,
        Work::RemoveFiles(work) => work.run(machine).await?,
    }
    let mut tx = machine.db.begin(Authority::System).await?;
    claimed.finish(&mut tx).await?;
    tx.commit().await
}

/// Returns when the lease is lost.
async fn keep_lease(machine: &Machine, claimed: &Claimed) {
    let mut beat = interval(Duration::from_secs(u64::from(machine.config.lease_seconds)) / 3);
    beat.tick().await;
    loop {
        beat.tick().await;
        match claimed.heartbeat(machine).await {
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
