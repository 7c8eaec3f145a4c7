//! What a person did: the one thing that views return.

use super::enlarged::Enlarged;
use super::film::FilmCommand;
use super::folding::PanelSide;
use super::present::PresentState;
use super::state::TourMove;
use crate::desk::PlotKind;
use crate::desk::facts::Spot;
use crate::desk::studies::StudyKind;
use crate::figure::camera::Camera;
use crate::network::Region;
use crate::session::keys::Value;
use crate::session::{Note, NotePlace, RegionName};
use std::path::PathBuf;

/// Which end of a region the arrow keys move.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum RegionEnd {
    /// The first site.
    Start,
    /// One past the last site.
    #[default]
    End,
}

/// What can be written to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Export {
    /// The session.
    Session,
    /// The bulk as SVG, PDF or PNG, by the name's ending.
    Bulk,
    /// A plot as SVG, PDF or PNG.
    Plot(PlotKind),
    /// The numbers of a plot as CSV or NumPy array.
    PlotData(PlotKind),
    /// The plot of the study as SVG, PDF or PNG.
    StudyPlot,
    /// The numbers of the study as CSV or NumPy array.
    StudyData,
    /// The plot of the network's own state.
    StatePlot,
    /// Its numbers.
    StateData,
    /// The weights of the stack, as safetensors or `.npz`.
    Weights,
    /// The network, as JSON or GraphML.
    Network,
}

/// What a person did.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Changed a parameter. Edits of one gesture are one undo step.
    Set {
        /// Path of the key.
        path: &'static str,
        /// New value.
        value: Value,
        /// Number of the slider drag, if it was one.
        gesture: Option<u64>,
    },
    /// Typed a value; what it is no value of is told in a sentence, and the old one stays.
    Type {
        /// Path of the key.
        path: &'static str,
        /// What was typed.
        text: String,
    },
    /// Chose a region.
    SelectRegion {
        /// Which.
        name: RegionName,
        /// Its sites.
        region: Region,
        /// Number of the drag, if it was one.
        gesture: Option<u64>,
    },
    /// Moved the focused end of the active region by so many sites.
    Nudge(i64),
    /// Escaped from a drag.
    CallOff(u64),
    /// The arrow keys move this end of this interval of the active region from now on.
    FocusEnd {
        /// Which interval, from 0.
        interval: usize,
        /// Which end of it.
        end: RegionEnd,
    },
    /// The arrow keys move an end of this interval from now on.
    FocusInterval(usize),
    /// This region is edited from now on.
    Activate(RegionName),
    /// Moved the view.
    Look(Camera),
    /// Glide back to the view of the first glance.
    Home,
    /// Glide to a view.
    Visit(Camera),
    /// Did something to the film of coarse graining.
    Film(FilmCommand),
    /// Pinned what is known of a place, or took it off.
    Card(Spot),
    /// Took off all that was pinned.
    DropCards,
    /// Whether what moves by itself is instant instead.
    ReduceMotion(bool),
    /// Train on.
    Play,
    /// Pause training.
    Pause,
    /// Train one layer and pause.
    StepLayer,
    /// Forget the weights and train anew.
    Restart,
    /// Train on from the weights that are there.
    ContinueTraining,
    /// Whether learning goes on from the weights that are there when parameters change.
    GoOn(bool),
    /// All parameters back to the built-in default.
    ResetAll,
    /// Undo.
    Undo,
    /// Redo.
    Redo,
    /// A new session.
    New,
    /// Ask for a session file.
    AskOpen,
    /// Ask for a file of samples.
    AskSamples,
    /// Learn from this file of samples.
    TakeSamples(PathBuf),
    /// Go back to the training of this number.
    BackToRun(u64),
    /// Ask for a file of weights.
    AskWeights,
    /// Take in the weights of this file.
    TakeWeights(PathBuf),
    /// Read the file of samples that the session names.
    ReadSamples,
    /// Do not read it now.
    LeaveSamples,
    /// Open this file.
    Open(PathBuf),
    /// Save to the known path, or ask.
    Save,
    /// Ask for a path to write something to.
    Ask(Export),
    /// Write something to this path.
    Write(Export, PathBuf),
    /// Ask which film to make, and where to write it.
    AskFilm,
    /// Make the film of the dialog and write it to this path.
    MakeFilm(PathBuf),
    /// Call off the work of this number.
    CallOffErrand(u64),
    /// Put text on the clipboard.
    Copy(String),
    /// Put a picture on the clipboard.
    CopyPicture(Export),
    /// Put the caption of a picture on the clipboard.
    CopyCaption(Export),
    /// Put the numbers of a plot on the clipboard.
    CopyNumbers(Export),
    /// Dismiss the topmost error.
    Dismiss,
    /// Fold a side panel away, or bring it back.
    Fold(PanelSide),
    /// Open or close the keyboard help.
    ToggleHelp,
    /// Show or hide how the program is cited.
    ToggleCite,
    /// Open this page of the guide; `None` closes it.
    Guide(Option<usize>),
    /// Go on the guided tour, through it, or out of it.
    Tour(TourMove),
    /// Close the window (with a question if there is something to lose).
    Quit,
    /// Keep the curves and numbers of now beside those to come.
    Pin,
    /// Be rid of a pin.
    Unpin(usize),
    /// Show or hide the table of pins.
    TogglePins,
    /// Ask for a session to compare with.
    AskCompare,
    /// Pin the session of this name.
    Compare(PathBuf),
    /// Bookmark what is shown.
    AddBookmark,
    /// Another name for a bookmark.
    RenameBookmark(usize, String),
    /// Delete a bookmark.
    DeleteBookmark(usize),
    /// Go to a bookmark.
    GoToBookmark(usize),
    /// Go so many bookmarks on.
    WalkBookmarks(i64),
    /// Show or hide the list of bookmarks and notes.
    ToggleMarks,
    /// A note is to be written.
    DraftNote(NotePlace),
    /// Keep a note, in the place of one that is there; an empty one deletes it.
    SetNote(Note),
    /// Begin, change or end a talk.
    Present(PresentState),
    /// The changes that a question is about may be lost.
    DiscardChanges,
    /// They may not: what was asked for is not done.
    KeepChanges,
    /// Restore what a window that is gone has lost.
    RestoreLost,
    /// Opened the session that has been read and waits for an answer about the present one.
    OpenHeld,
    /// It is not wanted.
    DiscardLost,
    /// See whether recent files are still there.
    LookAtRecent,
    /// Take every file off the list of recent ones.
    ForgetRecent,
    /// Show this chart large over the canvas; `None` brings the canvas back.
    Enlarge(Option<Enlarged>),
    /// Show this plot in its tab.
    ShowPlot(PlotKind),
    /// Show the training of this layer.
    ShowLayer(usize),
    /// Multiply the reference curves so that slopes can be compared.
    CompareSlopes(bool),
    /// Draw the curve of a single layer beside the deep network's.
    ShowShallow(bool),
    /// Work a study through.
    RunStudy(StudyKind),
    /// Leave the study as it is.
    StopStudy,
    /// Set m = tanh(1/ξ) of the chain.
    MatchMass,
    /// Take on the parameters of a preset.
    Preset(&'static str),
}
