//! What keeps a core busy, photos, passwords and documents: as much of it at once as there are cores, and behind whatever
//! answers somebody.

use std::{sync::LazyLock, thread::available_parallelism};

use tokio::{runtime::Runtime, sync::Semaphore};

use crate::Error;

pub fn core_count() -> usize {
    available_parallelism().map_or(1, usize::from)
}

/// Bounds the memory that this work takes. Whoever goes away while they wait for a permit leaves nothing to do.
static PERMITS: LazyLock<Semaphore> = LazyLock::new(|| Semaphore::new(core_count()));

/// Used for its pool of threads alone, which are not those of the server: a thread that has stepped back may not come
/// forward again. One for each core, so that the memory they work in stays in the processor's cache.
static BUSY_THREADS: LazyLock<Runtime> = LazyLock::new(|| {
    tokio::runtime::Builder::new_current_thread()
        .thread_name("busy")
        .max_blocking_threads(core_count())
        .on_thread_start(lower_priority)
        .build()
        .expect("without clock and network it asks nothing of the system")
});

/// Takes for this thread a fifth of the time that another gets who wants the same core. A request needs less than a
/// millisecond of it, but where all cores are busy it would wait for several at each of its steps.
#[cfg(target_os = "linux")]
fn lower_priority() {
    // Where that is refused, work is done as before.
    let _ = rustix::process::nice(7);
}

/// Elsewhere it is a matter of the whole process.
#[cfg(not(target_os = "linux"))]
fn lower_priority() {}

/// Runs work when a core is free. It may hold nothing that needs a runtime, such as a transaction: nobody drives the one
/// of these threads.
///
/// # Errors
/// A panic in it (image decoders have them), which is not the end of the process.
pub async fn run<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
    let permit = PERMITS.acquire().await.map_err(|_| Error::internal("shutting down"))?;
    let done = BUSY_THREADS.spawn_blocking(move || {
        let result = work();
        drop(permit);
        result
    });
    done.await.map_err(|error| Error::internal(format!("computation: {error}")))
}
