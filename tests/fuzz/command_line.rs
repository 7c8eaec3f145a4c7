//! Damaged arguments to the built program: it answers, or refuses in one sentence with exit code 2 or 1.

use super::mutation::{Chance, damaged};
use super::{alone, cases};
use std::process::{Command, Stdio};

/// Commands that are quick, with what stands in them for damage.
const LINES: &[&[&str]] = &[
    &["inspect", "--set", "network.sites=64"],
    &["inspect", "--set", "regions.a=5..37,40..50"],
    &["cut", "--no-train", "--json", "--set", "regions.a=5..37"],
    &["cut", "--no-train", "--set", "network.sites=2^30"],
    &["fermion", "--set", "theory.mass=0.3"],
    &["scaling", "--no-train", "--set", "network.sites=64", "--sizes", "1,2,4,8"],
    &["render", "--no-train", "-o", "f.svg", "--size", "300x200"],
    &["render", "--no-train", "-o", "f.svg", "--size", "86mm"],
    &["render", "--no-train", "-o", "f.svg", "--set", "view.chart=poincare", "--camera", "3.5,2,1.5"],
    &["man", "render"],
    &["new", "@critical"],
];

#[test]
fn damaged_arguments_are_refused_in_a_sentence() {
    let _alone = alone();
    let here = tempfile::tempdir().unwrap();
    // A process takes a hundred times what a reader takes.
    let total = cases(6000) / 150;
    let mut refused = 0;
    for case in 0..total {
        let mut chance = Chance::new("command line", case);
        let mut line: Vec<String> = chance.one_of(LINES).iter().map(|a| (*a).to_string()).collect();
        let last = line.len() - 1;
        let whole = [line[last].clone().into_bytes()];
        // An argument holds no zero byte, and the system bounds its length.
        let text: String = String::from_utf8_lossy(&damaged(&whole, &mut chance)).replace('\0', "0");
        line[last] = text.chars().take(20_000).collect();
        // Sizes that take long are no damage.
        if line[last].contains("sites=") && line[0] != "cut" {
            line[0] = "inspect".into();
        }
        let output = Command::new(env!("CARGO_BIN_EXE_holoscope"))
            .args(&line)
            .current_dir(here.path())
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY")
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        let code = output.status.code();
        assert!(
            matches!(code, Some(0..=2)) && !said.contains("panicked"),
            "case {case}, {line:?}: {code:?} {said}"
        );
        if code != Some(0) {
            refused += 1;
            let notes = said.lines().count();
            assert!(notes >= 1 && said.chars().count() < 2200, "case {case}, {line:?}: {said}");
            assert!(!said.trim_end().chars().any(|c| c.is_control() && c != '\n'), "case {case}: {said:?}");
        }
    }
    println!("command line {total:>9} cases, {:>8} taken", total - refused);
}
