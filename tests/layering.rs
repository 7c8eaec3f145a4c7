//! Holds every file of `src/` to the map of rooms that the doc of `src/lib.rs` draws: an arrow that points up, a
//! sibling seen without leave, or a toolkit outside its room is named with file and line.
//!
//! The map is read from that doc, so that page and test cannot tell two stories. The files are read as tokens, not
//! as lines: `use crate::{a, b::c}`, a path in the middle of an expression, `super::super::…` and a test module
//! count; comments and strings do not.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Crates that live in one room only.
const TOOLKITS: &[(&str, &str)] = &[
    ("egui", "app"),
    ("eframe", "app"),
    ("egui_plot", "app"),
    ("egui_extras", "app"),
    ("egui_kittest", "app"),
    ("winit", "app"),
    ("rfd", "app"),
    ("clap", "cli"),
    ("clap_complete", "cli"),
    ("clap_mangen", "cli"),
    ("indicatif", "cli"),
];

/// A word or a sign of a source text, with the line it stands on. A path separator is one sign.
#[derive(Clone, Debug, PartialEq)]
struct Token {
    text: String,
    line: usize,
}

/// A room that a file names.
#[derive(Debug, PartialEq)]
struct Use {
    room: String,
    line: usize,
}

/// Which room may see which.
#[derive(Debug, Default, PartialEq)]
struct Map {
    /// 0 is the lowest floor.
    floor: BTreeMap<String, usize>,
    /// Arrows between rooms of one floor.
    leave: BTreeSet<(String, String)>,
}

impl Map {
    /// Reads the arrows and the sentence of exceptions out of the doc of `lib.rs`.
    fn read(lib: &str) -> Result<Self, String> {
        let doc: String = lib
            .lines()
            .filter_map(|l| l.trim_start().strip_prefix("//!"))
            .map(|l| format!("{l}\n"))
            .collect();
        let block = doc
            .split("```")
            .find(|block| block.starts_with("text") && block.contains('←'))
            .ok_or("the doc of src/lib.rs has no ```text block with ←, the map of the rooms")?;
        let mut map = Self::default();
        for (floor, rooms) in block.trim_start_matches("text").split('←').enumerate() {
            for room in words(rooms) {
                if map.floor.insert(room.clone(), floor).is_some() {
                    return Err(format!("the map in src/lib.rs has the room {room} twice"));
                }
            }
        }
        // "Lattice may use numerics, session may use sim and figure, …".
        for clause in doc.replace('\n', " ").split(['.', ',', ';']).filter(|c| c.contains(" may use ")) {
            let (who, whom) = clause.split_once(" may use ").unwrap_or_default();
            let Some(who) = words(who).pop().map(|w| w.to_lowercase()) else { continue };
            for room in words(whom).into_iter().filter(|w| map.floor.contains_key(w)) {
                map.leave.insert((who.clone(), room));
            }
        }
        Ok(map)
    }

    /// Why `room` may not use `used`, if it may not.
    fn refusal(&self, room: &str, used: &str) -> Option<String> {
        if room == used || self.leave.contains(&(room.into(), used.into())) {
            return None;
        }
        let Some(below) = self.floor.get(used) else {
            return Some(format!("{used} is no room of the map in src/lib.rs: draw it there first"));
        };
        match self.floor.get(room) {
            None => Some(format!("{room} is no room of the map in src/lib.rs: draw it there first")),
            Some(here) if below > here => Some(format!(
                "{room} must not use {used}, which stands above it: move what both need down, or hand it in"
            )),
            Some(here) if below == here => Some(format!(
                "{room} must not use its sibling {used}: join the two in a room above, or move what both need down"
            )),
            Some(_) => None,
        }
    }
}

/// The words of a text, without signs.
fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_'))
        .filter(|w| !w.is_empty())
        .map(Into::into)
        .collect()
}

