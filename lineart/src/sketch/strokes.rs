//! Strokes: arcs of the same level concatenated through nodes, and smoothed so that strokes that
//! meet share a point.
//!
//! The shared points keep junctions closed when each stroke is fitted with a curve of its own.

use kurbo::Point;

use super::bezier_fit::SmoothedLine;
use super::field::Field;
use super::line_smoothing::{localisation_confidence, smooth_line};
use super::planar_graph::PlanarGraph;
use super::polyline::{Polyline, end_heading};
use super::sort::{descending_key, sort_by_key};
use super::thresholds::LEVEL_COUNT;

/// Cosine of the largest turn from one arc to the next where other arcs end at the same node: 73
/// degrees.
const MIN_TURN_COSINE: f32 = 0.3;

/// The same where no other arc of the level ends: 120 degrees.
const MIN_LONE_TURN_COSINE: f32 = -0.5;

/// Points from a node over which the heading of an arc is measured.
const HEADING_POINTS: usize = 5;

const NO_PARTNER: u32 = u32::MAX;

/// What a stroke belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Subject,
    Background,
    /// An edge of the subject that the background draws too, drawn only where the background is
    /// softened or removed.
    Silhouette,
}

impl Role {
    pub fn of(in_background: bool) -> Role {
        if in_background { Role::Background } else { Role::Subject }
    }
}

/// A stroke before it is smoothed, in px of the working size.
#[derive(Clone, Debug)]
pub(super) struct Stroke {
    /// The lowest level of detail that shows it, 0 to 10.
    pub level: u8,
    /// The highest level that shows it: only features of faces are replaced by others.
    pub last_level: u8,
    pub role: Role,
    pub points: Polyline,
    /// Index into `points` and node, in order; the first and last are the ends. Empty for strokes
    /// that meet no other.
    pub nodes: Vec<(usize, u32)>,
    /// Confidence in the localisation at every point, 0 to 1; empty means 1.
    pub confidence: Vec<f32>,
}

impl Stroke {
    /// A stroke of the subject that meets no other and is shown from `level` on.
    pub fn unconnected(level: u8, points: Polyline) -> Stroke {
        let last_level = LEVEL_COUNT as u8 - 1;
        Stroke { level, last_level, role: Role::Subject, points, nodes: Vec::new(), confidence: Vec::new() }
    }

    pub fn is_shown_at(&self, level: u8) -> bool {
        (self.level..=self.last_level).contains(&level)
    }
}

/// Strokes of all levels in order of level. `arc_in_background` holds an entry for each arc;
/// `scale` converts px of the graph to px of the working size.
pub(super) fn assemble_strokes(
    energy: &Field<1>,
    graph: &PlanarGraph,
    levels: &[u8],
    arc_in_background: &[bool],
    scale: f32,
) -> Vec<Stroke> {
    let mut strokes = Vec::new();
    for level in 0..LEVEL_COUNT as u8 {
        for in_background in [false, true] {
            let is_member =
                |arc: u32| levels[arc as usize] == level && arc_in_background[arc as usize] == in_background;
            let members: Vec<u32> = (0..levels.len() as u32).filter(|&arc| is_member(arc)).collect();
            let paths = concatenate_arcs(graph, &members, scale);
            strokes.extend(paths.into_iter().map(|(points, nodes)| {
                let confidence = localisation_confidence(energy, &points);
                let role = Role::of(in_background);
                Stroke { role, nodes, confidence, ..Stroke::unconnected(level, points) }
            }));
        }
    }
    strokes
}

