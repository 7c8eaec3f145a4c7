//! Films and the figures of the papers through the built binary.

#![expect(clippy::unwrap_used, reason = "helpers of tests may fail as tests do")]

mod command;

use command::{ok, refused};

const SMALL: &[&str] = &[
    "--set",
    "theory.kind=chain",
    "--set",
    "learning.sites=32",
    "--set",
    "learning.samples=400",
    "--set",
    "network.sites=32",
    "--set",
    "regions.a=4..16",
    "--size",
    "160x160",
];

#[test]
fn films_have_a_picture_for_every_point() {
    let here = tempfile::tempdir().unwrap();
    let folder = here.path();
    let film = |more: &[&str]| ok(folder, &[&["film"], more, SMALL].concat());
    film(&["sweep", "--vary", "theory.k2=0.5:1.5:3", "-o", "s.gif", "--fps", "5"]);
    let bytes = std::fs::read(folder.join("s.gif")).unwrap();
    let mut reader = gif::DecodeOptions::new().read_info(&bytes[..]).unwrap();
    assert_eq!((reader.width(), reader.height()), (160, 160));
    let mut delays = Vec::new();
    while let Some(frame) = reader.read_next_frame().unwrap() {
        delays.push(frame.delay);
    }
    assert_eq!(delays, [20, 20, 20]);
    ok(folder, &["inspect", "s.gif.holo"]);
    film(&["sweep", "--vary", "theory.k2=0.5:1.5:5", "--frames", "2", "-o", "s.png", "--plot", "flow"]);
    let bytes = std::fs::read(folder.join("s.png")).unwrap();
    let reader = png::Decoder::new(std::io::Cursor::new(&bytes)).read_info().unwrap();
    assert_eq!(reader.info().animation_control().unwrap().num_frames, 2);
    // A film carries its session as every figure does.
    ok(folder, &["cut", "s.png", "--json"]);
    film(&["training", "-o", "pictures"]);
    let mut names: Vec<_> =
        std::fs::read_dir(folder.join("pictures")).unwrap().map(|e| e.unwrap().file_name()).collect();
    names.sort();
    // Nothing learned, then five layers.
    assert_eq!(names, ["00000.png", "00001.png", "00002.png", "00003.png", "00004.png", "00005.png"]);
    assert!(refused(folder, &["film", "training", "-o", "pictures"]).contains("new or empty"));
    assert!(refused(folder, &["film", "training", "-o", "x.mp4"]).contains(".gif, .png or .apng"));
    assert!(refused(folder, &["film", "sweep", "-o", "x.gif"]).contains("--vary"));
    assert!(refused(folder, &["film", "rain", "-o", "x.gif"]).contains("training"));
    // Nothing half-written lies about.
    let hidden = std::fs::read_dir(folder).unwrap();
    assert!(hidden.into_iter().all(|e| !e.unwrap().file_name().to_string_lossy().starts_with('.')));
}

#[test]
fn every_picture_of_a_sweep_carries_the_parameters_of_its_own_point() {
    let here = tempfile::tempdir().unwrap();
    let folder = here.path();
    let film = |file: &str| {
        ok(folder, &[&["film", "sweep", "--vary", "theory.k2=0.5:1.5:3", "-o", file], SMALL].concat())
    };
    let session = |file: &str| -> serde_json::Value {
        serde_json::from_str(&ok(folder, &["inspect", file, "--json"])).unwrap()
    };
    film("pictures");
    for (number, k2) in [0.5, 1.0, 1.5].into_iter().enumerate() {
        let session = session(&format!("pictures/{number:05}.png"));
        assert_eq!(session["theory"]["k2"], k2);
        assert_eq!(session["trained"].as_array().map(Vec::len), Some(5), "with the weights that it shows");
    }
    // One file for all of them says what was varied.
    for (file, of) in [("s.png", "s.png"), ("s.gif", "s.gif.holo")] {
        film(file);
        let session = session(of);
        assert_eq!(session["vary"][0]["key"], "theory.k2");
        assert_eq!(session["vary"][0]["values"], serde_json::json!(["0.5", "1", "1.5"]));
        assert!(ok(folder, &["inspect", of]).contains("a film over theory.k2 = 0.5, 1, 1.5"));
    }
    assert!(command::refused(folder, &["inspect", "s.gif"]).contains("s.gif.holo"));
}

#[test]
fn every_figure_of_the_papers_comes_with_numbers_caption_and_a_session_that_opens_again() {
    let here = tempfile::tempdir().unwrap();
    let folder = here.path();
    let said = ok(folder, &["reproduce", "--all", "-o", "figures"]);
    assert!(said.lines().count() >= 10 && said.contains("Howard 2018, eq. 21"));
    for line in said.lines() {
        let inside = folder.join(line.split(':').next().unwrap());
        let read = |name: &str| std::fs::read_to_string(inside.join(name)).unwrap();
        assert!(read("figure.svg").contains("<svg") && read("data.csv").lines().count() > 3, "{line}");
        let caption = read("caption.txt");
        assert!(caption.trim_end().lines().count() == 1 && caption.contains("Boundary theory"), "{caption}");
        // The steps that are written down give the same figure and numbers again, byte for byte.
        let quick =
            ["gan-fig1", "gan-fig2", "gan-fig3", "gan-eq8", "gan-eq15"].iter().any(|n| inside.ends_with(n));
        for step in read("commands.sh").lines().filter(|l| quick && l.contains(" -o ") && !l.starts_with('#'))
        {
            let words: Vec<&str> = step.split_whitespace().skip(1).collect();
            let (file, before) = words.split_last().unwrap();
            let again = format!("again-{file}");
            ok(&inside, &[before, &[again.as_str()]].concat());
            assert!(read(&again) == read(file), "{line}: {step}");
        }
        ok(&inside, &["inspect", "session.holo"]);
        ok(&inside, &["inspect", "figure.svg"]);
    }
    assert!(refused(folder, &["reproduce", "gan-fig9", "-o", "x"]).contains("gan-fig1"));
    assert!(refused(folder, &["reproduce", "-o", "x"]).contains("--all"));
}

#[test]
fn captions_and_citations_are_printed() {
    let here = tempfile::tempdir().unwrap();
    let caption = ok(here.path(), &["render", "--caption", "--set", "network.capacity=unit"]);
    assert!(caption.lines().count() == 1 && caption.contains("every link counts ln 2"), "{caption}");
    let cited = ok(here.path(), &["cite"]);
    assert_eq!(cited, ok(here.path(), &["--cite"]));
    assert!(cited.contains("1705.05750") && cited.contains("1803.11056"));
}