/// Cuts a source text into words and signs, without comments, strings, numbers' insides and character literals.
fn tokens(source: &str) -> Vec<Token> {
    let text: Vec<char> = source.chars().collect();
    let at = |i: usize| text.get(i).copied().unwrap_or('\0');
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let (mut found, mut i, mut line) = (Vec::new(), 0, 1);
    while i < text.len() {
        let start = i;
        match at(i) {
            '/' if at(i + 1) == '/' => {
                while i < text.len() && at(i) != '\n' {
                    i += 1;
                }
            }
            '/' if at(i + 1) == '*' => {
                let mut depth = 0;
                while i < text.len() {
                    match (at(i), at(i + 1)) {
                        ('/', '*') => (depth, i) = (depth + 1, i + 2),
                        ('*', '/') => (depth, i) = (depth - 1, i + 2),
                        _ => i += 1,
                    }
                    if depth == 0 {
                        break;
                    }
                }
            }
            '"' => i = end_of_string(&text, i),
            // A character literal, or the quote of a lifetime, whose name then is an ordinary word.
            '\'' if at(i + 1) == '\\' => {
                i += 3;
                while i < text.len() && at(i) != '\'' {
                    i += 1;
                }
                i += 1;
            }
            '\'' if at(i + 2) == '\'' => i += 3,
            c if is_word(c) => {
                while is_word(at(i)) {
                    i += 1;
                }
                let word: String = text[start..i].iter().collect();
                let hashes = (i..text.len()).take_while(|j| at(*j) == '#').count();
                if matches!(word.as_str(), "r" | "br" | "cr") && at(i + hashes) == '"' {
                    i = end_of_raw_string(&text, i, hashes);
                } else {
                    found.push(Token { text: word, line });
                }
            }
            ':' if at(i + 1) == ':' => {
                found.push(Token { text: "::".into(), line });
                i += 2;
            }
            c => {
                if !c.is_whitespace() {
                    found.push(Token { text: c.into(), line });
                }
                i += 1;
            }
        }
        line += text[start..i.min(text.len())].iter().filter(|c| **c == '\n').count();
    }
    found
}

/// Where the text goes on after the string whose quote is at `i`.
fn end_of_string(text: &[char], mut i: usize) -> usize {
    i += 1;
    while i < text.len() && text[i] != '"' {
        i += if text[i] == '\\' { 2 } else { 1 };
    }
    i + 1
}

/// Where the text goes on after the raw string whose hashes begin at `i`.
fn end_of_raw_string(text: &[char], i: usize, hashes: usize) -> usize {
    let end: Vec<char> = std::iter::once('"').chain(std::iter::repeat_n('#', hashes)).collect();
    let from = i + hashes + 1;
    (from..text.len()).find(|j| text[*j..].starts_with(&end)).map_or(text.len(), |j| j + end.len())
}

/// The rooms that a source text names. `depth` is the number of modules that the file itself stands in: 1 for
/// `ROOM/mod.rs`, 2 for `ROOM/file.rs`.
fn rooms_used(source: &str, depth: usize) -> Vec<Use> {
    let tokens = tokens(source);
    let is = |i: usize, text: &str| tokens.get(i).is_some_and(|t| t.text == text);
    let mut uses = Vec::new();
    // Brace depths at which the modules that are open in this file began.
    let (mut modules, mut braces) = (Vec::new(), 0_usize);
    let mut i = 0;
    while i < tokens.len() {
        match tokens[i].text.as_str() {
            "{" => {
                if i >= 2 && is(i - 2, "mod") {
                    modules.push(braces);
                }
                braces += 1;
            }
            "}" => {
                braces = braces.saturating_sub(1);
                if modules.last() == Some(&braces) {
                    modules.pop();
                }
            }
            "crate" | "holoscope" if is(i + 1, "::") && !(i > 0 && is(i - 1, "::")) => {
                first_names(&tokens, i + 2, &mut uses);
            }
            // `use crate as other;` would hide every later arrow.
            "crate" if is(i + 1, "as") => uses.push(Use { room: "*".into(), line: tokens[i].line }),
            "super" if !(i > 0 && is(i - 1, "::")) || (i > 1 && is(i - 2, "self")) => {
                let mut climbed = 1;
                while is(i + 1, "::") && is(i + 2, "super") {
                    (climbed, i) = (climbed + 1, i + 2);
                }
                if climbed >= depth + modules.len() && is(i + 1, "::") {
                    first_names(&tokens, i + 2, &mut uses);
                }
            }
            _ => {}
        }
        i += 1;
    }
    uses
}

