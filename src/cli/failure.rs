//! How the program ends when it cannot do what it was asked: exit code and sentence.

use crate::desk::film::FilmingError;
use crate::desk::open::OpenError;
use crate::desk::results::ReportError;
use crate::desk::samples::ReadError;
use crate::desk::sweep::SweepError;
use crate::desk::verify::VerifyError;
use crate::desk::weights::WeightsError;
use crate::desk::{ExportError, StudyError};
use crate::export::{FilmError, PngError};
use crate::session::SessionError;
use crate::session::keys::KeyError;
use crate::session::quoting::quoted;
use std::io::Write;
use std::process::ExitCode;

/// Longest sentence: what a file or an argument brought into it may be of any length.
const MOST_CHARACTERS: usize = 2000;

/// Why a command did not come to its end.
#[derive(Debug)]
pub(super) enum Failure {
    /// The request was wrong: exit code 2.
    Usage(String),
    /// Anything else: exit code 1.
    Other(String),
    /// The person stopped it: exit code 1.
    Interrupted,
    /// Whoever read our output has had enough: no sentence.
    PipeClosed,
}

impl Failure {
    /// Says the sentence on stderr and gives the exit code.
    pub(super) fn tell(self) -> ExitCode {
        let (code, sentence) = match self {
            Self::Usage(sentence) => (2, sentence),
            Self::Other(sentence) => (1, sentence),
            Self::Interrupted => (1, super::terminal::INTERRUPTED.into()),
            Self::PipeClosed => return ExitCode::SUCCESS,
        };
        // One line, whatever a message held; if stderr is closed there is no one left to tell.
        let line = quoted(&sentence.split_whitespace().collect::<Vec<_>>().join(" "), MOST_CHARACTERS);
        let _closed = writeln!(std::io::stderr(), "holoscope: {line}");
        ExitCode::from(code)
    }
}

impl From<KeyError> for Failure {
    fn from(error: KeyError) -> Self {
        Self::Usage(error.to_string())
    }
}

impl From<OpenError> for Failure {
    fn from(error: OpenError) -> Self {
        Self::Usage(error.to_string())
    }
}

impl From<SessionError> for Failure {
    fn from(error: SessionError) -> Self {
        match &error {
            SessionError::Disk { verb: "write", .. } => Self::Other(error.to_string()),
            _ => Self::Usage(error.to_string()),
        }
    }
}

impl From<StudyError> for Failure {
    fn from(error: StudyError) -> Self {
        match &error {
            StudyError::Training(_) => Self::Other(error.to_string()),
            StudyError::Network(_) | StudyError::Samples(_) | StudyError::Setting(_) => {
                Self::Usage(error.to_string())
            }
            StudyError::CalledOff => Self::Interrupted,
        }
    }
}

impl From<ReportError> for Failure {
    fn from(error: ReportError) -> Self {
        match &error {
            ReportError::CalledOff => Self::Interrupted,
            ReportError::Flow(crate::network::FlowError::TooLarge { .. }) | ReportError::Limit { .. } => {
                Self::Usage(error.to_string())
            }
            ReportError::Flow(_) => Self::Other(error.to_string()),
        }
    }
}

impl From<ReadError> for Failure {
    fn from(error: ReadError) -> Self {
        Self::Usage(error.to_string())
    }
}

impl From<WeightsError> for Failure {
    fn from(error: WeightsError) -> Self {
        Self::Usage(error.to_string())
    }
}

impl From<FilmingError> for Failure {
    fn from(error: FilmingError) -> Self {
        match error {
            FilmingError::Study(error) => error.into(),
            FilmingError::Sweep(error) => error.into(),
            FilmingError::Film(
                error @ (FilmError::Size { .. } | FilmError::Picture(PngError::Size { .. })),
            ) => Self::Usage(error.to_string()),
            FilmingError::Film(error) => Self::Other(error.to_string()),
            FilmingError::Picture(error) if error.is_of_size() => Self::Usage(error.to_string()),
            FilmingError::Picture(error) => Self::Other(error.to_string()),
            FilmingError::Disk(error) => error.into(),
            FilmingError::Taken { .. } | FilmingError::Ending { .. } => Self::Usage(error.to_string()),
        }
    }
}

impl From<SweepError> for Failure {
    fn from(error: SweepError) -> Self {
        match error {
            SweepError::Study(error) => error.into(),
            SweepError::Disk(error) => error.into(),
            SweepError::CalledOff { .. } | SweepError::Threads(_) | SweepError::Folder { .. } => {
                Self::Other(error.to_string())
            }
            _ => Self::Usage(error.to_string()),
        }
    }
}

impl From<VerifyError> for Failure {
    fn from(error: VerifyError) -> Self {
        match &error {
            VerifyError::Broken { .. } => Self::Usage(error.to_string()),
            VerifyError::Violation { .. } => Self::Other(error.to_string()),
        }
    }
}

impl From<ExportError> for Failure {
    fn from(error: ExportError) -> Self {
        match error {
            ExportError::Disk(error) => error.into(),
            ExportError::Format { .. } => Self::Usage(error.to_string()),
            ExportError::Figure(figure) if figure.is_of_size() => Self::Usage(figure.to_string()),
            ExportError::CalledOff => Self::Interrupted,
            ExportError::Figure(_)
            | ExportError::Nothing(_)
            | ExportError::NoStudy
            | ExportError::NoWeights
            | ExportError::NoState
            | ExportError::NotYet(_) => Self::Other(error.to_string()),
            ExportError::Study(error) => error.into(),
        }
    }
}
