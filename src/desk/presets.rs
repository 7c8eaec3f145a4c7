//! Presets: sessions that come with the program, by name.

use crate::session::{Document, file};
use std::sync::LazyLock;

/// A session that comes with the program.
pub struct Preset {
    /// The name after the @.
    pub name: &'static str,
    /// What it is, in one line.
    pub title: &'static str,
    /// Its stack is learned within so many seconds by the release program on two cores.
    pub within_secs: f64,
    bytes: &'static [u8],
}

/// All presets, the default first.
pub static PRESETS: &[Preset] = &[
    Preset {
        name: "critical",
        title: "Critical quantum Ising chain",
        within_secs: 3.0,
        bytes: include_bytes!("../../assets/sessions/critical.holo"),
    },
    Preset {
        name: "massive",
        title: "Massive fermion, m = 0.1",
        within_secs: 3.0,
        bytes: include_bytes!("../../assets/sessions/massive.holo"),
    },
    Preset {
        name: "ferromagnet",
        title: "Ordered side, m = −0.3",
        within_secs: 3.0,
        bytes: include_bytes!("../../assets/sessions/ferromagnet.holo"),
    },
    Preset {
        name: "chain",
        title: "Classical chain, K2 = 1",
        within_secs: 0.2,
        bytes: include_bytes!("../../assets/sessions/chain.holo"),
    },
    Preset {
        name: "tree",
        title: "Tree, r = 2",
        within_secs: 0.2,
        bytes: include_bytes!("../../assets/sessions/tree.holo"),
    },
    Preset {
        name: "mera",
        title: "MERA-like, r = 4",
        within_secs: 0.5,
        bytes: include_bytes!("../../assets/sessions/mera.holo"),
    },
    Preset {
        name: "deep",
        title: "Deep against shallow, N = 1024",
        within_secs: 3.0,
        bytes: include_bytes!("../../assets/sessions/deep.holo"),
    },
    Preset {
        name: "born",
        title: "The state √p beside the exact chain, N = 16",
        within_secs: 3.0,
        bytes: include_bytes!("../../assets/sessions/born.holo"),
    },
];

impl Preset {
    /// The document of the preset.
    ///
    /// # Panics
    /// Never: a test opens every preset.
    #[must_use]
    pub fn document(&self) -> Document {
        let document = file::from_bytes(self.bytes, self.name).expect("presets are sessions of this version");
        Document { preset: Some(self.name.into()), ..document }
    }

    /// Whether it is about one layer beside many, so that a window shows both curves.
    #[must_use]
    pub fn compares_depths(&self) -> bool {
        self.name == "deep"
    }
}

/// The documents of all presets, read once: panels compare with them in every frame.
static DOCUMENTS: LazyLock<Vec<Document>> = LazyLock::new(|| PRESETS.iter().map(Preset::document).collect());

/// The document of the preset that another was taken from, whatever was changed in it since.
#[must_use]
pub fn origin(document: &Document) -> Option<&'static Document> {
    let name = document.preset.as_ref()?;
    DOCUMENTS.iter().find(|d| d.preset.as_ref() == Some(name))
}

/// The preset whose theory, network and learning a document has, wherever it came from.
#[must_use]
pub fn with_parameters_of(document: &Document) -> Option<&'static Preset> {
    let Document { theory, network, learning, .. } = document;
    let same = |d: &Document| (&d.theory, &d.network, &d.learning) == (theory, network, learning);
    PRESETS.iter().zip(DOCUMENTS.iter()).find(|(_, d)| same(d)).map(|(preset, _)| preset)
}

/// The preset of that name, without the @.
#[must_use]
pub fn find(name: &str) -> Option<&'static Preset> {
    PRESETS.iter().find(|p| p.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_preset_opens_and_the_critical_chain_is_the_default() {
        for preset in PRESETS {
            let document = preset.document();
            assert!(document.learned.is_none() && !preset.title.is_empty());
        }
        assert_eq!(find("critical").unwrap().document(), Document::default());
        assert_eq!(with_parameters_of(&Document::default()).unwrap().name, "critical");
        assert!(find("no-such").is_none());
        let mut changed = find("tree").unwrap().document();
        changed.learning.samples = 7;
        assert!(with_parameters_of(&changed).is_none());
        assert_eq!(origin(&changed), Some(&find("tree").unwrap().document()));
        changed.preset = Some("of another version".into());
        assert_eq!(origin(&changed), None);
    }
}
