//! The name of this program as files carry it.

/// Name and version.
pub const VERSION: &str = concat!("holoscope ", env!("CARGO_PKG_VERSION"));
/// The commit that it was built from; empty where the build did not know.
pub const COMMIT: &str = env!("HOLOSCOPE_COMMIT");

/// Name, version and, where it is known, commit: `holoscope 0.1.0 (commit 0123456789ab)`.
#[must_use]
pub fn program() -> String {
    match COMMIT {
        "" => VERSION.into(),
        commit => format!("{VERSION} (commit {commit})"),
    }
}
