//! From arcs with levels to curves: the arcs that appear together are strung to lines, smoothed, and share the points
//! where they meet, so that nothing opens when the curves are fitted.

use kurbo::Point;

use super::arcs::{Arcs, Chain};
use super::curve::Outline;
use super::field::Field;
use super::levels::LEVELS;
use super::order;
use super::smooth;

/// Cosine of the turn up to which two arcs are one line where others meet them.
const STRAIGHT: f32 = 0.3;

/// Points from a node that tell where an arc is heading.
const HEADING: usize = 5;

/// A line before it is smoothed, in px of the photo's working size.
#[derive(Clone, Debug)]
pub(super) struct Line {
    /// The least detail that shows it, in tenths.
    pub level: u8,
    /// Lies in the background.
    pub ground: bool,
    pub points: Chain,
    /// Index into the points and node, in order; the first and last are the ends. Empty where it meets no other.
    pub nodes: Vec<(usize, u32)>,
    /// How sure it is of its place at every point, 0 to 1.
    pub firmness: Vec<f32>,
}

/// Lines of all levels, weakest detail first. `ground` tells the background's arcs.
pub(super) fn lines(energy: &Field<1>, arcs: &Arcs, levels: &[u8], ground: &[bool], scale: f32) -> Vec<Line> {
    let mut lines = Vec::new();
    for level in 0..LEVELS as u8 {
        for ground_too in [false, true] {
            let member = |arc: u32| levels[arc as usize] == level && ground[arc as usize] == ground_too;
            let members: Vec<u32> = (0..levels.len() as u32).filter(|&arc| member(arc)).collect();
            let strings = strings(arcs, &members, scale);
            lines.extend(strings.map(|(points, nodes)| {
                let firmness = smooth::firmness(energy, &points);
                Line { level, ground: ground_too, points, nodes, firmness }
            }));
        }
    }
    lines
}

/// The outlines of lines that come weakest detail first, but for those that meet none. First lines are placed that run through nodes, then those that
/// end on them, level by level, so that the lines of more detail never move those of less.
pub(super) fn outlines(lines: &[&Line], smoothing: f32) -> Vec<Outline> {
    let count = lines.iter().flat_map(|line| &line.nodes).map(|&(_, node)| node as usize + 1).max();
    let mut fixed: Vec<Option<Point>> = vec![None; count.unwrap_or(0)];
    let smooth = |line: &Line, fixed: &[Option<Point>]| {
        let end = |place: Option<&(usize, u32)>| place.and_then(|&(_, node)| fixed[node as usize]);
        smooth::smooth(&line.points, &line.firmness, end(line.nodes.first()), end(line.nodes.last()), smoothing)
    };
    let mut outlines = Vec::with_capacity(lines.len());
    for together in lines.chunk_by(|a, b| a.level == b.level) {
        for line in together.iter().filter(|line| line.nodes.len() > 2) {
            let outline = smooth(line, &fixed);
            for &(index, node) in &line.nodes[1..line.nodes.len() - 1] {
                fixed[node as usize].get_or_insert(outline.points[index]);
            }
        }
        for line in together {
            let outline = smooth(line, &fixed);
            for &(index, node) in line.nodes.first().into_iter().chain(line.nodes.last()) {
                fixed[node as usize].get_or_insert(outline.points[index]);
            }
            outlines.push(outline);
        }
    }
    outlines
}

/// Points and nodes of a line.
type String = (Chain, Vec<(usize, u32)>);

/// Strings the members together, straight on through every node.
fn strings(arcs: &Arcs, members: &[u32], scale: f32) -> impl Iterator<Item = String> {
    let mut ends: Vec<(u32, u32, [f32; 2])> = Vec::new();
    for &i in members {
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
    let mut partner = vec![u32::MAX; arcs.arcs.len() * 2];
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
    let mut used = vec![false; arcs.arcs.len()];
    let mut out = Vec::new();
    for rings in [false, true] {
        for &arc in members {
            for side in [arc * 2, arc * 2 + 1] {
                if !used[arc as usize] && (rings || partner[side as usize] == u32::MAX) {
                    out.push(string_from(arcs, &partner, &mut used, side, scale));
                }
            }
        }
    }
    out.into_iter()
}

/// The string that starts at one side of an arc.
fn string_from(arcs: &Arcs, partner: &[u32], used: &mut [bool], start: u32, scale: f32) -> String {
    let (mut points, mut nodes) = (Chain::new(), Vec::new());
    let mut side = start;
    while side != u32::MAX && !used[side as usize / 2] {
        used[side as usize / 2] = true;
        let arc = &arcs.arcs[side as usize / 2];
        let from = (side % 2) as usize;
        if points.is_empty() {
            nodes.push((0, arc.nodes[from]));
        } else {
            points.pop();
        }
        let place = |p: &[f32; 2]| [p[0] * scale, p[1] * scale];
        if from == 0 {
            points.extend(arc.points.iter().map(place));
        } else {
            points.extend(arc.points.iter().rev().map(place));
        }
        nodes.push((points.len() - 1, arc.nodes[1 - from]));
        side = partner[(side ^ 1) as usize];
    }
    (points, nodes)
}

#[cfg(test)]
mod tests {
    use super::super::arcs::Arc;
    use super::*;

    /// Three arcs that meet in node 0: from the left, to the right, and downwards.
    fn meeting() -> Arcs {
        let arc = |node: u32, [dx, dy]: [i32; 2]| Arc {
            left: 0,
            right: 1,
            nodes: [0, node],
            points: (0..=20).map(|step| [(30 + dx * step) as f32, (30 + dy * step) as f32]).collect(),
        };
        let arcs = vec![arc(1, [-1, 0]), arc(2, [1, 0]), arc(3, [0, 1])];
        Arcs { arcs, on_border: vec![false; 4] }
    }

    #[test]
    fn arcs_that_go_straight_on_are_one_line_and_the_third_ends_on_it() {
        let lines = lines(&Field::new(64, 64), &meeting(), &[2, 2, 2], &[false; 3], 2.0);
        let lengths: Vec<usize> = lines.iter().map(|line| line.points.len()).collect();
        assert_eq!(lengths, [41, 21]);
        for smoothing in [0.0, 0.5, 1.0] {
            let outlines = outlines(&lines.iter().collect::<Vec<&Line>>(), smoothing);
            assert!(outlines[0].points.contains(&outlines[1].points[0]));
        }
    }

    #[test]
    fn arcs_of_another_level_or_of_the_background_are_lines_of_their_own() {
        let kinds = |levels: &[u8], ground: &[bool]| -> Vec<(u8, bool)> {
            lines(&Field::new(64, 64), &meeting(), levels, ground, 2.0)
                .iter()
                .map(|line| (line.level, line.ground))
                .collect()
        };
        assert_eq!(kinds(&[1, 4, LEVELS as u8], &[false; 3]), [(1, false), (4, false)]);
        assert_eq!(kinds(&[3, 3, LEVELS as u8], &[false, true, false]), [(3, false), (3, true)]);
    }

    #[test]
    fn more_lines_do_not_move_those_of_less_detail() {
        let all = lines(&Field::new(64, 64), &meeting(), &[0, 0, 5], &[false; 3], 2.0);
        let all: Vec<&Line> = all.iter().collect();
        let (few, many) = (outlines(&all[..1], 0.5), outlines(&all, 0.5));
        assert_eq!(few[0].points, many[0].points);
    }
}
