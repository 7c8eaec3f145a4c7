//! What goes along with the program in a package agrees with the program: manual pages, completions, the icon, the
//! files for the desktop. `tests/package.sh` installs the package itself.

#![expect(clippy::unwrap_used, reason = "helpers of tests may fail as tests do")]

use holoscope::session::keys::KEYS;
use std::path::Path;
use std::process::{Command, Stdio};

const SESSIONS: &str = "application/x-holoscope-session";

fn ok(arguments: &[&str]) -> String {
    let output =
        Command::new(env!("CARGO_BIN_EXE_holoscope")).args(arguments).stdin(Stdio::null()).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn packaged(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/packaging").join(name);
    std::fs::read_to_string(path).unwrap()
}

/// The commands that the help lists.
fn commands() -> Vec<String> {
    let help = ok(&["--help"]);
    let list = help.split("Commands:").nth(1).unwrap().split("\n\n").next().unwrap();
    let named = list.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let names: Vec<String> = named.map(|line| line.split_whitespace().next().unwrap().into()).collect();
    assert!(names.len() > 10, "{names:?}");
    names.into_iter().filter(|name| name != "help").collect()
}

#[test]
fn every_command_and_every_parameter_has_its_place_in_the_manual() {
    let folder = tempfile::tempdir().unwrap();
    ok(&["man", "-o", folder.path().to_str().unwrap()]);
    let page = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
    // In a page hyphens are marked as such.
    let main = page("holoscope.1").replace("\\-", "-");
    assert!(main.contains(".TH") && main.contains(".SH PARAMETERS"));
    for key in KEYS {
        assert!(main.contains(key.path), "{} is not in the manual", key.path);
    }
    for command in commands() {
        assert!(main.contains(&format!("holoscope-{command}(1)")), "{command} is not named");
        let own = page(&format!("holoscope-{command}.1"));
        assert_eq!(own, ok(&["man", &command]));
        assert!(own.contains(".SH SYNOPSIS") && own.contains(&command), "{command}");
        // Title, section, date, source, manual: with one left empty the others would take its place.
        let head = own.lines().find(|line| line.starts_with(".TH")).unwrap();
        let version = concat!("\"holoscope ", env!("CARGO_PKG_VERSION"), "\"");
        assert!(head.contains(version) && head.contains(" 1 20") && head.ends_with("desk\""), "{head}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), commands().len() + 1);
    assert!(!folder.path().join("holoscope-icon.1").exists(), "what is for packagers is no command");
}

#[test]
fn completions_know_every_command() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let text = ok(&["completions", shell]);
        for command in commands() {
            assert!(text.contains(&command), "{shell}: {command}");
        }
    }
}

#[test]
fn the_icon_comes_in_every_size() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    ok(&["icon", "-o", &at("i.svg")]);
    assert!(std::fs::read_to_string(at("i.svg")).unwrap().contains("viewBox=\"0 0 64 64\""));
    for side in ["16", "48", "512"] {
        ok(&["icon", "-o", &at("i.png"), "--side", side]);
        let drawn = resvg::tiny_skia::Pixmap::load_png(at("i.png")).unwrap();
        assert_eq!([drawn.width().to_string(), drawn.height().to_string()], [side, side]);
        let middle = drawn.pixel(drawn.width() / 2, drawn.height() / 2).unwrap();
        assert!(middle.alpha() == 255 && drawn.pixel(0, 0).unwrap().alpha() == 0, "a disc on no ground");
    }
}

#[test]
fn the_desktop_s_files_name_one_program_and_one_type() {
    let desktop = packaged("holoscope.desktop");
    for line in
        ["Exec=holoscope %f", "Icon=holoscope", "StartupWMClass=holoscope", &format!("MimeType={SESSIONS};")]
    {
        assert!(desktop.lines().any(|l| l == line), "{line}");
    }
    let mime = packaged("holoscope-mime.xml");
    let mime = roxmltree::Document::parse(&mime).unwrap();
    let of = |tag: &str, name: &str| {
        let node = mime.descendants().find(|n| n.tag_name().name() == tag).unwrap();
        node.attribute(name).unwrap().to_string()
    };
    assert_eq!((of("mime-type", "type"), of("glob", "pattern")), (SESSIONS.into(), "*.holo".into()));
    // What the magic looks for is where a session has it.
    let (word, offset) = (of("match", "value"), of("match", "offset"));
    let last: usize = offset.split(':').nth(1).unwrap().parse().unwrap();
    let session = ok(&["new"]);
    assert!(session.find(&word).is_some_and(|at| at <= last), "{word} in {session}");
    let about = packaged("org.holoscope.holoscope.metainfo.xml");
    let about = roxmltree::Document::parse(&about).unwrap();
    let text = |tag: &str| {
        let node = about.descendants().find(|n| n.tag_name().name() == tag).unwrap();
        node.text().unwrap().to_string()
    };
    assert_eq!(
        (text("mediatype"), text("binary"), text("launchable")),
        (SESSIONS.into(), "holoscope".into(), "holoscope.desktop".into())
    );
    assert_eq!(text("project_license"), env!("CARGO_PKG_LICENSE"));
    let release = about.descendants().find(|n| n.tag_name().name() == "release").unwrap();
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(release.attribute("version"), version.split('-').next());
    let plist = packaged("Info.plist");
    assert!(
        plist.contains(SESSIONS)
            && plist.contains(&format!("<string>{}</string>", version.split('-').next().unwrap()))
    );
}

#[test]
fn readme_and_package_name_the_same_libraries_for_the_window() {
    let line_with = |text: &'static str, word: &str| text.lines().find(|l| l.contains(word)).unwrap();
    let libraries = |line: &'static str| {
        let words = line.split([' ', ',']).filter(|word| word.starts_with("lib") && *word != "libc6-dev");
        words.collect::<std::collections::BTreeSet<_>>()
    };
    let readme = libraries(line_with(include_str!("../README.md"), "apt-get install"));
    let package = libraries(line_with(include_str!("../assets/packaging/make_deb.sh"), "Recommends: "));
    assert!(readme.len() > 8);
    assert_eq!(readme, package);
}
