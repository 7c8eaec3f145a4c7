//! What NumPy and pandas make of our files, and we of NumPy's: array for array, bit for bit. Skipped aloud where there
//! is no Python with NumPy; with CI=true that is a failure.

#![expect(clippy::unwrap_used, reason = "helpers of tests may fail as tests do")]
#![expect(clippy::print_stdout, reason = "that a test was skipped is for whoever runs it")]

mod command;

use command::ok;
use std::path::Path;
use std::process::Command;

/// A Python that has a module, or a sentence that there is none.
fn python_with(module: &str) -> Option<&'static str> {
    let has = |python: &&str| {
        let tried = Command::new(python).args(["-c", &format!("import {module}")]).output();
        tried.is_ok_and(|output| output.status.success())
    };
    let found = ["python3", "/usr/bin/python3"].into_iter().find(has);
    if found.is_none() {
        let must = module == "numpy" && std::env::var("CI").is_ok_and(|ci| ci == "true");
        assert!(!must, "CI has no Python with {module}: install python3-{module}");
        println!("skipped: there is no Python with {module}");
    }
    found
}

/// Runs a script in a folder; what it asserts must hold.
fn runs(python: &str, folder: &Path, script: &str) {
    let output = Command::new(python).current_dir(folder).args(["-c", script]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{script}\n{said}");
}

const SMALL: &[&str] = &[
    "--set",
    "theory.kind=chain",
    "--set",
    "learning.sites=32",
    "--set",
    "learning.samples=400",
    "--set",
    "network.sites=32",
    "--set",
    "regions.a=4..16",
];

fn write(folder: &Path, command: &[&str]) {
    ok(folder, &[command, SMALL].concat());
}

#[test]
fn numpy_reads_our_arrays_and_we_read_its_own() {
    let Some(python) = python_with("numpy") else { return };
    let here = tempfile::tempdir().unwrap();
    let folder = here.path();
    write(folder, &["sample", "--count", "120", "-o", "v.npy"]);
    write(folder, &["train", "-o", "t.holo", "--quiet"]);
    for file in ["s.csv", "s.npy", "s.npz"] {
        ok(folder, &["data", "scaling", "t.holo", "-o", file]);
    }
    ok(folder, &["data", "weights", "t.holo", "-o", "w.npz"]);
    runs(
        python,
        folder,
        "
import json
import numpy as np
v = np.load('v.npy')
assert v.shape == (120, 32) and set(np.unique(v)) == {-1, 1}, v.shape
table, columns = np.load('s.npy'), np.load('s.npz')
with open('s.csv', encoding='utf-8') as file:
    head = file.readline().rstrip('\\n').split(',')
    rows = [[float(cell) if cell else float('nan') for cell in line.rstrip('\\n').split(',')] for line in file]
csv = np.array(rows)
assert head[2] == 'mean [nats]', head
names = [name.split(' ')[0] for name in head]
assert len(table.dtype.names) == len(columns.files) == len(names)
for i, (field, file) in enumerate(zip(table.dtype.names, columns.files)):
    np.testing.assert_array_equal(np.asarray(table[field], float), csv[:, i])
    np.testing.assert_array_equal(np.asarray(columns[file], float), csv[:, i])
w = np.load('w.npz')
session = json.load(open('t.holo', encoding='utf-8'))
for k, layer in enumerate(session['trained']):
    np.testing.assert_array_equal(w[f'layers.{k}.weights'], layer['weights'])
rng = np.random.default_rng(5)
np.save('own.npy', rng.choice([-1, 1], size=(150, 16)).astype(np.int8))
np.savez('given.npz', **{name: w[name].astype(np.float32) for name in w.files})
",
    );
    assert!(ok(folder, &["inspect", "--samples", "own.npy"]).contains("150 rows × 16 sites"));
    assert!(
        ok(folder, &["inspect", "t.holo", "--weights", "given.npz"]).contains("learned weights of 5 layers")
    );
}

#[test]
fn pandas_reads_our_tables() {
    let Some(python) = python_with("pandas") else { return };
    let here = tempfile::tempdir().unwrap();
    write(here.path(), &["data", "scaling", "-o", "s.csv"]);
    write(here.path(), &["data", "kl", "-o", "kl.csv"]);
    runs(
        python,
        here.path(),
        "
import pandas as pd
s = pd.read_csv('s.csv')
assert s['size [sites]'].iloc[0] == 1 and (s['mean [nats]'] > 0).all()
kl = pd.read_csv('kl.csv')
assert len(kl) > 2 and kl.iloc[:, 1:3].dtypes.map(lambda t: t.kind).isin(['f', 'i']).all()
",
    );
}
