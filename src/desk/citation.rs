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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_three_entries_whose_braces_close() {
        let text = bibtex();
        assert_eq!(text.matches("\n}\n").count(), 3);
        assert_eq!(text.matches('{').count(), text.matches('}').count());
        assert!(text.contains("Gan, Wen-Cong and Shu, Fu-Wen") && text.contains("Howard, Eric"));
    }
}
