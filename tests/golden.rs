//! Files of every version of the session, and a figure of each format that carries one, written once and never again:
//! they must open for ever, and mean what they meant.
//!
//! The files were written by the version that their `program` names; bookmarks, notes and the origin of weights were
//! put in by hand. A number below that no longer fits says that the reader has changed, not that the file is to be
//! written anew.

#![expect(clippy::unwrap_used, reason = "a file that does not open is what this looks for")]

use holoscope::desk::open::{Opened, read};
use holoscope::desk::{samples, study};
use holoscope::figure::camera::ChartKind;
use holoscope::lattice::Boundary;
use holoscope::rbm::LayerRbm;
use holoscope::session::{Document, NotePlace, file};
use holoscope::sim::TheoryKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

fn opened(name: &str) -> Opened {
    let opened = read(&folder().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert_eq!(
        opened.imprint.program.as_deref(),
        Some("holoscope 0.1.0-dev (commit e18e42be738e)"),
        "{name}"
    );
    // What is saved anew opens as the same document.
    let again = file::from_bytes(&file::to_bytes(&opened.document), name).unwrap();
    assert_eq!(again, opened.document, "{name}");
    opened
}

/// S of region A, by the weights of the file.
fn entropy_nats(document: &Document) -> f64 {
    let network = Arc::new(study::bulk_network(document, None).unwrap());
    study::cut(document, &network).regions[0].cut.capacity_nats
}

/// Capacities are rounded to 2⁻⁴⁰ of the largest, and a cut of ten links of them to less than this.
const ROUNDING: f64 = 1e-10;

#[test]
fn a_session_of_own_weights_with_bookmarks_and_notes_opens() {
    let document = opened("v1-own-weights.holo").document;
    assert_eq!(
        (document.theory.kind, document.theory.k1, document.theory.k2),
        (TheoryKind::Chain, 0.2, 0.75)
    );
    assert_eq!((document.network.sites, document.network.boundary), (16, Boundary::Line));
    assert_eq!((document.regions.a.to_string(), document.learning.shared_weights), ("3..9".into(), false));
    let stack = document.learned.as_ref().unwrap();
    assert_eq!(stack.origin.file, Some(("w.safetensors".into(), "ab".repeat(32))));
    assert_eq!((stack.origin.continued, stack.layers.len()), (2, 4));
    let LayerRbm::Single(lowest) = &stack.layers[0] else { panic!("one channel") };
    assert_eq!(
        (lowest.weights.len(), lowest.site_bias.visible.len(), lowest.site_bias.hidden.len()),
        (24, 16, 8)
    );
    assert_eq!(lowest.site_bias.visible[0], 0.058_277_993_068_571_87);
    assert_eq!(lowest.site_bias.hidden[0], 1.258_315_591_833_929);
    let bookmark = &document.bookmarks[0];
    assert_eq!((bookmark.name.as_str(), bookmark.camera.dilation), ("the middle", 2.0));
    let notes: Vec<_> = document.notes.iter().map(|note| (note.place, note.text.as_str())).collect();
    assert_eq!(notes, [(NotePlace::Site(3), "a kink"), (NotePlace::Tile { layer: 2, index: 1 }, "the top")]);
    let s = entropy_nats(&document);
    assert!((s - 2.239_977_054_710_817).abs() < ROUNDING, "{s}");
}

#[test]
fn a_session_of_two_channels_opens() {
    let document = opened("v1-channels.holo").document;
    assert_eq!((document.theory.kind, document.theory.mass), (TheoryKind::QuantumIsing, 0.25));
    assert_eq!((document.learning.channels, document.view.chart), (2, ChartKind::Poincare));
    assert_eq!(document.regions.b.to_string(), "20..24");
    let LayerRbm::Channels(lowest) = &document.learned.as_ref().unwrap().layers[0] else {
        panic!("two channels")
    };
    assert_eq!((lowest.weights.len(), lowest.hidden_bias.len()), (6, 2));
    let s = entropy_nats(&document);
    assert!((s - 4.020_895_457_930_704).abs() < ROUNDING, "{s}");
}

#[test]
fn a_session_of_samples_finds_its_file_as_it_was() {
    let mut document = opened("v1-samples.holo").document;
    assert_eq!(document.theory.kind, TheoryKind::Samples);
    let named = document.samples_file.clone().unwrap();
    assert_eq!((named.path.as_str(), named.digest.unwrap().samples), ("v1-spins.csv", 120));
    samples::anchor(&mut document, Some(&folder().join("v1-samples.holo")));
    let path = PathBuf::from(&document.samples_file.as_ref().unwrap().path);
    let spins = samples::read_known(&path, named.digest).unwrap();
    assert_eq!((spins.digest.sites, spins.digest), (8, named.digest.unwrap()));
}

#[test]
fn a_figure_of_every_format_carries_its_session() {
    for name in ["v1-figure.svg", "v1-figure.png", "v1-figure.pdf"] {
        let Opened { document, path, .. } = opened(name);
        assert_eq!((path, document.theory.k2, document.regions.a.to_string()), (None, 0.75, "3..9".into()));
        assert_eq!(document.learned.as_ref().unwrap().layers.len(), 4);
        let s = entropy_nats(&document);
        assert!((s - 2.603_760_979_034_506).abs() < ROUNDING, "{name}: {s}");
    }
}
