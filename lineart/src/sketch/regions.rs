//! Regions: unions of watershed basins in a disjoint-set forest with path halving (Tarjan 1975).

/// Disjoint sets of basins, each with the sum of a size, such as the area, of its basins.
pub(super) struct Regions {
    parent: Vec<u32>,
    /// For the representative of each region, the size of the whole region.
    pub sizes: Vec<f32>,
}

impl Regions {
    /// Every basin a region of its own.
    pub fn new(sizes: &[f32]) -> Regions {
        Regions { parent: (0..sizes.len() as u32).collect(), sizes: sizes.to_vec() }
    }

    /// The basin that represents the region of `basin`.
    pub fn find_region(&mut self, mut basin: u32) -> u32 {
        while self.parent[basin as usize] != basin {
            self.parent[basin as usize] = self.parent[self.parent[basin as usize] as usize];
            basin = self.parent[basin as usize];
        }
        basin
    }

    /// Merges the regions of `a` and `b`; returns the representative of the result.
    pub fn unite(&mut self, a: u32, b: u32) -> u32 {
        let (a, b) = (self.find_region(a), self.find_region(b));
        if a != b {
            self.parent[b as usize] = a;
            self.sizes[a as usize] += self.sizes[b as usize];
        }
        a
    }

    /// The size of the region of `basin`.
    pub fn region_size(&mut self, basin: u32) -> f32 {
        let region = self.find_region(basin);
        self.sizes[region as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn united_basins_are_one_region_with_their_total_size() {
        let mut regions = Regions::new(&[1.0, 2.0, 4.0]);
        regions.unite(0, 2);
        regions.unite(2, 0);
        assert_eq!(regions.find_region(0), regions.find_region(2));
        assert_ne!(regions.find_region(0), regions.find_region(1));
        assert_eq!((regions.region_size(2), regions.region_size(1)), (5.0, 2.0));
    }
}
