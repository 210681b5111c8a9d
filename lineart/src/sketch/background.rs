//! Background estimation by boundary connectivity (Zhu, Liang, Wei, Sun 2014): regions with much of
//! their perimeter on the image border and little of their area near the centre are background, and
//! so are small objects among them.

use super::planar_graph::PlanarGraph;
use super::regions::Regions;
use super::thresholds::LEVEL_COUNT;
use super::watershed::{BASIN_SCALE, Basins};

/// Regions are those of a page of this level, the standard preset's.
const STANDARD_LEVEL: u8 = 5;

/// Border length over root of area above which a region is background: off the centre, and how much
/// more in the centre. A wall behind an object has 3 to 5; a body cut by the lower border has about
/// 1.
const MIN_BORDER_RATIO: f32 = 0.6;
const CENTRE_BORDER_RATIO: f32 = 2.4;

/// Sigma of the Gaussian that weighs pixels by their distance from the centre, as a share of each
/// side.
const CENTRE_SIGMA: f32 = 0.3;

/// Share of the main object's centre-weighted area below which another object is background.
const MIN_OBJECT_SHARE: f32 = 0.15;

/// Length below which a branch that lost its other end to the background is a spur, px.
const MAX_CUT_SPUR_PX: f32 = 60.0;

#[derive(Clone, Copy, Default)]
struct RegionShape {
    area: f32,
    /// Pixels on the image border.
    border: f32,
    /// Area with each pixel weighted by its closeness to the centre, 0 to 1.
    central_area: f32,
}

impl RegionShape {
    /// Whether the region is attached to the image border as backgrounds are.
    fn is_border_region(&self) -> bool {
        let centrality = self.central_area / self.area.max(1.0);
        self.border > (MIN_BORDER_RATIO + CENTRE_BORDER_RATIO * centrality) * self.area.sqrt()
    }
}

/// For every basin whether it is background. Where all basins would be, none is. `levels` holds the
/// level of each arc.
pub(super) fn background_basins(basins: &Basins, graph: &PlanarGraph, levels: &[u8]) -> Vec<bool> {
    let mut regions = Regions::new(&vec![0.0; basins.count]);
    for (arc, _) in graph.arcs.iter().zip(levels).filter(|(_, level)| **level > STANDARD_LEVEL) {
        regions.unite(arc.left, arc.right);
    }
    let region_of: Vec<u32> = (0..basins.count as u32).map(|basin| regions.find_region(basin)).collect();
    let shapes = region_shapes(basins, &region_of);
    // Neighbouring regions form one object unless either is a border region.
    let mut objects = Regions::new(&shapes.iter().map(|shape| shape.central_area).collect::<Vec<f32>>());
    for arc in &graph.arcs {
        let (left, right) = (region_of[arc.left as usize], region_of[arc.right as usize]);
        if !shapes[left as usize].is_border_region() && !shapes[right as usize].is_border_region() {
            objects.unite(left, right);
        }
    }
    let object_weight = |&region: &u32| match shapes[region as usize].is_border_region() {
        true => 0.0,
        false => objects.region_size(region),
    };
    let weights: Vec<f32> = region_of.iter().map(object_weight).collect();
    let main = weights.iter().copied().fold(0.0, f32::max);
    weights.iter().map(|&weight| main > 0.0 && weight < MIN_OBJECT_SHARE * main).collect()
}

/// Marks short branches as background too that end where an arc of the background is cut off.
/// `levels` holds the level of each arc.
pub(super) fn mark_cut_spurs(graph: &PlanarGraph, levels: &[u8], in_background: &mut [bool]) {
    let mut arcs_at_node = vec![Vec::new(); graph.node_on_border.len()];
    for (i, arc) in graph.arcs.iter().enumerate().filter(|(i, _)| levels[*i] < LEVEL_COUNT as u8) {
        arc.nodes.iter().for_each(|&node| arcs_at_node[node as usize].push(i));
    }
    for level in 0..LEVEL_COUNT as u8 {
        for start in 0..arcs_at_node.len() {
            let is_cut = |&arc: &usize| levels[arc] <= level && in_background[arc];
            if graph.node_on_border[start] || !arcs_at_node[start].iter().any(is_cut) {
                continue;
            }
            for arc in cut_spur(graph, &arcs_at_node, start, |arc| levels[arc] <= level && !in_background[arc]) {
                in_background[arc] = true;
            }
        }
    }
}