/// Smooths strokes that are in order of level; `smoothing` is 0 to 1.
///
/// Level by level, strokes that run through nodes are placed first, then those that end at them. A
/// stroke of a higher level therefore never moves one of a lower level.
pub(super) fn smooth_strokes(strokes: &[&Stroke], smoothing: f32) -> Vec<SmoothedLine> {
    let count = strokes.iter().flat_map(|stroke| &stroke.nodes).map(|&(_, node)| node as usize + 1).max();
    let mut node_positions: Vec<Option<Point>> = vec![None; count.unwrap_or(0)];
    let smooth = |stroke: &Stroke, positions: &[Option<Point>]| {
        let position = |end: Option<&(usize, u32)>| end.and_then(|&(_, node)| positions[node as usize]);
        let (first, last) = (position(stroke.nodes.first()), position(stroke.nodes.last()));
        smooth_line(&stroke.points, &stroke.confidence, first, last, smoothing)
    };
    let mut smoothed_strokes = Vec::with_capacity(strokes.len());
    for same_level in strokes.chunk_by(|a, b| a.level == b.level) {
        for stroke in same_level.iter().filter(|stroke| stroke.nodes.len() > 2) {
            let smoothed = smooth(stroke, &node_positions);
            for &(index, node) in &stroke.nodes[1..stroke.nodes.len() - 1] {
                node_positions[node as usize].get_or_insert(smoothed.points[index]);
            }
        }
        for stroke in same_level {
            let smoothed = smooth(stroke, &node_positions);
            for &(index, node) in stroke.nodes.first().into_iter().chain(stroke.nodes.last()) {
                node_positions[node as usize].get_or_insert(smoothed.points[index]);
            }
            smoothed_strokes.push(smoothed);
        }
    }
    smoothed_strokes
}

/// Points of a stroke, and its nodes with their indices into the points.
type PointsAndNodes = (Polyline, Vec<(usize, u32)>);

/// Concatenates the arcs `members`, as straight as possible through every node: open strokes first,
/// then closed ones.
fn concatenate_arcs(graph: &PlanarGraph, members: &[u32], scale: f32) -> Vec<PointsAndNodes> {
    let partner = pair_arc_ends(graph, members);
    let mut used = vec![false; graph.arcs.len()];
    let mut out = Vec::new();
    for closed in [false, true] {
        for &arc in members {
            for end in [arc * 2, arc * 2 + 1] {
                if !used[arc as usize] && (closed || partner[end as usize] == NO_PARTNER) {
                    out.push(stroke_from_arc_end(graph, &partner, &mut used, end, scale));
                }
            }
        }
    }
    out
}

/// For each end of an arc the end it continues into. The index of an end is twice the arc, plus one
/// for its last point.
fn pair_arc_ends(graph: &PlanarGraph, members: &[u32]) -> Vec<u32> {
    // Node, end and heading.
    let mut ends: Vec<(u32, u32, [f32; 2])> = Vec::new();
    for &i in members {
        let arc = &graph.arcs[i as usize];
        for (side, at_tail) in [(0, false), (1, true)] {
            let (_, heading) = end_heading(&arc.points, at_tail, HEADING_POINTS);
            ends.push((arc.nodes[side], i * 2 + side as u32, heading));
        }
    }
    sort_by_key(&mut ends, |end| [end.0, end.1, 0]);
    let mut partner = vec![NO_PARTNER; graph.arcs.len() * 2];
    for ends_at_node in ends.chunk_by(|a, b| a.0 == b.0) {
        let is_lone_pair = ends_at_node.len() == 2;
        let mut pairs = Vec::new();
        for (a, first) in ends_at_node.iter().enumerate() {
            for second in &ends_at_node[a + 1..] {
                let turn_cosine = -(first.2[0] * second.2[0] + first.2[1] * second.2[1]);
                if turn_cosine > MIN_TURN_COSINE || (is_lone_pair && turn_cosine > MIN_LONE_TURN_COSINE) {
                    pairs.push((turn_cosine, first.1, second.1));
                }
            }
        }
        sort_by_key(&mut pairs, |&(turn_cosine, a, b)| [descending_key(turn_cosine), a, b]);
        for (_, a, b) in pairs {
            if partner[a as usize] == NO_PARTNER && partner[b as usize] == NO_PARTNER {
                (partner[a as usize], partner[b as usize]) = (b, a);
            }
        }
    }
    partner
}

