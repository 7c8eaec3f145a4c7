//! How the program and the two papers that it grew from are cited.

/// BibTeX entries: the program in this version, and the papers whose equations it computes.
#[must_use]
pub fn bibtex() -> String {
    format!(
        "@software{{holoscope,\n  \
           author  = {{{{The holoscope authors}}}},\n  \
           title   = {{holoscope: an instrument for holography on the desk}},\n  \
           version = {{{}}},\n  \
           year    = {{2026}}\n\
         }}\n\n\
         @article{{GanShu2017,\n  \
           author  = {{Gan, Wen-Cong and Shu, Fu-Wen}},\n  \
           title   = {{Holography as deep learning}},\n  \
           journal = {{International Journal of Modern Physics D}},\n  \
           volume  = {{26}},\n  \
           number  = {{12}},\n  \
           pages   = {{1743020}},\n  \
           year    = {{2017}},\n  \
           eprint  = {{1705.05750}},\n  \
           archivePrefix = {{arXiv}}\n\
         }}\n\n\
         @misc{{Howard2018,\n  \
           author  = {{Howard, Eric}},\n  \
           title   = {{Holographic renormalization with machine learning}},\n  \
           year    = {{2018}},\n  \
           eprint  = {{1803.11056}},\n  \
           archivePrefix = {{arXiv}}\n\
         }}\n",
        env!("HOLOSCOPE_VERSION")
    )
}

/// The program with its version and the commit that it was built from, or that this is not known.
#[must_use]
pub fn program() -> String {
    told(env!("HOLOSCOPE_PROGRAM"))
}

fn told(program: &str) -> String {
    if program.contains("commit ") {
        program.into()
    } else {
        format!("{program} (commit not known: built outside a repository)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_without_a_commit_says_so() {
        assert!(program().starts_with("holoscope ") && program().contains("commit "));
        assert!(told("holoscope 0.1.0").contains("0.1.0 (commit not known"));
        assert_eq!(told("holoscope 0.1.0 (commit 0a1b2c)"), "holoscope 0.1.0 (commit 0a1b2c)");
    }

    #[test]
    fn there_are_three_entries_whose_braces_close() {
        let text = bibtex();
        assert_eq!(text.matches("\n}\n").count(), 3);
        assert_eq!(text.matches('{').count(), text.matches('}').count());
        assert!(text.contains("Gan, Wen-Cong and Shu, Fu-Wen") && text.contains("Howard, Eric"));
    }
}