/// The arcs of a branch that begins at a loose end `start` and is too short to stay; none if it is
/// longer or there is none.
fn cut_spur(
    graph: &PlanarGraph,
    arcs_at_node: &[Vec<usize>],
    start: usize,
    is_shown: impl Fn(usize) -> bool,
) -> Vec<usize> {
    let (mut branch, mut length, mut node) = (Vec::new(), 0.0, start);
    loop {
        let shown: Vec<usize> = arcs_at_node[node].iter().copied().filter(|&arc| is_shown(arc)).collect();
        let is_end = if node == start && branch.is_empty() { shown.len() != 1 } else { shown.len() != 2 };
        if is_end || graph.node_on_border[node] {
            return branch;
        }
        let Some(&arc) = shown.iter().find(|&&arc| branch.last() != Some(&arc)) else { return branch };
        branch.push(arc);
        length += (graph.arcs[arc].points.len() - 1) as f32 * BASIN_SCALE as f32;
        let [first, last] = graph.arcs[arc].nodes.map(|node| node as usize);
        node = if first == node { last } else { first };
        if length >= MAX_CUT_SPUR_PX || node == start {
            return Vec::new();
        }
    }
}

/// The share of the photo that is not background, 0 to 1.
pub(super) fn subject_share(basins: &Basins, background: &[bool]) -> f32 {
    let in_subject = basins.labels.iter().filter(|&&basin| !background[basin as usize]).count();
    in_subject as f32 / basins.labels.len() as f32
}

/// Sums over the pixels of every region, at the index of its representative basin.
fn region_shapes(basins: &Basins, region_of: &[u32]) -> Vec<RegionShape> {
    let (width, height) = (basins.width, basins.height);
    let centre_weight = |at: usize, side: usize| {
        let offset = ((at as f32 + 0.5) / side as f32 - 0.5) / CENTRE_SIGMA;
        libm::expf(-0.5 * offset * offset)
    };
    let column_weights: Vec<f32> = (0..width).map(|x| centre_weight(x, width)).collect();
    let mut shapes = vec![RegionShape::default(); region_of.len()];
    for (y, row) in basins.labels.chunks_exact(width).enumerate() {
        let row_weight = centre_weight(y, height);
        for (x, &basin) in row.iter().enumerate() {
            let shape = &mut shapes[region_of[basin as usize] as usize];
            shape.area += 1.0;
            shape.central_area += column_weights[x] * row_weight;
            let sides = u8::from(x == 0 || x + 1 == width) + u8::from(y == 0 || y + 1 == height);
            shape.border += f32::from(sides);
        }
    }
    shapes
}

#[cfg(test)]
mod tests {
    use super::super::planar_graph::trace_boundaries;
    use super::*;

    /// Which of the letters are background if every boundary is drawn; a letter is 8 x 8 px.
    fn background_letters(rows: &[&str]) -> String {
        let scale = 8;
        let (width, height) = (rows[0].len() * scale, rows.len() * scale);
        let labels: Vec<u32> = (0..width * height)
            .map(|at| u32::from(rows[at / width / scale].as_bytes()[at % width / scale] - b'a'))
            .collect();
        let count = *labels.iter().max().unwrap() as usize + 1;
        let basins = Basins { width, height, labels, count };
        let graph = trace_boundaries(&basins);
        let background = background_basins(&basins, &graph, &vec![0; graph.arcs.len()]);
        (0..count).filter(|&basin| background[basin]).map(|basin| char::from(b'a' + basin as u8)).collect()
    }

    #[test]
    fn wall_and_a_small_object_on_it_are_background() {
        let rows = ["aaaaaaaaaaaa", "aaaaaaaaaada", "aaabbbbbaaaa", "aaabccbbaaaa", "aaabbbbbaaaa", "aaaaaaaaaaaa"];
        assert_eq!(background_letters(&rows), "ad");
    }

    #[test]
    fn body_cut_by_the_lower_border_is_the_subject() {
        let rows = ["aaaaaaaaaaaa", "aaaaabbaaaaa", "aaaaabbaaaaa", "aaaccccccaaa", "aaaccccccaaa", "aaaccccccaaa"];
        assert_eq!(background_letters(&rows), "a");
    }

    #[test]
    fn photo_of_a_single_region_has_no_background() {
        assert_eq!(background_letters(&["aaaa", "aaaa", "aaaa"]), "");
    }
}
