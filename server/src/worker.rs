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
    jobs::{self, Claimed, Work},
};

/// How often to look for work that no doorbell announced.
const POLL: Duration = Duration::from_secs(1);
/// How long a stop waits for jobs under way before it gives them back.
const GRACE: Duration = Duration::from_secs(25);

/// Works until `stop` turns true, then finishes what is under way, or gives it back.
pub async fn run(machine: Machine, mut stop: watch::Receiver<bool>) {
    // Drawing takes a core each; mails and deletions mostly wait, so there is room beside.
    let slots = Arc::new(Semaphore::new(2 * std::thread::available_parallelism().map_or(1, usize::from)));
    let mut running = JoinSet::new();
    while !*stop.borrow() {
        let Ok(slot) = slots.clone().acquire_owned().await else { break };
        match jobs::claim(&machine).await {
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
            () = machine.doorbell.rung() => {}
            () = sleep(POLL) => {}
            _ = stop.changed() => {}
        }
    }
    while running.join_next().await.is_some() {}
}

/// Runs what is due now, one job after the other, and returns how many there were.
pub async fn run_due(machine: &Machine) -> Result<usize, Error> {
    // Never told to stop: the caller waits for the end.
    let (_sender, stop) = watch::channel(false);
    let mut done = 0;
    while let Some(claimed) = jobs::claim(machine).await? {
        run_one(machine, &claimed, stop.clone()).await;
        done += 1;
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
    if stop.wait_for(|stop| *stop).await.is_ok() {
        sleep(GRACE).await;
    } else {
        std::future::pending::<()>().await;
    }
}

/// Waits for the worker to end, a little longer than its own grace period.
pub async fn ended(worker: tokio::task::JoinHandle<()>) {
    if timeout(GRACE + Duration::from_secs(5), worker).await.is_err() {
        tracing::error!("the worker did not stop in time");
    }
}
