//! The file of the user's own samples, as a document knows it.

use super::document::Document;
use crate::sim::{TheoryKind, TrainingTask};
use crate::theory::{SamplesDigest, UserSamples};
use std::sync::Arc;

/// A file of samples: its name, what it held when it was taken in, and its spins once it was read.
///
/// Two are equal if name and digest are: the spins are the file's, not the document's, and are not saved.
#[derive(Clone, Debug)]
pub struct SamplesFile {
    /// Its path; in a session file, as seen from the folder of that file.
    pub path: String,
    /// What it held when it was taken in; none while it was only named.
    pub digest: Option<SamplesDigest>,
    /// What was read of it.
    pub read: Option<Arc<UserSamples>>,
}

impl PartialEq for SamplesFile {
    fn eq(&self, other: &Self) -> bool {
        (&self.path, self.digest) == (&other.path, other.digest)
    }
}

impl SamplesFile {
    /// A file of which nothing but the name is known.
    #[must_use]
    pub fn named(path: impl Into<String>) -> Self {
        Self { path: path.into(), digest: None, read: None }
    }

    /// A file that was read.
    #[must_use]
    pub fn taken_in(path: impl Into<String>, samples: Arc<UserSamples>) -> Self {
        Self { path: path.into(), digest: Some(samples.digest), read: Some(samples) }
    }

    /// The last part of the path.
    #[must_use]
    pub fn name(&self) -> &str {
        self.path.rsplit(['/', '\\']).next().unwrap_or(&self.path)
    }
}

impl Document {
    /// The training task of the document's parameters.
    #[must_use]
    pub fn task(&self) -> TrainingTask {
        let samples = self.samples_file.as_ref().and_then(|file| file.digest);
        TrainingTask {
            samples: samples.filter(|_| self.theory.kind == TheoryKind::Samples),
            ..TrainingTask::new(self.theory, &self.network, self.learning)
        }
    }

    /// The samples that are learned from, where the theory is the user's and its file was read.
    #[must_use]
    pub fn user_samples(&self) -> Option<&Arc<UserSamples>> {
        let file = self.samples_file.as_ref().filter(|_| self.theory.kind == TheoryKind::Samples)?;
        file.read.as_ref()
    }

    /// The file that must be read before anything can be learned, if there is one.
    #[must_use]
    pub fn unread_samples(&self) -> Option<&SamplesFile> {
        let file = self.samples_file.as_ref().filter(|_| self.theory.kind == TheoryKind::Samples)?;
        file.read.is_none().then_some(file)
    }

    /// Keeps the spins that another document has read, where both name the same ones.
    pub fn keep_read_samples(&mut self, other: &Self) {
        if let (Some(file), Some(theirs)) = (&mut self.samples_file, &other.samples_file)
            && file.read.is_none()
            && file.digest.is_some()
            && file.digest == theirs.digest
        {
            file.read.clone_from(&theirs.read);
        }
    }

    /// Takes in a file of samples: the theory, and the sites that are learned, follow it.
    pub fn take_in_samples(&mut self, path: impl Into<String>, samples: Arc<UserSamples>) {
        self.theory.kind = TheoryKind::Samples;
        self.learning.sites = samples.digest.sites;
        self.samples_file = Some(SamplesFile::taken_in(path, samples));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lattice::SpinSamples;

    fn samples(sites: usize) -> Arc<UserSamples> {
        let spins = SpinSamples::all_down(100, sites);
        let digest = SamplesDigest { sha256: [1; 32], samples: 100, sites: sites as u64 };
        Arc::new(UserSamples { spins, digest, autocorrelation_time: 1.0 })
    }

    #[test]
    fn theory_and_sites_follow_a_file_that_is_taken_in() {
        let mut d = Document::default();
        d.take_in_samples("there/spins.npy", samples(64));
        assert_eq!((d.theory.kind, d.learning.sites), (TheoryKind::Samples, 64));
        assert_eq!(d.task().samples, d.samples_file.as_ref().unwrap().digest);
        assert_eq!(d.task().layers, 6);
        assert!(d.user_samples().is_some() && d.unread_samples().is_none());
        // Read or not, it is the same document; another theory has no samples.
        let mut unread = d.clone();
        unread.samples_file.as_mut().unwrap().read = None;
        assert_eq!(unread, d);
        assert_eq!(unread.unread_samples().unwrap().name(), "spins.npy");
        let mut again = unread.clone();
        again.keep_read_samples(&d);
        assert!(again.user_samples().is_some());
        unread.samples_file.as_mut().unwrap().digest = None;
        unread.keep_read_samples(&d);
        assert!(unread.user_samples().is_none(), "a file that is only named may be another one");
        d.theory.kind = TheoryKind::Chain;
        assert!(d.task().samples.is_none() && d.user_samples().is_none() && d.unread_samples().is_none());
    }
}
