//! The formulas that tour and guide show: their TeX, where it stands in the papers, and their outlines.

use serde::Deserialize;
use std::sync::LazyLock;

/// Units of an outline in one em.
const EM: f32 = 100.0;

/// A formula.
#[derive(Debug)]
pub struct Formula {
    /// Its name, that of its file.
    pub name: String,
    /// Its source in TeX.
    pub tex: String,
    /// The equations of the papers it is, such as `G15`; none where the program states it itself.
    pub equations: Vec<String>,
    /// Its outlines as SVG, in `currentColor`.
    pub svg: &'static str,
    /// Width of its box in ems.
    pub width: f32,
    /// Height of its box above the line of writing, in ems.
    pub ascent: f32,
    /// Depth of its box below the line of writing, in ems.
    pub descent: f32,
}

/// Number of the last equation of each paper, by its letter.
pub const PAPERS: [(char, u32); 2] = [('G', 16), ('H', 27)];

/// Whether a paper has an equation of this name, such as `H21`.
#[must_use]
pub fn is_equation(name: &str) -> bool {
    PAPERS.iter().any(|(letter, last)| {
        let number = name.strip_prefix(*letter).filter(|n| !n.starts_with(['0', '+']));
        number.and_then(|n| n.parse::<u32>().ok()).is_some_and(|n| (1..=*last).contains(&n))
    })
}

macro_rules! outlines {
    ($($name:literal)+) => {
        &[$(($name, include_str!(concat!("../../assets/formulas/", $name, ".svg")))),+]
    };
}

static OUTLINES: &[(&str, &str)] = outlines!(
    "boltzmann" "chain" "partition" "chain-length" "quantum-ising" "machine" "likelihood" "step" "transfer"
    "identity" "trace" "free-energies" "distance-learned" "decimation" "learned-coupling" "depth"
    "layer-metric" "plane" "plane-distance" "geodesic" "cut" "link" "bound" "logarithm" "critical"
    "central-charge" "mutual" "tripartite" "shallow" "mass" "wall" "fermion-entropy" "state" "born"
    "state-entropy" "transfer-length" "decimation-bond" "decimation-field" "majorana" "ising-correlation"
    "bonds" "bond-step" "isotropic" "order" "autocorrelation" "wall-layer" "hopping" "hopping-correlation"
    "fermion-renyi" "ising-entropy" "conditional" "layer-partition" "objective" "divergence" "standard-error"
    "hidden-chain" "field-from-site" "bond-from-site" "couplings-two" "couplings-three" "couplings-four"
    "couplings-four-field" "exact-step" "greedy" "channels" "channel-link" "nodes" "rings" "disks"
    "measured-metric" "curvature" "dimension" "response" "max-flow" "inequalities" "cyclic" "cross-ratio"
    "one-layer-state" "two-sides" "top-down" "swap" "chord" "tensors" "tensor-limit" "heat-bath"
    "geometry-fit" "geometry-gradient"
);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    name: String,
    tex: String,
    equations: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    formula: Vec<Listed>,
}

static FORMULAS: LazyLock<Vec<Formula>> = LazyLock::new(|| {
    let list: List = toml::from_str(include_str!("../../assets/formulas/formulas.toml"))
        .expect("the list of formulas comes with the program, and a test reads it");
    list.formula.into_iter().filter_map(with_outline).collect()
});

fn with_outline(listed: Listed) -> Option<Formula> {
    let svg = OUTLINES.iter().find(|(name, _)| *name == listed.name)?.1;
    let document = resvg::usvg::roxmltree::Document::parse(svg).ok()?;
    let frame: Vec<f32> =
        document.root_element().attribute("viewBox")?.split(' ').filter_map(|x| x.parse().ok()).collect();
    let [_, top, width, height] = frame[..] else { return None };
    let Listed { name, tex, equations } = listed;
    let (width, ascent, descent) = (width / EM, -top / EM, (height + top) / EM);
    Some(Formula { name, tex, equations, svg, width, ascent, descent })
}

/// All of them.
#[must_use]
pub fn formulas() -> &'static [Formula] {
    &FORMULAS
}

/// The formula of this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Formula> {
    formulas().iter().find(|f| f.name == name)
}

/// The formula of this source in TeX; spaces and line ends do not matter.
#[must_use]
pub fn find_tex(tex: &str) -> Option<&'static Formula> {
    let bare = |text: &str| text.split_whitespace().collect::<String>();
    let wanted = bare(tex);
    formulas().iter().find(|f| bare(&f.tex) == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_listed_formula_has_an_outline_and_every_outline_is_listed() {
        let list: List = toml::from_str(include_str!("../../assets/formulas/formulas.toml")).unwrap();
        let listed: Vec<&str> = list.formula.iter().map(|f| f.name.as_str()).collect();
        assert_eq!(listed, OUTLINES.iter().map(|(name, _)| *name).collect::<Vec<_>>());
        assert_eq!(formulas().len(), listed.len());
        for formula in formulas() {
            let Formula { name, width, ascent, descent, .. } = formula;
            assert!((1.0..40.0).contains(width) && (0.5..4.0).contains(ascent), "{name}: {width} {ascent}");
            assert!((0.0..4.0).contains(descent), "{name}: {descent}");
            assert_eq!(find_tex(&formula.tex).unwrap().name, *name);
        }
    }

    /// One colour, so that it can be that of the text around; no font, so that it looks the same everywhere.
    #[test]
    fn outlines_are_paths_of_the_text_colour() {
        for formula in formulas() {
            let document = resvg::usvg::roxmltree::Document::parse(formula.svg).unwrap();
            let root = document.root_element();
            assert_eq!(root.attribute("fill"), Some("currentColor"));
            for node in root.children().filter(roxmltree::Node::is_element) {
                assert!(["path", "title"].contains(&node.tag_name().name()), "{}: {node:?}", formula.name);
                assert!(node.attributes().all(|a| a.name() == "d"), "{}: {node:?}", formula.name);
                if node.has_tag_name((root.tag_name().namespace().unwrap(), "title")) {
                    let made_from = node.text().unwrap();
                    assert_eq!(made_from, formula.tex, "assets/formulas/make.py was not run");
                }
            }
        }
    }

    #[test]
    fn equations_are_those_of_the_papers() {
        for formula in formulas() {
            assert!(formula.equations.iter().all(|e| is_equation(e)), "{}", formula.name);
        }
        for not in ["G0", "G17", "H28", "H01", "G+1", "K3", "G", ""] {
            assert!(!is_equation(not), "{not}");
        }
    }
}
