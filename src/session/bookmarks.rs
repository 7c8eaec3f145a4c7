//! Places of a session to come back to, and notes tied to sites and tiles.

use super::document::{Document, RegionName, Regions, rebased, scaled};
use super::{keys, v1};
use crate::figure::Hidden;
use crate::figure::camera::{Camera, ChartKind};
use crate::holography::Overlays;
use crate::hyperbolic::RingRadius;
use crate::network::Region;

/// A place to come back to: regions, what is shown over them, and where they are seen from.
#[derive(Clone, Debug, PartialEq)]
pub struct Bookmark {
    /// What a person calls it.
    pub name: String,
    /// The regions, on the boundary that they were chosen on.
    pub regions: Regions,
    /// Chart.
    pub chart: ChartKind,
    /// Radius function of the ring.
    pub ring_radius: RingRadius,
    /// What is laid over the picture.
    pub show: Overlays,
    /// What the picture leaves out.
    pub hide: Hidden,
    /// Where it is seen from.
    pub camera: Camera,
}

/// What a note is tied to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NotePlace {
    /// A boundary site.
    Site(u64),
    /// A tile of the network.
    Tile {
        /// Its layer.
        layer: u32,
        /// Its number in the layer.
        index: u64,
    },
}

impl NotePlace {
    /// Whether a network of so many sites has it.
    #[must_use]
    pub fn is_in(self, sites: u64) -> bool {
        match self {
            Self::Site(site) => site < sites,
            Self::Tile { layer, index } => layer < 64 && index < (sites >> layer),
        }
    }
}

impl std::fmt::Display for NotePlace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Site(site) => write!(f, "site {site}"),
            Self::Tile { layer, index } => write!(f, "layer τ = {layer}, node {index}"),
        }
    }
}

/// A text tied to a site or a tile, drawn on the bulk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// What it says, one line.
    pub text: String,
    /// What it is tied to.
    pub place: NotePlace,
}

impl Bookmark {
    /// The place where a document is looked at from `camera`.
    #[must_use]
    pub fn of(document: &Document, camera: Camera, name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            regions: document.regions.clone(),
            chart: document.view.chart,
            ring_radius: document.view.ring_radius,
            show: document.view.show,
            hide: document.view.hide,
            camera,
        }
    }

    /// Brings a document to this place; on another number of sites, or another boundary, regions are carried over
    /// in proportion.
    pub fn apply(&self, document: &mut Document) {
        let (sites, boundary) = (document.network.sites, document.network.boundary);
        for name in RegionName::ALL {
            let region = self.regions.get(name);
            let region = if region.sites() == sites { region.clone() } else { scaled(region, sites) };
            // An interval over the seam is no region of a line.
            let there = rebased(&region, sites, boundary);
            *document.regions.get_mut(name) = there.unwrap_or_else(|_| Region::empty(sites, boundary));
        }
        // Rescaled to few sites regions may come to share one.
        let r = &mut document.regions;
        r.b = r.b.difference(&r.a);
        r.c = r.c.difference(&r.a.union(&r.b));
        document.view.chart = self.chart;
        document.view.ring_radius = self.ring_radius;
        document.view.show = self.show;
        document.view.hide = self.hide;
    }

    /// Whether a document is there, seen from anywhere.
    #[must_use]
    pub fn is_of(&self, document: &Document) -> bool {
        let mut there = document.clone();
        self.apply(&mut there);
        there.regions == document.regions && there.view == document.view
    }

    pub(super) fn to_file(&self) -> v1::Bookmark {
        let mut scratch = Document::default();
        scratch.network.sites = self.regions.a.sites();
        scratch.network.boundary = self.regions.a.boundary();
        self.write_onto(&mut scratch);
        let text = |path| {
            keys::find(path).map(|key| key.get(&scratch).to_string()).expect("these keys are in the table")
        };
        let Camera { rotation_rad, magnification, shift, translation, dilation, turn_rad } = self.camera;
        v1::Bookmark {
            name: self.name.clone(),
            sites: scratch.network.sites,
            boundary: text("network.boundary"),
            a: text("regions.a"),
            b: text("regions.b"),
            c: text("regions.c"),
            chart: text("view.chart"),
            ring_radius: text("view.ring_radius"),
            show: text("view.show"),
            hide: text("view.hide"),
            camera: v1::Camera { rotation_rad, magnification, shift, translation, dilation, turn_rad },
        }
    }

    fn write_onto(&self, scratch: &mut Document) {
        scratch.regions = self.regions.clone();
        scratch.view.chart = self.chart;
        scratch.view.ring_radius = self.ring_radius;
        scratch.view.show = self.show;
        scratch.view.hide = self.hide;
    }

    /// The bookmark of a file.
    ///
    /// # Errors
    /// A value that its key refuses, or a camera that stands nowhere, in words.
    pub(super) fn from_file(file: &v1::Bookmark) -> Result<Self, String> {
        let mut scratch = Document::default();
        let settings = [
            ("network.sites", file.sites.to_string()),
            ("network.boundary", file.boundary.clone()),
            ("regions.a", file.a.clone()),
            ("regions.b", file.b.clone()),
            ("regions.c", file.c.clone()),
            ("view.chart", file.chart.clone()),
            ("view.ring_radius", file.ring_radius.clone()),
            ("view.show", file.show.clone()),
            ("view.hide", file.hide.clone()),
        ]
        .map(|(path, value)| (path.to_string(), value));
        let of = |problem: String| format!("bookmark {}: {problem}", file.name);
        keys::set_all(&mut scratch, &settings).map_err(|e| of(e.to_string()))?;
        let v1::Camera { rotation_rad, magnification, shift, translation, dilation, turn_rad } = file.camera;
        let camera = Camera { rotation_rad, magnification, shift, translation, dilation, turn_rad };
        let finite =
            [rotation_rad, shift[0], shift[1], translation, turn_rad].into_iter().all(f64::is_finite);
        let positive = |x: f64| x.is_finite() && x > 0.0;
        if !(finite && positive(magnification) && positive(dilation)) {
            return Err(of(
                "its camera stands nowhere; delete \"camera\" to see it from the first place".into()
            ));
        }
        Ok(Self::of(&scratch, camera, file.name.clone()))
    }
}