/// The stroke that starts at one end of an arc.
fn stroke_from_arc_end(
    graph: &PlanarGraph,
    partner: &[u32],
    used: &mut [bool],
    start: u32,
    scale: f32,
) -> PointsAndNodes {
    let (mut points, mut nodes) = (Polyline::new(), Vec::new());
    let mut end = start;
    while end != NO_PARTNER && !used[end as usize / 2] {
        used[end as usize / 2] = true;
        let arc = &graph.arcs[end as usize / 2];
        let side = (end % 2) as usize;
        if points.is_empty() {
            nodes.push((0, arc.nodes[side]));
        } else {
            points.pop();
        }
        let scaled = |p: &[f32; 2]| [p[0] * scale, p[1] * scale];
        if side == 0 {
            points.extend(arc.points.iter().map(scaled));
        } else {
            points.extend(arc.points.iter().rev().map(scaled));
        }
        nodes.push((points.len() - 1, arc.nodes[1 - side]));
        end = partner[(end ^ 1) as usize];
    }
    (points, nodes)
}

#[cfg(test)]
mod tests {
    use super::super::planar_graph::Arc;
    use super::*;

    /// Level of an arc that is not shown.
    const HIDDEN: u8 = LEVEL_COUNT as u8;

    /// Three arcs that meet in node 0: from the left, to the right, and downwards.
    fn junction() -> PlanarGraph {
        let arc = |node: u32, [dx, dy]: [i32; 2]| Arc {
            left: 0,
            right: 1,
            nodes: [0, node],
            points: (0..=20).map(|step| [(30 + dx * step) as f32, (30 + dy * step) as f32]).collect(),
        };
        let arcs = vec![arc(1, [-1, 0]), arc(2, [1, 0]), arc(3, [0, 1])];
        PlanarGraph { arcs, node_on_border: vec![false; 4] }
    }

    fn strokes_of_junction(levels: [u8; 3], in_background: [bool; 3]) -> Vec<Stroke> {
        assemble_strokes(&Field::new(64, 64), &junction(), &levels, &in_background, 2.0)
    }

    #[test]
    fn straight_pair_of_arcs_is_one_stroke() {
        let strokes = strokes_of_junction([2, 2, 2], [false; 3]);
        assert_eq!(strokes.iter().map(|stroke| stroke.points.len()).collect::<Vec<usize>>(), [41, 21]);
    }

    #[test]
    fn third_arc_ends_on_the_smoothed_stroke() {
        let strokes = strokes_of_junction([2, 2, 2], [false; 3]);
        for smoothing in [0.0, 0.5, 1.0] {
            let smoothed = smooth_strokes(&strokes.iter().collect::<Vec<&Stroke>>(), smoothing);
            assert!(smoothed[0].points.contains(&smoothed[1].points[0]));
        }
    }

    #[test]
    fn arcs_of_different_levels_are_separate_strokes() {
        let strokes = strokes_of_junction([1, 4, HIDDEN], [false; 3]);
        assert_eq!(strokes.iter().map(|stroke| stroke.level).collect::<Vec<u8>>(), [1, 4]);
    }

    #[test]
    fn background_arcs_are_separate_strokes() {
        let strokes = strokes_of_junction([3, 3, HIDDEN], [false, true, false]);
        assert_eq!(strokes.iter().map(|stroke| stroke.role).collect::<Vec<Role>>(), [Role::Subject, Role::Background]);
    }

    #[test]
    fn higher_levels_do_not_move_lower_ones() {
        let all = strokes_of_junction([0, 0, 5], [false; 3]);
        let all: Vec<&Stroke> = all.iter().collect();
        let (low, both) = (smooth_strokes(&all[..1], 0.5), smooth_strokes(&all, 0.5));
        assert_eq!((low.len(), both.len()), (1, 2));
        assert_eq!(low[0].points, both[0].points);
    }
}
