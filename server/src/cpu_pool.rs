//! CPU-bound work (photos, passwords, PDFs) on a bounded pool of low-priority threads, so that
//! requests stay responsive.

use std::{sync::LazyLock, thread::available_parallelism};

use tokio::{runtime::Runtime, sync::Semaphore};

use crate::Error;

/// Number of cores that this process may use.
pub fn core_count() -> usize {
    available_parallelism().map_or(1, usize::from)
}

/// One permit for each core, which bounds memory. A caller that is dropped while it waits for a
/// permit leaves no work behind.
static PERMITS: LazyLock<Semaphore> = LazyLock::new(|| Semaphore::new(core_count()));

/// Used only for its blocking threads. They are separate from the server's because a thread cannot
/// raise its priority again. There is one for each core, so that its working memory stays in the
/// cache.
static POOL: LazyLock<Runtime> = LazyLock::new(|| {
    tokio::runtime::Builder::new_current_thread()
        .thread_name("cpu-pool")
        .max_blocking_threads(core_count())
        .on_thread_start(lower_priority)
        .build()
        .expect("a runtime without I/O and timers needs no system resources")
});

/// Niceness 7: a fifth of the CPU time of a normal thread that competes for the same core. A
/// request needs less than a millisecond of CPU time, but with all cores busy it would wait for
/// several milliseconds at each of its steps.
#[cfg(target_os = "linux")]
fn lower_priority() {
    // If the system refuses, the thread keeps its priority.
    let _ = rustix::process::nice(7);
}

/// On other systems, niceness applies to the whole process.
#[cfg(not(target_os = "linux"))]
fn lower_priority() {}

/// Runs a closure on the pool when a core is free. The closure must not own anything that needs a
/// runtime, such as a transaction: nothing drives the runtime of these threads.
///
/// # Errors
/// The closure panicked, which image decoders do.
pub async fn run<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
    let permit = PERMITS.acquire().await.map_err(|_| Error::internal("shutting down"))?;
    let result = POOL.spawn_blocking(move || {
        let result = work();
        drop(permit);
        result
    });
    result.await.map_err(|error| Error::internal(format!("CPU-bound work: {error}")))
}
