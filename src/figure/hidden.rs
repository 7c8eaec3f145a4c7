//! Parts of the picture of the bulk that are not drawn.

/// A set of parts that a picture leaves out; none of them at first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Hidden(u8);

impl Hidden {
    /// Everything is drawn.
    pub const NONE: Self = Self(0);
    /// The names of the parts, in the order in which they are written.
    pub const WORDS: &[&str] = &["links", "spins", "wedge", "cut", "wall", "arcs"];

    /// The links of the network, and the mean tone of those that are too small.
    #[must_use]
    pub const fn links(self) -> bool {
        self.0 & 1 != 0
    }

    /// The sample of spins on the boundary.
    #[must_use]
    pub const fn spins(self) -> bool {
        self.0 & 1 << 1 != 0
    }

    /// The tint of the entanglement wedges.
    #[must_use]
    pub const fn wedge(self) -> bool {
        self.0 & 1 << 2 != 0
    }

    /// The Ryu–Takayanagi curves and the marks of the links that they cut.
    #[must_use]
    pub const fn cut(self) -> bool {
        self.0 & 1 << 3 != 0
    }

    /// The edge of the infrared wall, its shade and its label.
    #[must_use]
    pub const fn wall(self) -> bool {
        self.0 & 1 << 4 != 0
    }

    /// The arcs of the regions on the boundary, their letters and handles.
    #[must_use]
    pub const fn arcs(self) -> bool {
        self.0 & 1 << 5 != 0
    }

    /// Reads names separated by commas, spaces allowed; nothing from an empty text. `None` if one is unknown.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut hidden = Self::NONE;
        for word in text.split(',').map(str::trim).filter(|word| !word.is_empty()) {
            hidden.0 |= 1 << Self::WORDS.iter().position(|known| *known == word)?;
        }
        Some(hidden)
    }
}

impl std::fmt::Display for Hidden {
    /// The text that [`Hidden::parse`] reads.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let words = Self::WORDS.iter().enumerate().filter(|(i, _)| self.0 >> i & 1 == 1);
        f.write_str(&words.map(|(_, word)| *word).collect::<Vec<_>>().join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::bulk::{BulkScene, LayerLook, RegionLook, draw_bulk};
    use crate::figure::camera::{Camera, ChartKind, Frame, Projection};
    use crate::figure::page::{Figure, Mark};
    use crate::figure::{Hue, Looks, Role, WallLook};
    use crate::holography::{BulkNetwork, CapacitySource, Overlays, RegionAnswer};
    use crate::hyperbolic::RingRadius;
    use crate::lattice::{Boundary, ReceptiveField};
    use crate::network::{CutSolver, Geometry, Region};

    #[test]
    fn every_set_of_words_reads_back() {
        for set in 0..64 {
            assert_eq!(Hidden::parse(&Hidden(set).to_string()), Some(Hidden(set)));
        }
        assert_eq!(Hidden::parse(" wall , links,links ").map(|h| h.to_string()), Some("links,wall".into()));
        assert_eq!(Hidden::parse("links,tiles"), None);
    }

    /// What marks there are of each part, in the order of its words.
    fn parts(chart: ChartKind, hidden: Hidden) -> [bool; 6] {
        let (field, boundary) = (ReceptiveField::Three, Boundary::Ring);
        let geometry = Geometry::new(6, boundary, field, 3).unwrap();
        let mut solver = CutSolver::new(BulkNetwork::new(geometry, CapacitySource::Unit).unwrap().network);
        let region = Region::parse("10..22", 64, boundary).unwrap();
        let answer = RegionAnswer::new(&mut solver, &region);
        let look =
            RegionLook { hue: Hue::A, region: &region, answer: Some(&answer), threads: &[], handles: true };
        let layer = LayerLook { slot_tone: vec![1.0; 3], link_tone: Vec::new(), learned: true };
        let scene = BulkScene {
            projection: Projection::new(
                chart,
                RingRadius::Balanced,
                64,
                Camera::HOME,
                Frame::page(784.0, 828.0),
            ),
            field,
            boundary,
            depth: 3,
            layers: &vec![layer; 3],
            regions: &[look],
            spins: &[true, false],
            wall: Some(WallLook { z_ir: None }),
            lit_layer: None,
            overlays: Overlays::NONE,
            looks: Looks { hidden, ..Looks::PLAIN },
            strokes: 1.0,
            dark: true,
        };
        let mut page = Figure::new(784.0, 828.0);
        draw_bulk(&mut page, &scene);
        let hue = Role::Region(Hue::A);
        let any = |of: &dyn Fn(&Mark) -> bool| page.marks.iter().any(of);
        [
            any(&|m| matches!(m, Mark::Lines { stroke, .. } if matches!(stroke.paint.role, Role::Link(_)))),
            any(&|m| matches!(m, Mark::Discs { fill: Some(fill), .. } if fill.role == Role::SpinUp)),
            any(&|m| matches!(m, Mark::Area { paint, .. } if paint.role == hue)),
            any(&|m| matches!(m, Mark::Line { stroke, .. } if stroke.paint.role == Role::CurveCore)),
            any(&|m| matches!(m, Mark::Text { text, .. } if text.starts_with("wall"))),
            any(&|m| matches!(m, Mark::Text { text, .. } if text == "A")),
        ]
    }

    #[test]
    fn each_part_is_left_out_alone() {
        for chart in ChartKind::ALL {
            assert_eq!(parts(chart, Hidden::NONE), [true; 6], "{chart:?}");
            for i in 0..6 {
                let left = parts(chart, Hidden(1 << i));
                assert!(
                    (0..6).all(|part| left[part] == (part != i)),
                    "{chart:?} {}: {left:?}",
                    Hidden(1 << i)
                );
            }
        }
    }
}
