//! The user guide: its pages in Markdown and their pictures, all part of the program.

/// A page of the guide.
#[derive(Debug)]
pub struct Page {
    /// Its file, by which other pages link to it.
    pub file: &'static str,
    /// What it is about, as its first line says.
    pub title: &'static str,
    /// Its text in Markdown, with formulas of the program between dollar signs.
    pub text: &'static str,
}

macro_rules! pages {
    ($($file:literal $title:literal)+) => {
        &[$(Page { file: $file, title: $title, text: include_str!(concat!("../../assets/guide/", $file)) }),+]
    };
}

/// All pages in the order of reading.
pub static PAGES: &[Page] = pages!(
    "first-steps.md" "First steps"
    "regions-and-cuts.md" "Regions and cuts"
    "learning.md" "Learning"
    "plots.md" "Plots"
    "studies.md" "Studies"
    "state-and-tensors.md" "The state and tensors"
    "own-data.md" "Your own data"
    "every-day.md" "Every day"
    "sessions-and-figures.md" "Sessions and figures"
    "sweeps-and-films.md" "Sweeps and films"
    "command-line.md" "Command line"
    "troubleshooting.md" "When it goes wrong"
    "physics.md" "Physics"
);

/// Pictures of the pages as PNG, by the path that pages name them with.
pub static PICTURES: &[(&str, &[u8])] = &[
    ("../pictures/first-glance.png", include_bytes!("../../assets/pictures/first-glance.png")),
    ("../pictures/guide-cut.png", include_bytes!("../../assets/pictures/guide-cut.png")),
    ("../pictures/guide-regions.png", include_bytes!("../../assets/pictures/guide-regions.png")),
    ("../pictures/guide-flow.png", include_bytes!("../../assets/pictures/guide-flow.png")),
    ("../pictures/guide-scaling.png", include_bytes!("../../assets/pictures/guide-scaling.png")),
    ("../pictures/guide-poincare.png", include_bytes!("../../assets/pictures/guide-poincare.png")),
    ("../pictures/guide-wall.png", include_bytes!("../../assets/pictures/guide-wall.png")),
    ("../pictures/guide-state.png", include_bytes!("../../assets/pictures/guide-state.png")),
    ("../pictures/guide-tensor.png", include_bytes!("../../assets/pictures/guide-tensor.png")),
    ("../pictures/guide-domain-wall.png", include_bytes!("../../assets/pictures/guide-domain-wall.png")),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::formulas;
    use crate::session::keys::KEYS;
    use std::path::Path;

    /// What stands between two marks, each time, one after the other.
    fn between<'a>(text: &'a str, open: &str, close: &str) -> Vec<&'a str> {
        let (mut found, mut rest) = (Vec::new(), text);
        while let Some((inner, after)) = rest.split_once(open).and_then(|(_, rest)| rest.split_once(close)) {
            found.push(inner);
            rest = after;
        }
        found
    }

    #[test]
    fn every_page_begins_with_its_title_and_every_file_is_a_page() {
        for page in PAGES {
            assert_eq!(page.text.lines().next(), Some(format!("# {}", page.title).as_str()), "{}", page.file);
        }
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/guide");
        let files = std::fs::read_dir(folder).unwrap().map(|f| f.unwrap().file_name().into_string().unwrap());
        for file in files.filter(|f| f.ends_with(".md")) {
            assert!(PAGES.iter().any(|p| p.file == file), "{file} is no page of the guide");
        }
    }

    #[test]
    fn links_and_pictures_lead_somewhere() {
        for page in PAGES {
            for target in between(page.text, "](", ")").into_iter().filter(|t| !t.contains("://")) {
                let page_of = PAGES.iter().any(|p| p.file == target);
                let picture = PICTURES.iter().any(|(path, _)| *path == target);
                assert!(page_of || picture, "{}: {target}", page.file);
            }
        }
        for (path, bytes) in PICTURES {
            assert!(bytes.starts_with(b"\x89PNG"), "{path}");
            assert!(PAGES.iter().any(|p| p.text.contains(path)), "{path} is on no page");
        }
    }

    #[test]
    fn every_formula_of_a_page_has_an_outline() {
        for page in PAGES {
            // Between fences stand commands, whose dollars are a shell's.
            let text: String = page.text.split("```").step_by(2).collect();
            let dollars = text.matches("$$").count();
            assert!(dollars.is_multiple_of(2) && text.matches('$').count() == 2 * dollars, "{}", page.file);
            for tex in text.split("$$").skip(1).step_by(2) {
                assert!(formulas::find_tex(tex).is_some(), "{}: no formula {tex}", page.file);
            }
        }
    }

    /// The physics page has them all, so that each has its source and its test.
    #[test]
    fn the_physics_page_has_every_formula() {
        let page = PAGES.iter().find(|p| p.file == "physics.md").unwrap();
        let there: Vec<&str> = page
            .text
            .split("$$")
            .skip(1)
            .step_by(2)
            .filter_map(formulas::find_tex)
            .map(|f| f.name.as_str())
            .collect();
        for formula in formulas::formulas() {
            assert!(there.contains(&formula.name.as_str()), "{} is not explained", formula.name);
        }
    }

    /// Under every heading of the physics page stand formulas, where they come from and what holds them; and no
    /// equation of the two papers is passed over.
    #[test]
    fn every_formula_of_the_physics_page_has_a_source_and_a_test() {
        let page = PAGES.iter().find(|p| p.file == "physics.md").unwrap();
        let mut named = Vec::new();
        for section in page.text.split("\n### ").skip(1) {
            let section = section.split("\n## ").next().unwrap();
            let heading = section.lines().next().unwrap();
            assert!(section.contains("$$"), "{heading}: no formula");
            let source =
                section.split("\n- Source: ").nth(1).unwrap_or_else(|| panic!("{heading}: no source"));
            let (source, tests) =
                source.split_once("\n- Tests: ").unwrap_or_else(|| panic!("{heading}: no test"));
            assert!(source.trim().len() > 3 && tests.contains(".rs: "), "{heading}: {source} {tests}");
            for (letter, _) in formulas::PAPERS {
                for numbers in between(source, &format!("[{letter} "), "]") {
                    for part in numbers.split(", ") {
                        let (first, last) = part.split_once('–').unwrap_or((part, part));
                        let range = first.parse::<u32>().unwrap()..=last.parse::<u32>().unwrap();
                        named.extend(range.map(|n| format!("{letter}{n}")));
                    }
                }
            }
        }
        for (letter, last) in formulas::PAPERS {
            for number in 1..=last {
                assert!(named.contains(&format!("{letter}{number}")), "{letter}{number} is nowhere");
            }
        }
        assert!(named.iter().all(|name| formulas::is_equation(name)), "{named:?}");
    }

    /// A test that the physics page names as `file.rs: name` is there.
    #[test]
    fn every_test_that_is_named_exists() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let page = PAGES.iter().find(|p| p.file == "physics.md").unwrap();
        let mut named = 0;
        for code in between(page.text, "`", "`") {
            let Some((file, test)) = code.split_once(": ").filter(|(file, _)| file.ends_with(".rs")) else {
                continue;
            };
            let text = std::fs::read_to_string(root.join(file)).unwrap_or_else(|e| panic!("{file}: {e}"));
            assert!(text.contains(&format!("fn {test}(")), "{file} has no test {test}");
            named += 1;
        }
        assert!(named > 20, "{named} tests are named");
    }

    /// Words such as `network.wall` are keys.
    #[test]
    fn every_key_that_is_named_exists() {
        let rooms = ["theory.", "network.", "learning.", "regions.", "state.", "view."];
        for page in PAGES {
            for code in
                between(page.text, "`", "`").into_iter().filter(|c| rooms.iter().any(|r| c.starts_with(r)))
            {
                let key = code.split(['=', ' ']).next().unwrap_or(code);
                assert!(KEYS.iter().any(|k| k.path == key), "{}: no key {key}", page.file);
            }
        }
    }
}
