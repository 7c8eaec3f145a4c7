//! Spin samples as `.npy`, `.npz` or `.csv`: ±1, one sample a row.

use super::npz::npz as archive;
use crate::lattice::SpinSamples;
use npyz::WriterBuilder;

/// Samples as a NumPy array of `int8`, shape (samples, N).
#[must_use]
pub fn npy(spins: &SpinSamples) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(128 + spins.samples() * spins.sites());
    let mut writer = npyz::WriteOptions::new()
        .default_dtype()
        .shape(&[spins.samples() as u64, spins.sites() as u64])
        .writer(&mut bytes)
        .begin_nd()
        .expect("a vector takes every byte");
    for sample in 0..spins.samples() {
        writer
            .extend((0..spins.sites()).map(|site| spins.spin(sample, site)))
            .expect("a vector takes every byte");
    }
    writer.finish().expect("as many spins were written as the shape says");
    bytes
}

/// The same array in an archive, deflated, by the name `spins`: `numpy.load("x.npz")["spins"]`.
#[must_use]
pub fn npz(spins: &SpinSamples) -> Vec<u8> {
    archive(&[("spins".into(), npy(spins))])
}

/// Samples as CSV with a header `v0,v1,…`.
#[must_use]
pub fn csv(spins: &SpinSamples) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record((0..spins.sites()).map(|i| format!("v{i}"))).expect("a vector takes every byte");
    for sample in 0..spins.samples() {
        let row = (0..spins.sites()).map(|site| if spins.is_up(sample, site) { "1" } else { "-1" });
        writer.write_record(row).expect("a vector takes every byte");
    }
    writer.into_inner().expect("a vector takes every byte")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn npy_holds_what_was_sampled() {
        let mut spins = SpinSamples::all_down(2, 4);
        spins.set(1, 2, true);
        let bytes = npy(&spins);
        let file = npyz::NpyFile::new(&bytes[..]).unwrap();
        assert_eq!(file.shape(), [2, 4]);
        let values: Vec<i8> = file.into_vec().unwrap();
        assert_eq!(values, [-1, -1, -1, -1, -1, -1, 1, -1]);
        assert_eq!(csv(&spins), b"v0,v1,v2,v3\n-1,-1,-1,-1\n-1,-1,1,-1\n");
    }
}
