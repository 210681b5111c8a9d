//! Which basins are background: faces that lean on the photo's border for much of their rim (boundary connectivity;
//! Zhu, Liang, Wei, Sun 2014) and away from its middle, and what small things lie among them.

use super::arcs::Arcs;
use super::basins::Basins;
use super::faces::Faces;

/// Faces are those of a page of this level: the standard one.
const LEVEL: u8 = 5;

/// Border over root of area from which a face is background: at the border, and how much more in the middle. A wall
/// behind a thing has 3 to 5, a body that the lower border cuts about 1.
const LEANING: f32 = 0.6;
const MIDDLE: f32 = 2.4;

/// How far the middle reaches, as a share of each side.
const REACH: f32 = 0.3;

/// Share of the main thing's weight below which another thing is background.
const SMALL: f32 = 0.15;

#[derive(Clone, Copy, Default)]
struct Face {
    area: f32,
    /// Pixels on the photo's border.
    border: f32,
    /// Area, each pixel weighted by how near the middle it is.
    middle: f32,
}

/// For every basin whether it is background; where all would be, none is.
pub(super) fn ground(basins: &Basins, arcs: &Arcs, levels: &[u8]) -> Vec<bool> {
    let mut faces = Faces::new(&vec![0.0; basins.count]);
    for (arc, _) in arcs.arcs.iter().zip(levels).filter(|(_, level)| **level > LEVEL) {
        faces.unite(arc.left, arc.right);
    }
    let of: Vec<u32> = (0..basins.count as u32).map(|basin| faces.of(basin)).collect();
    let seen = look(basins, &of);
    let leans = |face: &Face| {
        let middle = face.middle / face.area.max(1.0);
        face.border > (LEANING + MIDDLE * middle) * face.area.sqrt()
    };
    // Faces of a thing touch each other; what parts things is background.
    let mut things = Faces::new(&seen.iter().map(|face| face.middle).collect::<Vec<f32>>());
    for arc in &arcs.arcs {
        let (left, right) = (of[arc.left as usize], of[arc.right as usize]);
        if !leans(&seen[left as usize]) && !leans(&seen[right as usize]) {
            things.unite(left, right);
        }
    }
    let weight: Vec<f32> =
        of.iter().map(|&face| if leans(&seen[face as usize]) { 0.0 } else { things.whole(face) }).collect();
    let most = weight.iter().copied().fold(0.0, f32::max);
    weight.iter().map(|&weight| most > 0.0 && weight < SMALL * most).collect()
}

/// The share of the photo that is not background, 0 to 1.
pub(super) fn subject(basins: &Basins, ground: &[bool]) -> f32 {
    let in_subject = basins.label.iter().filter(|&&basin| !ground[basin as usize]).count();
    in_subject as f32 / basins.label.len() as f32
}

/// Sums over the pixels of every face.
fn look(basins: &Basins, of: &[u32]) -> Vec<Face> {
    let (width, height) = (basins.width, basins.height);
    let away = |at: usize, side: usize| {
        let share = ((at as f32 + 0.5) / side as f32 - 0.5) / REACH;
        libm::expf(-0.5 * share * share)
    };
    let across: Vec<f32> = (0..width).map(|x| away(x, width)).collect();
    let mut faces = vec![Face::default(); of.len()];
    for (y, row) in basins.label.chunks_exact(width).enumerate() {
        let down = away(y, height);
        for (x, &basin) in row.iter().enumerate() {
            let face = &mut faces[of[basin as usize] as usize];
            face.area += 1.0;
            face.middle += across[x] * down;
            let edge = u8::from(x == 0 || x + 1 == width) + u8::from(y == 0 || y + 1 == height);
            face.border += f32::from(edge);
        }
    }
    faces
}

#[cfg(test)]
mod tests {
    use super::super::arcs;
    use super::*;

    /// Which of the letters are background where every line is drawn.
    fn background(rows: &[&str]) -> std::string::String {
        let scale = 8;
        let (width, height) = (rows[0].len() * scale, rows.len() * scale);
        let label: Vec<u32> = (0..width * height)
            .map(|at| u32::from(rows[at / width / scale].as_bytes()[at % width / scale] - b'a'))
            .collect();
        let count = *label.iter().max().unwrap() as usize + 1;
        let basins = Basins { width, height, label, count };
        let arcs = arcs::arcs(&basins);
        let ground = ground(&basins, &arcs, &vec![0; arcs.arcs.len()]);
        (0..count).filter(|&basin| ground[basin]).map(|basin| char::from(b'a' + basin as u8)).collect()
    }

    #[test]
    fn the_wall_and_a_small_thing_on_it_are_background() {
        let rows = ["aaaaaaaaaaaa", "aaaaaaaaaada", "aaabbbbbaaaa", "aaabccbbaaaa", "aaabbbbbaaaa", "aaaaaaaaaaaa"];
        assert_eq!(background(&rows), "ad");
    }

    #[test]
    fn a_body_that_the_lower_border_cuts_is_the_subject() {
        let rows = ["aaaaaaaaaaaa", "aaaaabbaaaaa", "aaaaabbaaaaa", "aaaccccccaaa", "aaaccccccaaa", "aaaccccccaaa"];
        assert_eq!(background(&rows), "a");
    }

    #[test]
    fn a_photo_of_one_thing_has_no_background() {
        assert_eq!(background(&["aaaa", "aaaa", "aaaa"]), "");
    }
}
