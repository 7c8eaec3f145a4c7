//! Which spins of a layer one hidden spin sees.

/// How the boundary spins close.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Boundary {
    /// Site N − 1 is the neighbour of site 0.
    Ring,
    /// Two open ends; links that would leave the line are absent.
    Line,
}

/// The receptive field of hidden spin `j`: r spins of the layer below (two sites per hidden spin).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ReceptiveField {
    /// `{2j, 2j+1}`: the binary tree.
    Two,
    /// `{2j, 2j+1, 2j+2}`: planar, one shared spin between neighbours.
    Three,
    /// `{2j−1, 2j, 2j+1, 2j+2}`: MERA-like, not planar.
    Four,
}

impl ReceptiveField {
    /// All three, narrowest first.
    pub const ALL: [Self; 3] = [Self::Two, Self::Three, Self::Four];

    /// The field of `r` spins, if there is one.
    #[must_use]
    pub fn from_links(r: u64) -> Option<Self> {
        Self::ALL.into_iter().find(|f| f.links() as u64 == r)
    }

    /// Number r of links of one hidden spin.
    #[must_use]
    pub const fn links(self) -> usize {
        match self {
            Self::Two => 2,
            Self::Three => 3,
            Self::Four => 4,
        }
    }

    /// Offset of slot 0 from site `2j`.
    #[must_use]
    pub const fn first_offset(self) -> i64 {
        match self {
            Self::Two | Self::Three => 0,
            Self::Four => -1,
        }
    }

    /// The site that hidden spin `block` sees in place `slot` of its field, in a layer of `sites`
    /// spins (`0 ≤ block < sites/2`, `slot < r`). `None` where an open line has no such site.
    ///
    /// On a ring of two sites several slots fall on one site; the links stay separate.
    #[must_use]
    pub fn site(self, boundary: Boundary, sites: u64, block: u64, slot: usize) -> Option<u64> {
        let site = 2 * block as i64 + self.first_offset() + slot as i64;
        match boundary {
            Boundary::Ring => Some(site.rem_euclid(sites as i64) as u64),
            Boundary::Line => (0..sites as i64).contains(&site).then_some(site as u64),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_wrap_on_a_ring_and_end_on_a_line() {
        let seen =
            |f: ReceptiveField, b, n, j| (0..f.links()).map(|s| f.site(b, n, j, s)).collect::<Vec<_>>();
        assert_eq!(seen(ReceptiveField::Three, Boundary::Ring, 8, 3), [Some(6), Some(7), Some(0)]);
        assert_eq!(seen(ReceptiveField::Three, Boundary::Line, 8, 3), [Some(6), Some(7), None]);
        assert_eq!(seen(ReceptiveField::Four, Boundary::Ring, 8, 0), [Some(7), Some(0), Some(1), Some(2)]);
        assert_eq!(seen(ReceptiveField::Four, Boundary::Line, 8, 0), [None, Some(0), Some(1), Some(2)]);
        assert_eq!(seen(ReceptiveField::Three, Boundary::Ring, 2, 0), [Some(0), Some(1), Some(0)]);
        assert_eq!(seen(ReceptiveField::Two, Boundary::Line, 2, 0), [Some(0), Some(1)]);
    }
}
