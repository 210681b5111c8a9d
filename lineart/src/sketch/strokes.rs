//! From arcs with levels to curves: the arcs that appear together are strung to strokes, smoothed, and share the points
//! where they meet, so that nothing opens when the curves are fitted.

use kurbo::Point;

use super::arcs::{Arcs, Chain};
use super::curve::{self, Outline};
use super::levels::LEVELS;
use super::order;

/// Cosine of the turn up to which two arcs are one stroke where others meet them.
const STRAIGHT: f32 = 0.3;

/// Points from a node that tell where an arc is heading.
const HEADING: usize = 5;

/// A stroke before it is fitted.
struct String {
    points: Chain,
    /// Index into the points and node, in order; the first and last are the ends.
    nodes: Vec<(usize, u32)>,
}

/// Strokes of all levels, weakest detail first: their level and outline in px of the photo's working size.
pub(super) fn strokes(arcs: &Arcs, levels: &[u8], scale: f32) -> Vec<(u8, Outline)> {
    let mut fixed: Vec<Option<Point>> = vec![None; arcs.on_border.len()];
    let mut strokes = Vec::new();
    for level in 0..LEVELS as u8 {
        let strings = strings(arcs, levels, level, scale);
        // First where strokes run through nodes, then those that end on them.
        for string in &strings {
            let outline = curve::smooth(&string.points, end(&fixed, string, false), end(&fixed, string, true));
            for &(index, node) in &string.nodes[1..string.nodes.len() - 1] {
                fixed[node as usize].get_or_insert(outline.points[index]);
            }
        }
        for string in &strings {
            let outline = curve::smooth(&string.points, end(&fixed, string, false), end(&fixed, string, true));
            for (index, node) in [string.nodes[0], string.nodes[string.nodes.len() - 1]] {
                fixed[node as usize].get_or_insert(outline.points[index]);
            }
            strokes.push((level, outline));
        }
    }
    strokes
}

fn end(fixed: &[Option<Point>], string: &String, last: bool) -> Option<Point> {
    let (_, node) = string.nodes[if last { string.nodes.len() - 1 } else { 0 }];
    fixed[node as usize]
}

/// Strings the arcs of one level together, straight on through every node.
fn strings(arcs: &Arcs, levels: &[u8], level: u8, scale: f32) -> Vec<String> {
    let members: Vec<u32> = (0..levels.len() as u32).filter(|&arc| levels[arc as usize] == level).collect();
    let mut ends: Vec<(u32, u32, [f32; 2])> = Vec::new();
    for &i in &members {
        let arc = &arcs.arcs[i as usize];
        let last = arc.points.len() - 1;
        let reach = HEADING.min(last);
        for (side, at, inside) in [(0, 0, reach), (1, last, last - reach)] {
            let (at, inside) = (arc.points[at], arc.points[inside]);
            let (dx, dy) = (at[0] - inside[0], at[1] - inside[1]);
            let length = (dx * dx + dy * dy).sqrt().max(1e-6);
            ends.push((arc.nodes[side], i * 2 + side as u32, [dx / length, dy / length]));
        }
    }
    order::by_key(&mut ends, |end| [end.0, end.1, 0]);
    let mut partner = vec![u32::MAX; levels.len() * 2];
    for meeting in ends.chunk_by(|a, b| a.0 == b.0) {
        let alone = meeting.len() == 2;
        let mut pairs = Vec::new();
        for (a, first) in meeting.iter().enumerate() {
            for second in &meeting[a + 1..] {
                let straight = -(first.2[0] * second.2[0] + first.2[1] * second.2[1]);
                if straight > STRAIGHT || (alone && straight > -0.5) {
                    pairs.push((straight, first.1, second.1));
                }
            }
        }
        order::by_key(&mut pairs, |&(straight, a, b)| [order::descending(straight), a, b]);
        for (_, a, b) in pairs {
            if partner[a as usize] == u32::MAX && partner[b as usize] == u32::MAX {
                (partner[a as usize], partner[b as usize]) = (b, a);
            }
        }
    }
    let mut used = vec![false; levels.len()];
    let mut out = Vec::new();
    for rings in [false, true] {
        for &arc in &members {
            for side in [arc * 2, arc * 2 + 1] {
                if !used[arc as usize] && (rings || partner[side as usize] == u32::MAX) {
                    out.push(string_from(arcs, &partner, &mut used, side, scale));
                }
            }
        }
    }
    out
}

/// The string that starts at one side of an arc.
fn string_from(arcs: &Arcs, partner: &[u32], used: &mut [bool], start: u32, scale: f32) -> String {
    let mut string = String { points: Chain::new(), nodes: Vec::new() };
    let mut side = start;
    while side != u32::MAX && !used[side as usize / 2] {
        used[side as usize / 2] = true;
        let arc = &arcs.arcs[side as usize / 2];
        let from = (side % 2) as usize;
        if string.points.is_empty() {
            string.nodes.push((0, arc.nodes[from]));
        } else {
            string.points.pop();
        }
        let place = |p: &[f32; 2]| [p[0] * scale, p[1] * scale];
        if from == 0 {
            string.points.extend(arc.points.iter().map(place));
        } else {
            string.points.extend(arc.points.iter().rev().map(place));
        }
        string.nodes.push((string.points.len() - 1, arc.nodes[1 - from]));
        side = partner[(side ^ 1) as usize];
    }
    string
}