/// The first names of a path's rest: `a::b`, or each of `{a::b, c}`.
fn first_names(tokens: &[Token], start: usize, uses: &mut Vec<Use>) {
    let Some(first) = tokens.get(start) else { return };
    let mut note = |token: &Token| {
        if token.text != "self" {
            uses.push(Use { room: token.text.clone(), line: token.line });
        }
    };
    if first.text != "{" {
        return note(first);
    }
    let (mut depth, mut expect) = (1, true);
    for token in &tokens[start + 1..] {
        match token.text.as_str() {
            "{" => depth += 1,
            "}" => depth -= 1,
            "," => expect = depth == 1,
            _ if expect => {
                note(token);
                expect = false;
            }
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
}

/// The arrows of a file that the map refuses: line and sentence.
fn wrong_arrows(map: &Map, room: &str, depth: usize, source: &str) -> Vec<(usize, String)> {
    let sentence = |used: &str| match used {
        "*" => Some("this takes in every room at once: name the room that is meant".into()),
        _ => map.refusal(room, used),
    };
    let mut found: Vec<_> =
        rooms_used(source, depth).into_iter().filter_map(|u| Some((u.line, sentence(&u.room)?))).collect();
    found.sort();
    found.dedup();
    found
}

/// The toolkits of other rooms that a file names: line and sentence. A root stands in the room "".
fn strayed_toolkits(room: &str, source: &str) -> Vec<(usize, String)> {
    let home = |word: &str| TOOLKITS.iter().find(|(toolkit, _)| *toolkit == word).map(|(_, home)| *home);
    let mut found: Vec<_> = tokens(source)
        .into_iter()
        .filter_map(|t| home(&t.text).filter(|home| *home != room).map(|home| (t, home)))
        .map(|(t, home)| (t.line, format!("{} lives only in src/{home}", t.text)))
        .collect();
    found.dedup();
    found
}

fn source_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// Every Rust file below a folder, sorted.
fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display())) {
        let path = entry.unwrap_or_else(|e| panic!("{}: {e}", folder.display())).path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// Room and depth of a file, from its path below `src`; the two roots stand in no room.
fn place(below: &Path) -> Option<(String, usize)> {
    let mut parts: Vec<String> =
        below.with_extension("").iter().map(|p| p.to_string_lossy().into_owned()).collect();
    if parts.last().is_some_and(|last| last == "mod") {
        parts.pop();
    }
    match parts.as_slice() {
        [one] if one == "lib" || one == "main" => None,
        [room, ..] => Some((room.clone(), parts.len())),
        [] => None,
    }
}

#[test]
fn no_arrow_points_up() {
    let src = source_folder();
    let map = Map::read(&read(&src.join("lib.rs"))).unwrap_or_else(|e| panic!("{e}"));
    let (mut seen, mut wrong) = (0, Vec::new());
    for file in rust_files(&src) {
        let below = file.strip_prefix(&src).unwrap_or(&file);
        let source = read(&file);
        seen += 1;
        let mut found = Vec::new();
        match place(below) {
            Some((room, depth)) => {
                found.extend(wrong_arrows(&map, &room, depth, &source));
                found.extend(strayed_toolkits(&room, &source));
            }
            // The roots join all rooms, but no toolkit.
            None => found.extend(strayed_toolkits("", &source)),
        }
        wrong.extend(found.into_iter().map(|(line, why)| format!("src/{}:{line}: {why}", below.display())));
    }
    assert!(seen > 1, "no Rust file was found below {}", src.display());
    assert!(wrong.is_empty(), "{} arrows point the wrong way:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_map_has_every_room_and_no_other() {
    let src = source_folder();
    let lib = read(&src.join("lib.rs"));
    let map = Map::read(&lib).unwrap_or_else(|e| panic!("{e}"));
    let drawn: BTreeSet<String> = map.floor.keys().cloned().collect();
    let built: BTreeSet<String> = rust_files(&src)
        .iter()
        .filter_map(|f| place(f.strip_prefix(&src).unwrap_or(f)))
        .map(|(room, _)| room)
        .collect();
    let opened: BTreeSet<String> = tokens(&lib)
        .windows(3)
        .filter(|t| t[0].text == "mod" && t[2].text == ";")
        .map(|t| t[1].text.clone())
        .collect();
    // Rows of the table: | [`room`] | what lives there |.
    let listed: BTreeSet<String> = lib
        .lines()
        .filter_map(|l| l.strip_prefix("//! | "))
        .filter_map(|l| l.split('|').next())
        .filter(|cell| cell.contains('`'))
        .flat_map(words)
        .collect();
    assert_eq!(drawn, built, "rooms of the map in src/lib.rs (left) and folders of src (right) differ");
    assert_eq!(drawn, opened, "rooms of the map in src/lib.rs (left) and its `mod` lines (right) differ");
    assert_eq!(drawn, listed, "rooms of the map in src/lib.rs (left) and rows of its table (right) differ");
}

/// A small made-up house: two cellars, two sciences, a roof.
const HOUSE: &str = "\
//! # Arrows point down
//!
//! ```text
//! {sand, clay} ← {physics, chemistry}
//!     ← roof
//! ```
//!
//! Clay may use sand, chemistry may use physics. Rooms do not
//! otherwise see each other.
pub mod sand;
";

fn house() -> Map {
    Map::read(HOUSE).expect("the made-up house has a map")
}

#[test]
fn the_map_is_read_from_the_page() {
    let map = house();
    assert_eq!(map.floor.get("sand"), Some(&0));
    assert_eq!(map.floor.get("chemistry"), Some(&1));
    assert_eq!(map.floor.get("roof"), Some(&2));
    let leave = |a: &str, b: &str| map.leave.contains(&(a.into(), b.into()));
    assert!(leave("clay", "sand") && leave("chemistry", "physics") && map.leave.len() == 2);
    assert!(Map::read("//! no map here").is_err());
    assert!(Map::read("//! ```text\n//! a ← {b, a}\n//! ```").is_err());
}

#[test]
fn arrows_up_and_across_are_found_wherever_they_hide() {
    let map = house();
    let lines = |room: &str, source: &str| -> Vec<usize> {
        wrong_arrows(&map, room, 2, source).iter().map(|f| f.0).collect()
    };
    // Down, across with leave, within the room: no fault.
    assert_eq!(lines("physics", "use crate::sand::Grain;\nuse crate::{clay, physics::Law};"), [0; 0]);
    assert_eq!(lines("chemistry", "use crate::physics::Law;"), [0; 0]);
    // Up, plainly; in a group over several lines; in a path of an expression; in a macro.
    assert_eq!(lines("sand", "\nuse crate::physics::Law;"), [2]);
    assert_eq!(
        lines("sand", "use crate::{\n    sand::{self, Grain},\n    roof::{Tile as T, Slate},\n};"),
        [3]
    );
    assert_eq!(lines("sand", "fn f() {\n    let x = crate::roof::Tile::new();\n}"), [2]);
    assert_eq!(lines("sand", "macro_rules! m { () => { $crate::roof::Tile } }"), [1]);
    // Across without leave, and back against a leave.
    assert_eq!(lines("physics", "use crate::chemistry::Salt;"), [1]);
    assert_eq!(lines("sand", "use crate::clay::Pot;"), [1]);
    // Test modules count, and so do ways around the word `crate`.
    assert_eq!(lines("sand", "#[cfg(test)]\nmod tests {\n    use crate::roof::Tile;\n}"), [3]);
    assert_eq!(lines("sand", "use super::super::roof::Tile;"), [1]);
    assert_eq!(
        lines("sand", "mod inner {\n    use super::super::roof::Tile;\n}\nuse super::super::roof;"),
        [4]
    );
    assert_eq!(lines("clay", "mod inner {\n    use super::super::super::{sand, roof};\n}"), [2]);
    assert_eq!(lines("physics", "use crate as house;\nuse crate::*;"), [1, 2]);
    // A room that the map does not have.
    assert_eq!(lines("physics", "use crate::attic::Box;"), [1]);
    assert_eq!(lines("attic", "use crate::sand::Grain;"), [1]);
}

#[test]
fn words_that_are_no_code_are_no_arrows() {
    let map = house();
    let source = r##"
//! See [`crate::roof`].
/* crate::roof /* nested crate::roof */ crate::roof */
fn f<'a>(x: &'a str) -> char {
    let _ = ("crate::roof \" crate::roof", r#"crate::roof " egui::Ui"#, b"crate::roof", '"', '\'', '\u{41}');
    '"' // crate::roof
}
use super::neighbour;
"##;
    assert_eq!(wrong_arrows(&map, "sand", 2, source), []);
    // What follows such things is code again.
    assert_eq!(wrong_arrows(&map, "sand", 2, &format!("{source}use crate::roof;")).len(), 1);
}

#[test]
fn toolkits_stay_in_their_room() {
    let source = "use egui::Ui;\n#[derive(clap::Args)]\nstruct S; // rfd\nfn f() { let ui = eframe::Frame; }";
    let sentences: Vec<String> =
        strayed_toolkits("sand", source).into_iter().map(|(line, why)| format!("{line}: {why}")).collect();
    assert_eq!(
        sentences,
        ["1: egui lives only in src/app", "2: clap lives only in src/cli", "4: eframe lives only in src/app"]
    );
    assert!(strayed_toolkits("app", "use egui::Ui;").is_empty());
    assert_eq!(strayed_toolkits("app", "use clap::Parser;").len(), 1);
    assert_eq!(strayed_toolkits("", "fn main() { eframe::run() }").len(), 1);
}

#[test]
fn a_file_knows_its_room_and_depth() {
    let at = |p: &str| place(Path::new(p));
    assert_eq!(at("lib.rs"), None);
    assert_eq!(at("main.rs"), None);
    assert_eq!(at("sand/mod.rs"), Some(("sand".into(), 1)));
    assert_eq!(at("sand.rs"), Some(("sand".into(), 1)));
    assert_eq!(at("sand/grain.rs"), Some(("sand".into(), 2)));
    assert_eq!(at("sand/heap/mod.rs"), Some(("sand".into(), 2)));
    assert_eq!(at("sand/heap/slope.rs"), Some(("sand".into(), 3)));
}
