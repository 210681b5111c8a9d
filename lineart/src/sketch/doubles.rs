//! Strokes that run beside a stronger one: both sides of a thin line, or an edge and its halo.

use super::trace::Chain;

/// Two lines closer than this print as one thick line, px.
const APART: isize = 6;

/// Share of a stroke that has to run beside stronger ones to make it a double.
const BESIDE: f32 = 0.6;

/// For each chain, whether it doubles stronger ones.
pub(super) fn doubles(chains: &[(Chain, f32)], width: usize, height: usize) -> Vec<bool> {
    let mut order: Vec<usize> = (0..chains.len()).collect();
    order.sort_by(|&a, &b| chains[b].1.total_cmp(&chains[a].1).then(a.cmp(&b)));
    let mut taken = vec![false; width * height];
    let mut doubles = vec![false; chains.len()];
    for i in order {
        let pixels = || chains[i].0.iter().map(|p| (p[0] as usize, p[1] as usize));
        let beside = pixels().filter(|&(x, y)| taken[y * width + x]).count();
        if beside as f32 > BESIDE * chains[i].0.len() as f32 {
            doubles[i] = true;
            continue;
        }
        for (x, y) in pixels() {
            for dy in -APART..=APART {
                let Some(row) = y.checked_add_signed(dy).filter(|&row| row < height) else {
                    continue;
                };
                // A square would reach further along diagonals.
                let reach = (APART + 1 - dy.abs()).min(APART - 1) as usize;
                let (from, to) = (x.saturating_sub(reach), (x + reach + 1).min(width));
                taken[row * width + from..row * width + to].fill(true);
            }
        }
    }
    doubles
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_weaker_of_two_close_parallels_is_a_double() {
        let line = |y: f32| (10..60).map(|x| [x as f32, y]).collect::<Chain>();
        let chains = [(line(20.0), 1.0), (line(22.0), 2.0), (line(40.0), 0.5)];
        assert_eq!(doubles(&chains, 64, 64), [true, false, false]);
    }
}
