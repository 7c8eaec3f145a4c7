//! Files that commands write, and what they say when they do not: nothing of a person's is lost, and sentences name
//! the word that is wrong.

#![expect(clippy::unwrap_used, reason = "helpers of tests may fail as tests do")]

mod command;

use command::{ok, refused, run};
use std::path::Path;

/// The only line on stderr, and the exit code.
fn said(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let output = run(folder, arguments);
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn new_does_not_write_a_session_into_a_figure() {
    let here = tempfile::tempdir().unwrap();
    for name in ["f.svg", "f.pdf"] {
        ok(here.path(), &["render", "--no-train", "-o", name]);
        let before = std::fs::read(here.path().join(name)).unwrap();
        assert!(refused(here.path(), &["new", name, "-o", name]).contains(name));
        // Also where the name does not say that it is one.
        std::fs::write(here.path().join("figure"), &before).unwrap();
        let sentence = refused(here.path(), &["new", "-o", "figure"]);
        assert!(sentence.contains("figure is a figure, which would be lost"), "{sentence}");
        assert_eq!(std::fs::read(here.path().join(name)).unwrap(), before);
    }
}

#[test]
fn no_answer_takes_the_place_of_a_session() {
    let here = tempfile::tempdir().unwrap();
    ok(here.path(), &["new", "-o", "t.holo"]);
    ok(here.path(), &["new", "-o", "t"]);
    let before = std::fs::read(here.path().join("t.holo")).unwrap();
    for name in ["t.holo", "t"] {
        for command in [
            &["cut", "--no-train"][..],
            &["keys"],
            &["graph", "--no-train"],
            &["tour"],
            &["tour", "6", "--json"],
            &["man"],
            &["man", "cut"],
            &["completions", "bash"],
            &["cite"],
            &["scaling", "--no-train"],
            &["fermion"],
        ] {
            let sentence = refused(here.path(), &[command, &["-o", name]].concat());
            assert!(sentence.contains(name), "{command:?}: {sentence}");
            assert_eq!(std::fs::read(here.path().join(name)).unwrap(), before, "{command:?}");
        }
    }
    for command in [&["keys"][..], &["tour"], &["fermion"]] {
        let sentence = refused(here.path(), &[command, &["-o", "k.csv"]].concat());
        assert!(sentence.contains("no .csv file"), "{sentence}");
    }
    assert!(!here.path().join("k.csv").exists());
    // A session is replaced by a session.
    ok(here.path(), &["new", "t.holo", "-o", "t.holo", "--set", "learning.seed=2"]);
    ok(here.path(), &["inspect", "t.holo"]);
}

#[test]
fn links_of_the_network_are_a_table_by_their_ending() {
    let here = tempfile::tempdir().unwrap();
    let set = ["graph", "--no-train", "--set", "network.sites=16", "--set", "regions.a=4..8", "-o", "l.csv"];
    ok(here.path(), &set);
    let table = std::fs::read_to_string(here.path().join("l.csv")).unwrap();
    // 16 + 8 + 4 + 2 spins below, and three links to every spin above: 3 (8 + 4 + 2 + 1).
    assert_eq!(table.lines().count(), 1 + 3 * (8 + 4 + 2 + 1));
    let cut: Vec<&str> = table.lines().filter(|line| line.ends_with(",1")).collect();
    let report: serde_json::Value = serde_json::from_str(&ok(
        here.path(),
        &["cut", "--no-train", "--json", "--set", "network.sites=16", "--set", "regions.a=4..8"],
    ))
    .unwrap();
    assert_eq!(cut.len() as u64, report["links_cut"]["a"].as_u64().unwrap());
    ok(here.path(), &["inspect", "l.csv.holo"]);
}

#[test]
fn manual_pages_go_into_a_folder_that_is_not_there_yet() {
    let here = tempfile::tempdir().unwrap();
    ok(here.path(), &["man", "-o", "pages/man1"]);
    let pages = std::fs::read_dir(here.path().join("pages/man1")).unwrap().count();
    assert!(pages > 20 && here.path().join("pages/man1/holoscope-cut.1").is_file(), "{pages}");
    ok(here.path(), &["man", "cut", "-o", "cut.1"]);
    std::fs::write(here.path().join("notes"), "mine").unwrap();
    assert!(refused(here.path(), &["man", "-o", "notes"]).contains("notes is a file"));
    assert_eq!(std::fs::read(here.path().join("notes")).unwrap(), b"mine");
}

#[test]
fn a_dash_is_standard_output_and_no_file_of_that_name() {
    let here = tempfile::tempdir().unwrap();
    let small = ["--set", "theory.kind=chain", "--set", "learning.sites=16", "--set", "learning.samples=100"];
    assert_eq!(ok(here.path(), &["new", "-o", "-"]), ok(here.path(), &["new"]));
    assert_eq!(ok(here.path(), &["fermion", "-o", "-"]), ok(here.path(), &["fermion", "--json"]));
    assert_eq!(ok(here.path(), &["cite", "-o", "-"]), ok(here.path(), &["cite"]));
    assert_eq!(ok(here.path(), &["man", "-o", "-"]), ok(here.path(), &["man"]));
    let table = ok(here.path(), &["data", "scaling", "--no-train", "-o", "-"]);
    assert_eq!(table, ok(here.path(), &["data", "scaling", "--no-train"]));
    let session = ok(here.path(), &[&["train", "-o", "-"], &small[..]].concat());
    assert!(session.starts_with('{') && session.contains("\"trained\""));
    let spins = ok(here.path(), &[&["sample", "--count", "5", "-o", "-"], &small[..]].concat());
    assert!(spins.lines().all(|line| line.contains(',')), "{spins}");
    for (command, word) in [
        (&["render", "--no-train"][..], "picture"),
        (&["film", "training"], "folder"),
        (&["reproduce", "gan-fig1"], "folder"),
        (&["sweep", "--vary", "theory.mass=0,0.1"], "folder"),
    ] {
        let sentence = refused(here.path(), &[command, &["-o", "-"]].concat());
        assert!(sentence.contains(word), "{sentence}");
    }
    assert!(refused(here.path(), &["cut", "-"]).contains("standard input"));
    assert_eq!(std::fs::read_dir(here.path()).unwrap().count(), 0);
}

#[cfg(unix)]
#[test]
fn an_interrupted_reproduction_says_what_it_has_made() {
    let here = tempfile::tempdir().unwrap();
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_holoscope"))
        .current_dir(here.path())
        .args(["reproduce", "--all", "-o", "figures"])
        .stderr(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    // The first figure needs no learning; all of them take far longer.
    let first = here.path().join("figures/gan-fig1/commands.sh");
    let patience = std::time::Instant::now();
    while !first.exists() && patience.elapsed().as_secs() < 120 {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    std::thread::sleep(std::time::Duration::from_millis(100));
    let signal = format!("kill -INT {}", child.id());
    assert!(std::process::Command::new("sh").args(["-c", &signal]).status().unwrap().success());
    let mut sentence = String::new();
    std::io::Read::read_to_string(&mut child.stderr.take().unwrap(), &mut sentence).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(1));
    assert!(sentence.contains(" of 11 figures made; they are in figures"), "{sentence}");
    assert!(!sentence.contains("no output file") && sentence.lines().count() == 1, "{sentence}");
}

#[test]
fn the_word_that_is_wrong_is_the_one_that_is_blamed() {
    let here = tempfile::tempdir().unwrap();
    for (arguments, word) in [
        (&["help", "nope"][..], "holoscope: nope: neither a command"),
        (&["phase", "old.holo"], "holoscope: phase: neither a command"),
        (&["--measure", "foo"], "invalid value 'foo' for '--measure"),
        (&["data", "kl", "--weights", "w.npz"], "w.npz"),
        (&["data", "kl", "--no-train"], "the plot kl shows a training; leave --no-train away"),
        (&[""], "an empty name is no session"),
        (&["cut", ""], "an empty name is no session"),
        (&["new", "--set", "=5"], "KEY=VALUE"),
        (&["render", "-o", "a.svg", "--size", "-5mm"], "`-5mm` is no size"),
        (&["learn-geometry", "--ridge", "-1"], "--ridge -1: out of range"),
        (&["cut", "--sett", "theory.mass=0"], "a similar argument exists: '--set'"),
        (&["new", "--set", "theory.mas=0"], "did you mean theory.mass?"),
        (&["cut", "--set", "network.sites=2^41"], "2^3…2^40"),
        (&["new", "--set", "regions.a=0..99999999999999999999"], "beyond every boundary"),
        (&["reproduce", "gan-fig9", "-o", "x"], "gan-fig1"),
    ] {
        let sentence = refused(here.path(), arguments);
        assert!(sentence.contains(word), "{arguments:?}: {sentence}");
    }
    assert_eq!(std::fs::read_dir(here.path()).unwrap().count(), 0);
}

#[test]
fn options_that_would_do_nothing_are_refused() {
    let here = tempfile::tempdir().unwrap();
    for (arguments, word) in [
        (&["render", "--no-train", "--layer", "3", "-o", "a.svg"][..], "--layer 3"),
        (&["render", "--no-train", "--plot", "scaling", "--layer", "3", "-o", "a.svg"], "--layer 3"),
        (&["data", "scaling", "--no-train", "--layer", "3"], "--layer 3"),
        (&["render", "--no-train", "--json", "-o", "a.svg"], "--json"),
        (&["render", "--no-train", "--json", "--caption"], "--json"),
        (&["data", "scaling", "--no-train", "--json"], "--json"),
        (&["film", "training", "--json", "-o", "a.gif"], "--json"),
        (&["cut", "--no-train", "--certificate"], "--certificate"),
        (&["cut", "--no-train", "--threads"], "--threads"),
        (&["--cite", "frob"], "frob"),
    ] {
        let sentence = refused(here.path(), arguments);
        assert!(sentence.contains(word), "{arguments:?}: {sentence}");
    }
    assert_eq!(std::fs::read_dir(here.path()).unwrap().count(), 0);
}

#[test]
fn a_plot_of_learned_layers_is_not_drawn_empty_without_learning() {
    let here = tempfile::tempdir().unwrap();
    for arguments in [
        &["data", "weights", "--no-train"][..],
        &["data", "link-entropy", "--no-train"],
        &["render", "--plot", "weights", "--no-train", "-o", "w.svg"],
    ] {
        let sentence = refused(here.path(), arguments);
        assert!(sentence.contains("leave --no-train away"), "{arguments:?}: {sentence}");
    }
    let sentence = refused(here.path(), &["data", "flow", "--set", "learning.channels=2"]);
    assert!(sentence.contains("learning.channels = 1"), "{sentence}");
    assert_eq!(std::fs::read_dir(here.path()).unwrap().count(), 0);
}

#[test]
fn a_size_that_cannot_be_drawn_is_refused_before_anything_is_learned() {
    let here = tempfile::tempdir().unwrap();
    // A million samples are learned in minutes.
    let long = ["--set", "learning.samples=1000000", "--set", "learning.sites=4096"];
    for (arguments, word) in [
        (&["render", "-o", "a.png", "--size", "20000x20000"][..], "pixels"),
        (&["render", "-o", "a.pdf", "--size", "20000x20000"], "PDF"),
        (&["film", "training", "-o", "a.gif", "--size", "20000x20000"], "pixels"),
    ] {
        let begin = std::time::Instant::now();
        let sentence = refused(here.path(), &[arguments, &long].concat());
        assert!(sentence.contains(word), "{sentence}");
        assert!(begin.elapsed().as_secs() < 20, "{arguments:?}: {:?}", begin.elapsed());
    }
    assert_eq!(std::fs::read_dir(here.path()).unwrap().count(), 0);
}

#[test]
fn a_table_that_is_not_there_is_told_once() {
    let here = tempfile::tempdir().unwrap();
    let sentence = refused(here.path(), &["learn-geometry", "--from", "nofile.csv"]);
    assert_eq!(sentence.matches("nofile.csv").count(), 1, "{sentence}");
    assert!(sentence.contains("no such file"), "{sentence}");
    let sentence = refused(here.path(), &["tensor", "--set", "network.sites=2^14"]);
    assert!(sentence.contains("network.receptive_field to 2") && !sentence.contains("to 3"), "{sentence}");
}

#[test]
fn a_joined_table_has_the_session_of_its_sweep_beside_it() {
    let here = tempfile::tempdir().unwrap();
    let sweep = ["sweep", "--vary", "theory.mass=0,0.1", "--set", "network.capacity=unit", "--set"];
    let sweep = [&sweep[..], &["network.sites=16", "-o", "s"]].concat();
    ok(here.path(), &sweep);
    ok(here.path(), &["sweep", "--merge", "s", "-o", "m.csv"]);
    assert!(ok(here.path(), &["inspect", "m.csv.holo"]).contains("unit"));
    assert!(refused(here.path(), &["sweep", "--merge", "s", "--json"]).contains("--json"));
    let again = said(here.path(), &sweep);
    assert_eq!(again, (Some(0), String::new()));
}

#[test]
fn a_different_sweep_does_not_take_the_table_of_the_one_that_is_there() {
    let here = tempfile::tempdir().unwrap();
    let sweep = |more: &[&str]| {
        let unit = ["sweep", "--set", "network.capacity=unit", "--set", "network.sites=16", "-o", "s"];
        [&unit[..], more].concat().into_iter().map(String::from).collect::<Vec<_>>()
    };
    let words = |arguments: &[String]| arguments.iter().map(String::as_str).collect::<Vec<&str>>().join("\t");
    let run_words = |words: &str| said(here.path(), &words.split('\t').collect::<Vec<_>>());
    assert_eq!(run_words(&words(&sweep(&["--vary", "theory.mass=0:0.4:3"]))).0, Some(0));
    let table = || std::fs::read(here.path().join("s/table.csv")).unwrap();
    let before = table();
    for other in [
        &["--vary", "theory.mass=0:0.4:3", "--measure", "cut"][..],
        &["--vary", "theory.mass=0:0.4:3", "--vary", "learning.seed=1,2"],
        &["--vary", "theory.mass=0,0.1"],
    ] {
        let (code, sentence) = run_words(&words(&sweep(other)));
        assert_eq!((code, sentence.lines().count()), (Some(2), 1), "{sentence}");
        assert!(sentence.contains("s holds another sweep, of theory.mass=0…0.4 (3 values)"), "{sentence}");
        assert!(sentence.contains("measuring scaling") && table() == before, "{sentence}");
    }
    // More values go on with it.
    assert_eq!(run_words(&words(&sweep(&["--vary", "theory.mass=0,0.2,0.4,0.5"]))).0, Some(0));
}

#[test]
fn a_failed_write_does_not_put_another_session_beside_the_old_numbers() {
    let here = tempfile::tempdir().unwrap();
    let data =
        ["data", "scaling", "--set", "network.capacity=unit", "--set", "network.sites=16", "-o", "ro.csv"];
    ok(here.path(), &data);
    let path = here.path().join("ro.csv");
    let mut rights = std::fs::metadata(&path).unwrap().permissions();
    rights.set_readonly(true);
    std::fs::set_permissions(&path, rights).unwrap();
    let beside = || std::fs::read(here.path().join("ro.csv.holo")).unwrap();
    let (before, session) = (std::fs::read(&path).unwrap(), beside());
    let (code, sentence) = said(here.path(), &[&data[..], &["--set", "learning.seed=9"]].concat());
    assert!(code == Some(1) && sentence.contains("ro.csv"), "{sentence}");
    assert!(std::fs::read(&path).unwrap() == before && beside() == session);
}

#[test]
fn numbers_and_films_that_are_opened_name_the_session_beside_them() {
    let here = tempfile::tempdir().unwrap();
    let unit = ["--set", "network.capacity=unit", "--set", "network.sites=16"];
    ok(here.path(), &[&["data", "scaling", "-o", "x.csv"], &unit[..]].concat());
    let sentence = refused(here.path(), &["inspect", "x.csv"]);
    assert!(sentence.contains("open x.csv.holo, which lies beside it"), "{sentence}");
    std::fs::remove_file(here.path().join("x.csv.holo")).unwrap();
    assert!(refused(here.path(), &["inspect", "x.csv"]).contains("--samples x.csv"));
}

#[test]
fn sessions_that_other_programs_touched_open_or_say_what_is_wrong() {
    let here = tempfile::tempdir().unwrap();
    let path = here.path().join("a.holo");
    ok(here.path(), &["new", "-o", "a.holo", "--set", "theory.k2=1.25"]);
    let text = std::fs::read_to_string(&path).unwrap();
    // The mark that some editors put before UTF-8.
    std::fs::write(&path, format!("\u{feff}{text}")).unwrap();
    assert!(ok(here.path(), &["inspect", "a.holo"]).contains("1.25"));
    std::fs::write(&path, text.replace("1.25", "NaN")).unwrap();
    let sentence = refused(here.path(), &["inspect", "a.holo"]);
    assert!(sentence.contains("k2 is NaN, which is no number"), "{sentence}");
    std::fs::write(&path, text.replace("\"version\": 1", "\"version\": 99999999999999999999999")).unwrap();
    let sentence = refused(here.path(), &["inspect", "a.holo"]);
    assert!(sentence.contains("newer than this program"), "{sentence}");
}

#[test]
fn a_line_that_is_asked_for_as_a_ring_says_what_is_drawn() {
    let here = tempfile::tempdir().unwrap();
    let line = [
        "render",
        "--set",
        "network.capacity=unit",
        "--set",
        "network.boundary=line",
        "-o",
        "a.svg",
        "--set",
    ];
    let (code, note) = said(here.path(), &[&line[..], &["view.chart=ring"]].concat());
    assert!(code == Some(0) && note.contains("half-plane") && note.lines().count() == 1, "{note}");
    assert_eq!(said(here.path(), &[&line[..], &["view.chart=klein"]].concat()), (Some(0), String::new()));
}

#[test]
fn one_thing_is_not_told_as_several() {
    let here = tempfile::tempdir().unwrap();
    let sweep = ["sweep", "--vary", "theory.mass=0,0.1", "--shard", "1/2", "-o", "s", "--set"];
    let text =
        ok(here.path(), &[&sweep[..], &["network.capacity=unit", "--set", "network.sites=16"]].concat());
    assert!(text.contains("shard 1 of 2: 1 point, 1 measured now"), "{text}");
    for command in ["fermion", "tensor"] {
        let text = ok(here.path(), &[command, "--set", "network.sites=16", "--set", "regions.a="]);
        assert!(text.starts_with("A = ∅ of"), "{text}");
    }
    let page = ok(here.path(), &["man"]);
    assert!(page.contains("; left out, quantum") && !page.contains(".; left out"), "no full stop before it");
}

#[test]
fn completions_offer_what_there_is_and_nothing_hidden() {
    let here = tempfile::tempdir().unwrap();
    let bash = ok(here.path(), &["completions", "bash"]);
    for word in ["gan-fig1", "howard-eq21", "startup", "render"] {
        assert!(bash.contains(word), "{word}");
    }
    assert!(!bash.contains("icon"));
}

#[test]
fn answers_in_files_say_what_made_them() {
    let here = tempfile::tempdir().unwrap();
    let unit = ["--set", "network.capacity=unit", "--set", "network.sites=16", "--set", "learning.seed=7"];
    let write = |command: &[&str]| ok(here.path(), &[command, &unit[..]].concat());
    write(&["graph", "-o", "g.json"]);
    write(&["cut", "--certificate", "-o", "c.json"]);
    write(&["fermion", "-o", "f.json"]);
    for name in ["g.json", "c.json", "f.json"] {
        let bytes = std::fs::read(here.path().join(name)).unwrap();
        let answer: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        let made_by = &answer["made_by"];
        assert!(made_by["program"].as_str().unwrap().starts_with("holoscope "), "{made_by}");
        let parameters = made_by["parameters"].as_object().unwrap();
        assert_eq!(
            (&parameters["learning.seed"], &parameters["network.capacity"]),
            (&7.into(), &"unit".into())
        );
        assert!(!parameters.contains_key("theory.mass"), "only what is not at its default");
    }
    assert!(ok(here.path(), &["verify", "g.json", "c.json"]).contains("the certificate holds"));
    write(&["graph", "-o", "g.graphml"]);
    let graph = std::fs::read_to_string(here.path().join("g.graphml")).unwrap();
    assert!(graph.contains("<data key=\"made_by\">{\"program\":\"holoscope "), "{}", &graph[..1500]);
}

#[test]
fn an_image_has_as_many_pixels_a_point_as_asked_for() {
    let here = tempfile::tempdir().unwrap();
    let render = ["render", "--no-train", "--size", "60x40", "-o", "a.png"];
    for (scale, sides) in [(None, (60, 40)), (Some("1"), (60, 40)), (Some("4"), (240, 160))] {
        let more: Vec<&str> = scale.into_iter().flat_map(|scale| ["--scale", scale]).collect();
        ok(here.path(), &[&render[..], &more].concat());
        let file = std::fs::File::open(here.path().join("a.png")).unwrap();
        let reader = png::Decoder::new(std::io::BufReader::new(file)).read_info().unwrap();
        assert_eq!((reader.info().width, reader.info().height), sides, "{scale:?}");
    }
    let vector = ["render", "--no-train", "--scale", "2", "-o", "a.svg"];
    assert!(refused(here.path(), &vector).contains("only a .png has pixels"));
    refused(here.path(), &[&render[..], &["--scale", "9"]].concat());
}
