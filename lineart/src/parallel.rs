//! Data parallelism over rows on scoped threads. Each row is computed independently, so the result
//! does not depend on the number of threads. On wasm32 everything runs on the calling thread.

use std::thread;

/// Number of values below which starting threads costs more than it saves.
const MIN_PARALLEL_VALUES: usize = 1 << 16;

/// Upper bound on threads: the work is limited by memory bandwidth beyond this.
const MAX_THREADS: usize = 4;

/// Calls `work` with the index of the first row and the values of each band of rows, one band per
/// thread.
pub(crate) fn for_each_row_band<T: Send>(values: &mut [T], width: usize, work: impl Fn(usize, &mut [T]) + Sync) {
    for_each_row_band_from(MIN_PARALLEL_VALUES, values, width, work);
}

/// [`for_each_row_band`] that uses several threads only from `min_parallel` values on.
pub(crate) fn for_each_row_band_from<T: Send>(
    min_parallel: usize,
    values: &mut [T],
    width: usize,
    work: impl Fn(usize, &mut [T]) + Sync,
) {
    let threads = match values.len() < min_parallel || cfg!(target_arch = "wasm32") {
        true => 1,
        false => thread::available_parallelism().map_or(1, usize::from).min(MAX_THREADS),
    };
    if threads == 1 {
        return work(0, values);
    }
    let rows = (values.len() / width).div_ceil(threads);
    thread::scope(|scope| {
        let mut bands = values.chunks_mut(rows * width).enumerate();
        let first = bands.next();
        for (i, band) in bands {
            let work = &work;
            scope.spawn(move || work(i * rows, band));
        }
        if let Some((_, band)) = first {
            work(0, band);
        }
    });
}

/// Runs `a` and `b`, in parallel where there are threads, and returns both results.
///
/// # Panics
///
/// Resumes a panic of either closure.
pub(crate) fn join<A: Send, B>(a: impl FnOnce() -> A + Send, b: impl FnOnce() -> B) -> (A, B) {
    if cfg!(target_arch = "wasm32") {
        return (a(), b());
    }
    thread::scope(|scope| {
        let a = scope.spawn(a);
        let b = b();
        (a.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), b)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_visited_once() {
        let width = 300;
        let mut values = vec![0u32; width * 401];
        for_each_row_band(&mut values, width, |first, band| {
            for (y, row) in band.chunks_exact_mut(width).enumerate() {
                row.iter_mut().for_each(|value| *value += (first + y + 1) as u32);
            }
        });
        for (y, row) in values.chunks_exact(width).enumerate() {
            assert!(row.iter().all(|&value| value == y as u32 + 1), "row {y}");
        }
    }
}
