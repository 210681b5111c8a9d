//! Basins united to faces, with their areas: a forest of parents (Tarjan 1975).

pub(super) struct Faces {
    parent: Vec<u32>,
    /// Of the face's first basin: what all of it measures.
    pub areas: Vec<f32>,
}

impl Faces {
    pub fn new(areas: &[f32]) -> Faces {
        Faces { parent: (0..areas.len() as u32).collect(), areas: areas.to_vec() }
    }

    /// The basin that stands for the face of `basin`.
    pub fn of(&mut self, mut basin: u32) -> u32 {
        while self.parent[basin as usize] != basin {
            self.parent[basin as usize] = self.parent[self.parent[basin as usize] as usize];
            basin = self.parent[basin as usize];
        }
        basin
    }

    /// The face that `a` and `b` now belong to.
    pub fn unite(&mut self, a: u32, b: u32) -> u32 {
        let (a, b) = (self.of(a), self.of(b));
        if a != b {
            self.parent[b as usize] = a;
            self.areas[a as usize] += self.areas[b as usize];
        }
        a
    }

    /// The area of the face a basin belongs to.
    pub fn whole(&mut self, basin: u32) -> f32 {
        let face = self.of(basin);
        self.areas[face as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn united_basins_are_one_face_with_the_sum_of_their_areas() {
        let mut faces = Faces::new(&[1.0, 2.0, 4.0]);
        faces.unite(0, 2);
        faces.unite(2, 0);
        assert_eq!(faces.of(0), faces.of(2));
        assert_ne!(faces.of(0), faces.of(1));
        assert_eq!((faces.whole(2), faces.whole(1)), (5.0, 2.0));
    }
}
