//! Figures through the built binary: their formats, sizes and grounds, and the session that each carries.

#![expect(clippy::unwrap_used, reason = "helpers of tests may fail as tests do")]

mod command;

use command::{ok, refused};
use std::path::Path;

const FORMATS: [&str; 3] = ["svg", "pdf", "png"];

/// Trains a small session and gives its text.
fn trained(folder: &Path) -> String {
    let set = ["learning.sites=32", "learning.samples=500", "network.sites=64", "regions.a=5..21"];
    let set: Vec<&str> = set.iter().flat_map(|s| ["--set", *s]).collect();
    ok(folder, &[&["train", "-o", "t.holo", "--json"], set.as_slice()].concat());
    std::fs::read_to_string(folder.join("t.holo")).unwrap()
}

#[test]
fn a_figure_in_place_of_a_session_gives_the_session_back() {
    let here = tempfile::tempdir().unwrap();
    let folder = here.path();
    let session = trained(folder);
    let cut = ok(folder, &["cut", "t.holo", "--json"]);
    for format in FORMATS {
        for plot in [&[][..], &["--plot", "kl"], &["--plot", "depth"]] {
            let file = format!("f.{format}");
            ok(folder, &[&["render", "t.holo", "-o", &file], plot].concat());
            assert_eq!(ok(folder, &["inspect", &file, "--json"]), session, "{file} {plot:?}");
        }
        let file = format!("f.{format}");
        assert_eq!(ok(folder, &["cut", &file, "--json"]), cut);
        // Settings lie over it as over a session; the figure drawn then carries them.
        ok(folder, &["render", &file, "--set", "regions.a=1..2", "-o", &file]);
        assert!(ok(folder, &["inspect", &file]).contains("1..2"));
    }
}

#[test]
fn a_figure_drawn_after_training_carries_the_weights() {
    let here = tempfile::tempdir().unwrap();
    let folder = here.path();
    let session: serde_json::Value = serde_json::from_str(&trained(folder)).unwrap();
    ok(folder, &["new", "t.holo", "-o", "n.holo", "--set", "learning.seed=2"]);
    ok(folder, &["new", "n.holo", "-o", "n.holo", "--set", "learning.seed=1"]);
    assert!(ok(folder, &["inspect", "n.holo"]).contains("no learned weights"));
    for plot in [&[][..], &["--plot", "kl"]] {
        ok(folder, &[&["render", "n.holo", "-o", "n.pdf"], plot].concat());
        let carried: serde_json::Value =
            serde_json::from_str(&ok(folder, &["inspect", "n.pdf", "--json"])).unwrap();
        assert_eq!(carried, session, "{plot:?}");
    }
}

#[test]
fn a_figure_without_a_session_is_refused_in_one_sentence() {
    let here = tempfile::tempdir().unwrap();
    let folder = here.path();
    ok(folder, &["render", "--no-train", "-o", "f.png", "--size", "64x64"]);
    let png = std::fs::read(folder.join("f.png")).unwrap();
    std::fs::write(folder.join("cut.png"), &png[..200]).unwrap();
    let sentence = refused(folder, &["cut", "cut.png"]);
    assert!(sentence.contains("cut.png") && sentence.contains("undamaged copy"), "{sentence}");
    std::fs::write(folder.join("plain.svg"), "<svg xmlns=\"http://www.w3.org/2000/svg\"/>").unwrap();
    for command in ["inspect", "cut", "train", "render"] {
        let output = if command == "render" { "old.png" } else { "old.json" };
        let sentence = refused(folder, &[command, "plain.svg", "-o", output]);
        assert!(sentence.contains("plain.svg is a figure that carries no session"), "{sentence}");
    }
    // What it carries is no session: the sentence of a broken session, with the figure's name.
    ok(folder, &["render", "--no-train", "-o", "f.svg"]);
    let svg = std::fs::read_to_string(folder.join("f.svg")).unwrap();
    let at = svg.find("</holoscope:session>").unwrap();
    std::fs::write(folder.join("cut.svg"), &svg[..at - 40]).unwrap();
    assert!(refused(folder, &["inspect", "cut.svg"]).contains("not whole"));
    assert!(!folder.join("old.png").exists() && !folder.join("old.json").exists());
    // An answer in JSON under the name of a figure or an array would be found to be broken by whoever opens it.
    for output in ["old.png", "old.npz", "old.csv"] {
        assert!(refused(folder, &["cut", "--no-train", "-o", output]).contains("end it in .json"));
    }
}

