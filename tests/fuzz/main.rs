//! Every reader against damaged files, bit by bit and chunk by chunk: it may take them or refuse them in a sentence; it
//! may not panic, and may not take more memory than is said here.
//!
//! The damage repeats: the same case of the same reader is the same file on every machine. `HOLOSCOPE_FUZZ_CASES=N`
//! sets how many cases each reader gets (`tests/long/fuzz.sh`); without it a second or two of them.

#![expect(clippy::unwrap_used, reason = "helpers of tests may fail as tests do")]
#![expect(clippy::print_stdout, reason = "the table of cases is for whoever runs this with --nocapture")]

mod bombs;
mod command_line;
mod mutation;

use holoscope::desk::results::{CutDetails, cut_report, graph_report, json};
use holoscope::desk::{open, study, verify, weights};
use holoscope::export::attachment::MOST_BYTES;
use holoscope::export::{Format, Sheet, extracted};
use holoscope::figure::page::Anchor;
use holoscope::figure::{Figure, Role, Theme};
use holoscope::lattice::Boundary;
use holoscope::network::Region;
use holoscope::session::{Document, file, keys};
use holoscope::sim::LearnedStack;
use holoscope::theory::{SamplesFormat, UserSamples};
use mutation::{Chance, damaged};
use peak_alloc::PeakAlloc;
use std::io::{Cursor, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Memory is counted for the whole process: one reader at a time.
fn alone() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Most bytes that a reader takes beyond the file itself: so many for each byte of it, and what it takes for any.
#[derive(Clone, Copy)]
struct Bound {
    per_byte: usize,
    fixed: usize,
}

/// What reading a text of a few kilobytes may take: the tables of a document and of its keys.
const SMALL: Bound = Bound { per_byte: 64, fixed: 4 << 20 };
/// What rides along is unpacked, doubling a vector as it grows.
const UNPACKED: Bound = Bound { per_byte: 8, fixed: 3 * MOST_BYTES };

fn cases(otherwise: u64) -> u64 {
    std::env::var("HOLOSCOPE_FUZZ_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(otherwise)
}

/// A refusal for people: one line, not long, nothing that a terminal obeys.
fn is_a_sentence(text: &str) -> bool {
    !text.trim().is_empty() && text.chars().count() <= 1200 && !text.chars().any(char::is_control)
}

/// Reads damaged copies of `files`; `read` gives a sentence for what it refuses.
fn fuzz(
    reader: &str,
    otherwise: u64,
    files: &[Vec<u8>],
    bound: Bound,
    read: impl Fn(&[u8]) -> Result<(), String>,
) {
    let _alone = alone();
    let (mut taken, mut most, mut longest) = (0_u64, 0, Duration::ZERO);
    let total = cases(otherwise);
    for case in 0..total {
        let bytes = damaged(files, &mut Chance::new(reader, case));
        let before = MEMORY.current_usage();
        MEMORY.reset_peak_usage();
        let began = Instant::now();
        let outcome = catch_unwind(AssertUnwindSafe(|| read(&bytes)));
        longest = longest.max(began.elapsed());
        let used = MEMORY.peak_usage().saturating_sub(before);
        most = most.max(used);
        let complaint = match outcome {
            Err(_) => Some("panicked".to_string()),
            Ok(Err(sentence)) if !is_a_sentence(&sentence) => Some(format!("said {sentence:?}")),
            Ok(_) if used > bound.fixed + bound.per_byte * bytes.len() => Some(format!("took {used} bytes")),
            Ok(outcome) => {
                taken += u64::from(outcome.is_ok());
                None
            }
        };
        if let Some(complaint) = complaint {
            let kept = std::env::temp_dir().join(format!("holoscope-fuzz-{reader}-{case}"));
            std::fs::write(&kept, &bytes).unwrap();
            panic!("{reader}, case {case}: {complaint}; its {} bytes are in {}", bytes.len(), kept.display());
        }
    }
    println!(
        "{reader:12} {total:>9} cases, {taken:>8} taken, most memory {:>9} bytes, longest {:>6.1} ms",
        most,
        longest.as_secs_f64() * 1e3
    );
}

fn document(settings: &[(&str, &str)]) -> Document {
    let mut document = Document::default();
    let settings: Vec<_> = settings.iter().map(|(k, v)| ((*k).to_string(), (*v).to_string())).collect();
    keys::set_all(&mut document, &settings).unwrap();
    document
}

const TINY: &[(&str, &str)] = &[
    ("theory.kind", "chain"),
    ("network.sites", "16"),
    ("learning.sites", "16"),
    ("learning.samples", "100"),
];

/// A small document with weights.
fn trained(more: &[(&str, &str)]) -> Document {
    let mut document = document(&[TINY, more].concat());
    let snapshot = study::train(&document, |_| true).unwrap();
    let layers = snapshot.stack().layers;
    document.learned = Some(Arc::new(LearnedStack {
        task: document.task(),
        origin: holoscope::sim::WeightsOrigin::default(),
        layers,
    }));
    document
}

/// Sessions of several kinds, as the program writes them.
fn sessions() -> Vec<Vec<u8>> {
    let samples = "{\"path\": \"spins.npy\", \"sha256\": \"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\", \"samples\": 100, \"sites\": 16}";
    let plain = String::from_utf8(file::to_bytes(&document(TINY))).unwrap();
    let named = plain.replace("\"mass\": 0.0", &format!("\"mass\": 0.0,\n    \"samples_file\": {samples}"));
    assert!(file::from_bytes(named.as_bytes(), "named").is_ok(), "the seed must be a session");
    vec![
        file::to_bytes(&Document::default()),
        file::to_bytes(&trained(&[])),
        file::to_bytes(&trained(&[("learning.channels", "2")])),
        file::to_bytes(&trained(&[("learning.shared_weights", "false")])),
        file::to_bytes(&document(&[
            ("network.boundary", "line"),
            ("regions.a", "1..5,9..20"),
            ("network.wall", "3"),
        ])),
        named.into_bytes(),
    ]
}

#[test]
fn damaged_sessions_are_refused_in_a_sentence_or_read_for_good() {
    fuzz("session", 30000, &sessions(), SMALL, |bytes| {
        let document = file::from_bytes(bytes, "x.holo").map_err(|e| e.to_string())?;
        // What was taken can be saved, and is then the same.
        let again = file::from_bytes(&file::to_bytes(&document), "again").unwrap();
        assert_eq!(again, document);
        Ok(())
    });
}

#[test]
fn damaged_settings_are_refused_in_a_sentence() {
    let base = document(TINY);
    let texts: Vec<Vec<u8>> =
        keys::KEYS.iter().map(|k| format!("{}={}", k.path, k.get(&base)).into_bytes()).collect();
    fuzz("settings", 30000, &texts, SMALL, |bytes| {
        let text = String::from_utf8_lossy(bytes);
        let (path, value) = text.split_once('=').unwrap_or((&text, ""));
        let settings = [(path.to_string(), value.to_string())];
        let mut document = base.clone();
        let implicit = open::lay_implicit(&mut base.clone(), &settings).map_err(|e| e.to_string());
        implicit.and(open::lay(&mut document, &settings).map_err(|e| e.to_string()))?;
        assert_eq!(file::from_bytes(&file::to_bytes(&document), "again").unwrap(), document);
        Ok(())
    });
}

#[test]
fn damaged_regions_are_refused_in_a_sentence_or_come_back_the_same() {
    let texts = ["5..37", "5..37,40..50", "0..64", "60..70", "", "5..5", "63..64,0..1"];
    let texts: Vec<Vec<u8>> = texts.iter().map(|t| t.as_bytes().to_vec()).collect();
    fuzz("region", 60000, &texts, SMALL, |bytes| {
        let text = String::from_utf8_lossy(bytes);
        for (sites, boundary) in [(64, Boundary::Ring), (64, Boundary::Line), (1 << 40, Boundary::Ring)] {
            let region = Region::parse(&text, sites, boundary)
                .map_err(|e| e.to_string().replace(char::is_control, "?"))?;
            assert_eq!(Region::parse(&region.to_string(), sites, boundary).unwrap(), region);
        }
        Ok(())
    });
}

/// Spins in both conventions as text.
fn tables() -> Vec<Vec<u8>> {
    let spin = |i: usize| i * i % 7 < 3;
    let table = |separator: &str, up: &str, down: &str| {
        let row = |r: usize| {
            (0..8).map(|c| if spin(8 * r + c) { up } else { down }).collect::<Vec<_>>().join(separator)
        };
        (0..110).map(row).collect::<Vec<_>>().join("\n").into_bytes()
    };
    vec![
        table(",", "1", "-1"),
        table(" ", "1", "0"),
        table(";", "1.0", "−1.0"),
        [b"a,b,c,d,e,f,g,h\n".to_vec(), table(",", "1", "0")].concat(),
    ]
}

#[test]
fn damaged_tables_of_spins_are_refused_in_a_sentence() {
    fuzz("csv", 30000, &tables(), SMALL, |bytes| {
        UserSamples::from_bytes(bytes, SamplesFormat::Csv).map(drop).map_err(|e| e.to_string())
    });
}

/// A NumPy array of 110 rows of 8 spins.
fn array(descr: &str, width: usize) -> Vec<u8> {
    let header = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': (110, 8), }}\n");
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.as_bytes());
    bytes.extend((0..880).flat_map(|i| (0..width).map(move |b| u8::from(b == 0 && i % 3 == 0))));
    bytes
}

#[test]
fn damaged_arrays_of_spins_are_refused_in_a_sentence() {
    let arrays = [array("|i1", 1), array("<i4", 4), array("|b1", 1)];
    assert!(UserSamples::from_bytes(&arrays[1], SamplesFormat::Npy).is_ok(), "the seed must be an array");
    fuzz("npy", 60000, &arrays, SMALL, |bytes| {
        UserSamples::from_bytes(bytes, SamplesFormat::Npy).map(drop).map_err(|e| e.to_string())
    });
}

#[test]
fn damaged_archives_of_spins_are_refused_in_a_sentence() {
    let packed = |method| SimpleFileOptions::default().compression_method(method);
    let archive = |method, files: &[(&str, Vec<u8>)]| {
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in files {
            archive.start_file(*name, packed(method)).unwrap();
            archive.write_all(bytes).unwrap();
        }
        archive.finish().unwrap().into_inner()
    };
    let (stored, deflated) = (CompressionMethod::Stored, CompressionMethod::Deflated);
    let archives = [
        archive(stored, &[("arr_0.npy", array("|i1", 1))]),
        archive(deflated, &[("spins.npy", array("<i4", 4))]),
        archive(deflated, &[("energy.npy", array("<f8", 8)), ("spins.npy", array("|b1", 1))]),
    ];
    for archive in &archives {
        assert!(UserSamples::from_bytes(archive, SamplesFormat::Npz).is_ok(), "the seeds must hold spins");
    }
    fuzz("npz", 40000, &archives, SMALL, |bytes| {
        UserSamples::from_bytes(bytes, SamplesFormat::Npz).map(drop).map_err(|e| e.to_string())
    });
}

#[test]
fn damaged_weights_are_refused_in_a_sentence() {
    let documents = [trained(&[]), trained(&[("learning.shared_weights", "false")])];
    let files: Vec<Vec<u8>> =
        documents.iter().map(|d| weights::to_bytes(d.learned.as_ref().unwrap())).collect();
    fuzz("weights", 40000, &files, SMALL, |bytes| {
        let found = documents.iter().map(|d| weights::from_bytes(bytes, d, "w.safetensors"));
        let found: Vec<_> = found.map(|f| f.map(drop).map_err(|e| e.to_string())).collect();
        found.into_iter().reduce(|a, b| a.or(b)).unwrap()
    });
}

/// A small figure that carries a session, in each format.
fn figures() -> Vec<Vec<u8>> {
    let mut figure = Figure::new(60.0, 40.0);
    figure.text([30.0, 20.0], "S", 13.0, Role::Text, Anchor::Middle);
    let session = file::to_bytes(&trained(&[]));
    let sheet = Sheet {
        figure: &figure,
        theme: Theme::Print,
        title: "t",
        background: true,
        scale: 1.0,
        attachment: Some(&session),
    };
    Format::ALL.iter().map(|format| sheet.bytes(*format).unwrap()).collect()
}

#[test]
fn damaged_figures_are_refused_in_a_sentence() {
    fuzz("figure", 20000, &figures(), UNPACKED, |bytes| {
        let Some(format) = Format::of_bytes(bytes) else { return Err("no figure".into()) };
        match extracted(bytes, format) {
            Err(e) => Err(e.to_string()),
            Ok(None) => Err("carries none".into()),
            Ok(Some(session)) => file::from_bytes(&session, "f").map(drop).map_err(|e| e.to_string()),
        }
    });
}

#[test]
fn damaged_certificates_are_refused_in_a_sentence() {
    let document = document(&[TINY, &[("network.capacity", "unit"), ("regions.a", "2..7")]].concat());
    let network = Arc::new(study::bulk_network(&document, None).unwrap());
    let details = CutDetails { certificate: true, threads: true };
    let cut = json(&cut_report(&document, &network, details, |_, _| true).unwrap());
    let graph = json(&graph_report(&network));
    assert!(verify::verify(&graph, &cut, ["g", "c"]).is_ok(), "the seeds must hold");
    let (good_graph, good_cut) = (graph.clone(), cut.clone());
    // Numbers of a graph are indices of tables: what a file claims must not become an allocation.
    fuzz("graph", 15000, &[graph], SMALL, |bytes| {
        verify::verify(bytes, &good_cut, ["g", "c"]).map(drop).map_err(|e| e.to_string())
    });
    fuzz("certificate", 15000, &[cut], SMALL, |bytes| {
        verify::verify(&good_graph, bytes, ["g", "c"]).map(drop).map_err(|e| e.to_string())
    });
}
