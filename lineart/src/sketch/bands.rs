//! Work on the rows of a field by several cores at once. Every row is computed as if alone, so the result does not
//! depend on how many there are.

use std::thread;

/// Values below which starting a thread costs more than it saves.
const SMALL: usize = 1 << 16;

/// More cores than this wait for memory.
const MOST: usize = 4;

/// Calls `work` with the first row and the values of each band of rows; one band where there are no threads.
pub(super) fn in_bands<T: Send>(values: &mut [T], width: usize, work: impl Fn(usize, &mut [T]) + Sync) {
    in_parts(values, width, SMALL, work);
}

/// As [`in_bands`], but `small` says from how many values on it is worth it.
pub(super) fn in_parts<T: Send>(values: &mut [T], width: usize, small: usize, work: impl Fn(usize, &mut [T]) + Sync) {
    let cores = match values.len() < small || cfg!(target_arch = "wasm32") {
        true => 1,
        false => thread::available_parallelism().map_or(1, usize::from).min(MOST),
    };
    if cores == 1 {
        return work(0, values);
    }
    let rows = (values.len() / width).div_ceil(cores);
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

/// Both results; at the same time where there are threads.
pub(super) fn both<A: Send, B>(a: impl FnOnce() -> A + Send, b: impl FnOnce() -> B) -> (A, B) {
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
    fn every_row_is_worked_on_once() {
        let width = 300;
        let mut values = vec![0u32; width * 401];
        in_bands(&mut values, width, |first, band| {
            for (y, row) in band.chunks_exact_mut(width).enumerate() {
                row.iter_mut().for_each(|value| *value += (first + y) as u32);
            }
        });
        assert!(values.chunks_exact(width).enumerate().all(|(y, row)| row.iter().all(|&value| value == y as u32)));
    }
}
