//! Which layers are laid over the picture of the bulk and of a cut.

/// What is shown of a cut besides its curve and wedge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Overlays {
    /// The band between the minimum cut nearest the region and the one nearest the rest.
    pub ties: bool,
    /// The causal cone: what the region feeds.
    pub cone: bool,
    /// Bit threads: the flow that proves the cut, as paths.
    pub threads: bool,
    /// The ideal geodesic of each interval.
    pub geodesics: bool,
    /// The numbers of the sites along the boundary.
    pub ruler: bool,
    /// The numbers of the layers.
    pub depths: bool,
}

impl Overlays {
    /// Nothing but curve and wedge.
    pub const NONE: Self =
        Self { ties: false, cone: false, threads: false, geodesics: false, ruler: false, depths: false };
    /// The names of the layers, in the order in which they are written.
    pub const WORDS: &[&str] = &["ties", "cone", "threads", "geodesics", "ruler", "depths"];

    /// The layer of that name.
    fn layer(&mut self, word: &str) -> Option<&mut bool> {
        match word {
            "ties" => Some(&mut self.ties),
            "cone" => Some(&mut self.cone),
            "threads" => Some(&mut self.threads),
            "geodesics" => Some(&mut self.geodesics),
            "ruler" => Some(&mut self.ruler),
            "depths" => Some(&mut self.depths),
            _ => None,
        }
    }

    /// Reads names separated by commas, spaces allowed; nothing from an empty text. `None` if one is unknown.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut shown = Self::NONE;
        for word in text.split(',').map(str::trim).filter(|word| !word.is_empty()) {
            *shown.layer(word)? = true;
        }
        Some(shown)
    }

    /// Whether the layer of that name is shown.
    #[must_use]
    pub fn shows(mut self, word: &str) -> bool {
        self.layer(word).is_some_and(|shown| *shown)
    }

    /// The same with the layer of that name turned on or off.
    #[must_use]
    pub fn with(mut self, word: &str, on: bool) -> Self {
        if let Some(shown) = self.layer(word) {
            *shown = on;
        }
        self
    }
}

impl std::fmt::Display for Overlays {
    /// The text that [`Overlays::parse`] reads.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let shown: Vec<&str> = Self::WORDS.iter().copied().filter(|word| self.shows(word)).collect();
        f.write_str(&shown.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_set_of_words_reads_back() {
        for set in 0..64_u32 {
            let mut shown = Overlays::NONE;
            for (i, word) in Overlays::WORDS.iter().enumerate() {
                shown = shown.with(word, set >> i & 1 == 1);
            }
            assert_eq!(Overlays::parse(&shown.to_string()), Some(shown));
        }
        assert_eq!(
            Overlays::parse(" threads , ties,ties ").map(|o| o.to_string()),
            Some("ties,threads".into())
        );
        assert_eq!(Overlays::parse("ties,beads"), None);
    }
}
