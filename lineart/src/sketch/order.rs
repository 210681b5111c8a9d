//! Sorting by numbers. All of the engine sorts in one place and one type: every further kind of sort would be seven
//! kilobytes more for a browser to download.

use std::collections::BinaryHeap;

/// Sorts by `key`, most important number first; equals stay in the order they were in.
pub(super) fn by_key<T: Copy>(items: &mut [T], key: impl Fn(&T) -> [u32; 3]) {
    let keyed = |(i, item): (usize, &T)| {
        let [first, second, third] = key(item).map(u128::from);
        first << 96 | second << 64 | third << 32 | i as u128
    };
    let order = sorted(items.iter().enumerate().map(keyed).collect());
    let sorted: Vec<T> = order.iter().map(|&key| items[key as u32 as usize]).collect();
    items.copy_from_slice(&sorted);
}

/// By a heap, which is a tenth of the code of the library's usual sort.
#[inline(never)]
fn sorted(order: Vec<u128>) -> Vec<u128> {
    BinaryHeap::from(order).into_sorted_vec()
}

/// A number that sorts as `value` does.
pub(super) fn ascending(value: f32) -> u32 {
    let bits = value.to_bits();
    if bits >> 31 == 0 { bits | 1 << 31 } else { !bits }
}

/// A number that sorts the other way.
pub(super) fn descending(value: f32) -> u32 {
    !ascending(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_sort_as_they_should_and_equals_stay() {
        let mut items = [(2.5f32, 1), (-1.0, 2), (f32::INFINITY, 3), (2.5, 4), (-7.5, 5), (0.0, 6), (f32::MIN, 7)];
        by_key(&mut items, |item| [ascending(item.0), 0, 0]);
        assert_eq!(items.map(|item| item.1), [7, 5, 2, 6, 1, 4, 3]);
        by_key(&mut items, |item| [0, descending(item.0), item.1]);
        assert_eq!(items.map(|item| item.1), [3, 1, 4, 6, 2, 5, 7]);
    }
}