impl Note {
    pub(super) fn to_file(&self) -> v1::Note {
        let (site, layer, node) = match self.place {
            NotePlace::Site(site) => (Some(site), None, None),
            NotePlace::Tile { layer, index } => (None, Some(layer), Some(index)),
        };
        v1::Note { text: self.text.clone(), site, layer, node }
    }

    /// The note of a file.
    ///
    /// # Errors
    /// One that is tied to nothing, or to both, in words.
    pub(super) fn from_file(file: &v1::Note) -> Result<Self, String> {
        let place = match (file.site, file.layer, file.node) {
            (Some(site), None, None) => NotePlace::Site(site),
            (None, Some(layer), Some(index)) => NotePlace::Tile { layer, index },
            _ => {
                return Err(format!(
                    "the note “{}” needs either a site, or a layer and a node; give one of the two",
                    file.text
                ));
            }
        };
        Ok(Self { text: file.text.clone(), place })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lattice::Boundary;
    use crate::session::file;

    fn marked() -> Document {
        let mut d = Document::default();
        let settings = [("regions.b", "100..120"), ("view.chart", "klein"), ("view.show", "ties,threads")];
        let settings: Vec<_> = settings.iter().map(|(k, v)| ((*k).to_string(), (*v).to_string())).collect();
        keys::set_all(&mut d, &settings).unwrap();
        let camera = Camera { translation: 0.1 + 0.2, dilation: 3.0, turn_rad: -0.0, ..Camera::HOME };
        d.bookmarks.push(Bookmark::of(&d, camera, "the “neck”, 2ⁿ"));
        d.bookmarks.push(Bookmark::of(&Document::default(), Camera::HOME, ""));
        d.notes.push(Note { text: "defect".into(), place: NotePlace::Site(7) });
        d.notes.push(Note { text: "here".into(), place: NotePlace::Tile { layer: 3, index: 5 } });
        d
    }

    #[test]
    fn bookmarks_and_notes_come_back_bit_for_bit() {
        let d = marked();
        let bytes = file::to_bytes(&d);
        let back = file::from_bytes(&bytes, "x").unwrap();
        assert_eq!(back, d);
        assert_eq!(file::to_bytes(&back), bytes);
        // A session without any is the same file as before there were some.
        let plain = String::from_utf8(file::to_bytes(&Document::default())).unwrap();
        assert!(!plain.contains("bookmarks") && !plain.contains("notes"));
    }

    #[test]
    fn a_bookmark_brings_a_document_of_another_size_to_its_place() {
        let bookmark = marked().bookmarks.remove(0);
        let mut d = Document::default();
        d.resize(512);
        assert!(!bookmark.is_of(&d));
        bookmark.apply(&mut d);
        assert!(bookmark.is_of(&d));
        assert_eq!((d.regions.a.to_string(), d.regions.b.to_string()), ("80..176".into(), "200..240".into()));
        assert_eq!((d.view.chart, d.view.show.threads), (ChartKind::Klein, true));
        d.rebound(Boundary::Line);
        bookmark.apply(&mut d);
        assert_eq!(d.regions.a.boundary(), Boundary::Line);
    }

    #[test]
    fn broken_bookmarks_and_notes_are_refused_in_one_sentence() {
        let text = String::from_utf8(file::to_bytes(&marked())).unwrap();
        for (bad, expected) in [
            (text.replace("\"dilation\": 3.0", "\"dilation\": 0.0"), "its camera stands nowhere"),
            (text.replacen("\"klein\"", "\"globe\"", 2), "globe"),
            (text.replace("\"100..120\"", "\"50..120\""), "overlap"),
            (text.replace("\"site\": 7", "\"layer\": 7"), "the note “defect” needs either a site"),
        ] {
            let error = file::from_bytes(bad.as_bytes(), "f.holo").unwrap_err().to_string();
            assert!(error.contains(expected) && error.starts_with("f.holo"), "{error}");
            assert_eq!(error.lines().count(), 1);
        }
    }

    #[test]
    fn places_are_in_networks_that_have_them() {
        assert!(NotePlace::Site(7).is_in(8) && !NotePlace::Site(8).is_in(8));
        assert!(
            NotePlace::Tile { layer: 3, index: 0 }.is_in(8)
                && !NotePlace::Tile { layer: 4, index: 0 }.is_in(8)
        );
        assert!(!NotePlace::Tile { layer: 200, index: 0 }.is_in(8));
    }
}
