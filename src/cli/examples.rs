//! The command lines that guide and README give are ones that the program takes: command, options, words and keys.

use super::args::Cli;
use crate::desk::guide::PAGES;
use crate::session::keys;
use clap::error::ErrorKind;
use clap::{CommandFactory, Parser};

/// The words of a command line as a shell splits them, up to what is no longer the command's.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let (mut word, mut quoted) = (String::new(), false);
    for c in line.chars().chain([' ']) {
        match c {
            '\'' => quoted = !quoted,
            ' ' if !quoted => {
                let done = std::mem::take(&mut word);
                if matches!(done.as_str(), "#" | ">" | "|" | "&&" | ":::" | "…") {
                    return words;
                }
                words.extend(Some(done).filter(|w| !w.is_empty()));
            }
            c => word.push(c),
        }
    }
    words
}

/// Every command line between fences, and every one in a line of text that leaves nothing open.
fn given(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    for (number, piece) in text.split("```").enumerate() {
        if number % 2 == 0 {
            let code = piece.split('`').skip(1).step_by(2).map(str::to_owned);
            lines.extend(code.filter(|c| c.starts_with("holoscope ") && !c.contains('\n')));
            continue;
        }
        for line in piece.lines() {
            // A scheduler is given a command in quotes.
            let inner = line.split('\'').find(|part| part.starts_with("holoscope "));
            lines.extend(
                inner.or_else(|| Some(line).filter(|l| l.starts_with("holoscope "))).map(str::to_owned),
            );
        }
    }
    let open = |line: &String| {
        line.split(' ').any(|w| w.trim_start_matches('[').starts_with("COMMAND") || w == "SHELL")
    };
    lines.retain(|line| !open(line));
    lines
}

#[test]
fn every_command_line_of_guide_and_readme_is_one_that_the_program_takes() {
    let readme = include_str!("../../README.md");
    let pages = PAGES.iter().map(|page| (page.file, page.text)).chain([("README.md", readme)]);
    let command = Cli::command();
    let mut count = 0;
    for (file, text) in pages {
        for line in given(text) {
            let words = words(&line.replace("$SLURM_ARRAY_TASK_ID", "1"));
            let said = |e: clap::Error| panic!("{file}: {line}\n{e}");
            match Cli::try_parse_from(&words) {
                Err(e) if matches!(e.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) => {}
                // A command that is named alone.
                Err(e) if e.kind() == ErrorKind::MissingRequiredArgument && words.len() == 2 => {}
                Err(e) => said(e),
                Ok(_) => {}
            }
            let first = &words[1];
            let plain = first.chars().all(|c| c.is_ascii_lowercase() || c == '-') && !first.starts_with('-');
            assert!(!plain || command.find_subcommand(first).is_some(), "{file}: {line}: no command {first}");
            for pair in words.windows(2).filter(|pair| matches!(pair[0].as_str(), "--set" | "--vary")) {
                let key = pair[1].split('=').next().unwrap();
                assert!(keys::find(key).is_ok(), "{file}: {line}: no key {key}");
            }
            count += 1;
        }
    }
    assert!(count > 40, "{count} command lines");
}

#[test]
fn words_end_where_the_shell_takes_over() {
    assert_eq!(words("holoscope cut a.holo --json > cut.json"), ["holoscope", "cut", "a.holo", "--json"]);
    assert_eq!(words("x 'a b'  c   # why"), ["x", "a b", "c"]);
    assert_eq!(given("```sh\nsbatch --wrap 'holoscope keys'\n```\n`holoscope COMMAND`"), ["holoscope keys"]);
}