#[test]
fn pages_of_pdf_have_the_size_asked_for() {
    let here = tempfile::tempdir().unwrap();
    let folder = here.path();
    let page = |arguments: &[&str]| {
        ok(folder, &[&["render", "--no-train", "-o", "f.pdf"], arguments].concat());
        let file = lopdf::Document::load(folder.join("f.pdf")).unwrap();
        let page = file.get_dictionary(file.get_pages()[&1]).unwrap();
        let media_box = page.get(b"MediaBox").unwrap().as_array().unwrap();
        let sides = [2, 3].map(|i| media_box[i].as_float().unwrap());
        (sides, file.extract_text(&[1]).unwrap().split_whitespace().collect::<String>())
    };
    let (sides, _) = page(&["--size", "500x400"]);
    assert_eq!(sides, [500.0, 400.0]);
    // Millimetres to points: 72 points are 25.4 mm.
    for (name, mm) in
        [("86mm", 86.0), ("prl", 86.0), ("prl-wide", 178.0), ("nature", 89.0), ("nature-wide", 183.0)]
    {
        let (sides, text) = page(&["--size", name, "--plot", "scaling"]);
        assert!((sides[0] - mm * 72.0 / 25.4).abs() < 0.01, "{name}: {sides:?}");
        assert!(text.contains('Ñ') && text.contains("nats"), "{text}");
    }
    let sentence =
        refused(folder, &["render", "--no-train", "--quiet", "-o", "f.pdf", "--size", "20000x400"]);
    assert!(sentence.contains("14400 points"), "{sentence}");
    assert!(refused(folder, &["render", "-o", "f.pdf", "--size", "prx"]).contains("nature-wide"));
}

#[test]
fn an_image_says_how_large_it_is_on_paper() {
    let here = tempfile::tempdir().unwrap();
    let folder = here.path();
    let metres = |arguments: &[&str]| {
        ok(folder, &[&["render", "--no-train", "-o", "f.png"], arguments].concat());
        let bytes = std::fs::read(folder.join("f.png")).unwrap();
        let at = bytes.windows(4).position(|w| w == b"pHYs").unwrap() + 4;
        let number = |at: usize| f64::from(u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap()));
        assert_eq!(bytes[at + 8], 1, "the unit is the metre");
        number(16) / number(at)
    };
    // Whole pixels, and whole pixels a metre: half of each is the rounding.
    assert!((metres(&["--size", "86mm"]) - 0.086).abs() < 0.086 / 2000.0);
    assert!((metres(&["--size", "300x200"]) - 300.0 / 72.0 * 0.0254).abs() < 1e-4);
}

#[test]
fn a_million_sites_are_a_lean_pdf() {
    let here = tempfile::tempdir().unwrap();
    let folder = here.path();
    ok(folder, &["render", "--no-train", "--set", "network.sites=2^20", "-o", "f.pdf"]);
    let length = std::fs::metadata(folder.join("f.pdf")).unwrap().len();
    assert!(length <= 5_000_000, "{length} bytes");
}

#[test]
fn a_transparent_ground_is_not_painted() {
    let here = tempfile::tempdir().unwrap();
    let folder = here.path();
    let corner = |arguments: &[&str]| {
        let draw = ["render", "--no-train", "-o", "f.png", "--size", "200x200"];
        ok(folder, &[&draw[..], arguments].concat());
        let image = resvg::tiny_skia::Pixmap::load_png(folder.join("f.png")).unwrap();
        image.pixels()[0].alpha()
    };
    assert_eq!(corner(&[]), 255);
    assert_eq!(corner(&["--transparent"]), 0);
    let grounds = |arguments: &[&str]| {
        ok(folder, &[&["render", "--no-train", "-o", "f.svg", "--plot", "scaling"], arguments].concat());
        std::fs::read_to_string(folder.join("f.svg")).unwrap().matches("<rect").count()
    };
    assert_eq!(grounds(&[]), grounds(&["--transparent"]) + 1);
}

#[test]
fn a_frame_of_the_film_is_drawn_at_its_position_and_nowhere_beyond_the_network() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    trained(folder);
    let draw = |arguments: &[&str]| {
        ok(folder, &[&["render", "t.holo", "-o", "f.svg", "--size", "600x600"], arguments].concat());
        std::fs::read_to_string(folder.join("f.svg")).unwrap()
    };
    let still = draw(&[]);
    let frame = draw(&["--film-at", "2.5"]);
    assert!(frame.contains("at τ = 2.5") && !still.contains("at τ"));
    assert_eq!(frame, draw(&["--film-at", "2.5"]));
    assert_ne!(frame, draw(&["--film-at", "3"]));
    let words = refused(folder, &["render", "t.holo", "-o", "g.svg", "--film-at", "99"]);
    assert!(words.contains("out of range; give 0 to"), "{words}");
    assert!(!folder.join("g.svg").exists());
}
