//! Keeping, on a thread of its own, what must outlive this window: what a crash would lose, recent files, the
//! window's place. Nothing here makes a frame wait for the disk.

use super::place::{self, Place};
use crate::desk::StateFolder;
use crate::desk::recent::{self, Recent};
use crate::desk::recovery::{Lost, Slot};
use crate::session::Document;
use crate::sim::LearnedStack;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime};

/// Changes are kept this often while there are some.
pub const KEEP_EVERY: Duration = Duration::from_secs(30);
/// The first change after a rest is kept as soon as the hand has rested for so long.
const FIRST_AFTER: Duration = Duration::from_secs(1);
/// The window's place is kept once it has stood for so long.
const PLACE_AFTER: Duration = Duration::from_secs(2);
/// Whether recent files are still there is looked at this often while they are shown.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// What another window has lost.
#[derive(Clone, Debug, PartialEq)]
pub struct LostSession {
    /// The file that its session came from or went to.
    pub session: Option<PathBuf>,
    /// When it was written last.
    pub written: SystemTime,
}

impl LostSession {
    /// The question that it asks.
    #[must_use]
    pub fn question(&self) -> String {
        let name = self.session.as_ref().and_then(|p| p.file_stem());
        let name = name.map_or_else(|| "untitled".into(), |n| n.to_string_lossy().into_owned());
        let date = jiff::Timestamp::try_from(self.written).ok().map_or_else(String::new, |time| {
            let local = time.to_zoned(jiff::tz::TimeZone::system());
            format!(", last on {}", local.strftime("%-d %B %Y at %H:%M"))
        });
        format!("holoscope ended with unsaved changes of {name}{date}. Restore them?")
    }
}

/// What the thread is told.
enum Job {
    Keep(Box<Document>, Option<PathBuf>),
    Clear,
    Note(PathBuf),
    Forget,
    Look,
    /// With a number that comes back with the document.
    Restore(u64),
    /// What was restored is on the desk, or it is not.
    Taken,
    PutBack,
    Discard,
    Place(Place),
    Release,
}

/// What the thread has to say.
enum Word {
    Recent(Vec<Recent>),
    Lost(Vec<LostSession>),
    Restored(u64, Result<(Box<Document>, Option<PathBuf>), String>),
    Failed(String),
    /// The document was not kept, and why.
    NotKept(String),
}

/// What of a document tells whether it was kept: its parameters, and which weights.
#[derive(PartialEq)]
struct Mark {
    document: Document,
    learned: Option<usize>,
    session: Option<PathBuf>,
}

impl Mark {
    fn of(document: &Document, session: Option<&Path>) -> Self {
        // The same weights are the same allocation, which the document that was kept holds on to.
        let learned = document.learned.as_ref().map(|stack| Arc::as_ptr(stack) as usize);
        Self { document: document.without_weights(), learned, session: session.map(Path::to_path_buf) }
    }
}

/// What outlives this window, as far as the window knows it.
pub struct Keeping {
    jobs: Option<Sender<Job>>,
    words: Receiver<Word>,
    thread: Option<JoinHandle<()>>,
    kept: Option<(Mark, Option<Arc<LearnedStack>>)>,
    /// Whether the last attempt to keep failed: then nothing newer than before is kept.
    failed: bool,
    /// Whether a session was restored whose copy is still there.
    restored: bool,
    kept_at: Option<Instant>,
    changed_at: Option<Instant>,
    looked_at: Option<Instant>,
    place: Option<Place>,
    moved_at: Option<Instant>,
    /// Word of the theme that a person chose last.
    pub theme: String,
    /// Files that were opened or saved last.
    pub recent: Vec<Recent>,
    /// What windows that are gone have lost.
    pub lost: Vec<LostSession>,
}

/// What came of it since the last frame.
#[derive(Default)]
pub struct Kept {
    /// A document that was restored, the file that it belongs to, and the number of the request.
    pub restored: Option<(Document, Option<PathBuf>, u64)>,
    /// Sentences of what went wrong.
    pub failures: Vec<String>,
}

impl Keeping {
    /// Keeps in a folder from now on.
    ///
    /// # Errors
    /// The system refused a thread.
    pub fn begin(
        folder: StateFolder,
        theme: String,
        wake: impl Fn() + Send + 'static,
    ) -> std::io::Result<Self> {
        let (jobs, received) = channel();
        let (sender, words) = channel();
        let thread = std::thread::Builder::new().name("keeping".into()).spawn(move || {
            work(&folder, &received, |word| {
                // The window may be gone by now; then nobody wants to know.
                let _delivered = sender.send(word);
                wake();
            });
        })?;
        Ok(Self {
            jobs: Some(jobs),
            words,
            thread: Some(thread),
            kept: None,
            failed: false,
            restored: false,
            kept_at: None,
            changed_at: None,
            looked_at: None,
            place: None,
            moved_at: None,
            theme,
            recent: Vec::new(),
            lost: Vec::new(),
        })
    }

    fn tell(&self, job: Job) {
        if let Some(jobs) = &self.jobs {
            // The thread ends only with this.
            let _delivered = jobs.send(job);
        }
    }

    /// What the thread has done.
    pub fn listen(&mut self) -> Kept {
        let mut came = Kept::default();
        for word in self.words.try_iter() {
            match word {
                Word::Recent(recent) => self.recent = recent,
                Word::Lost(lost) => self.lost = lost,
                Word::Restored(number, Ok((document, session))) => {
                    self.lost.clear();
                    came.restored = Some((*document, session, number));
                }
                Word::NotKept(sentence) => {
                    self.failed = true;
                    came.failures.push(sentence);
                }
                Word::Restored(_, Err(sentence)) | Word::Failed(sentence) => came.failures.push(sentence),
            }
        }
        came
    }

    /// Keeps a document if it has changes and it is time, and tells when to ask again; `None` when there is
    /// nothing to wait for.
    pub fn watch(&mut self, document: &Document, session: Option<&Path>, modified: bool) -> Option<Duration> {
        if !modified {
            let kept = self.kept.take().is_some();
            if kept || std::mem::take(&mut self.restored) {
                self.tell(Job::Clear);
            }
            (self.kept_at, self.changed_at) = (None, None);
            return None;
        }
        let mark = Mark::of(document, session);
        if !self.failed && self.kept.as_ref().is_some_and(|(kept, _)| *kept == mark) {
            self.changed_at = None;
            return None;
        }
        let now = Instant::now();
        let changed_at = *self.changed_at.get_or_insert(now);
        let due = self.kept_at.map_or(changed_at + FIRST_AFTER, |at| at + KEEP_EVERY);
        if now < due {
            return Some(due - now);
        }
        self.keep(document, session);
        None
    }

    /// Keeps a document now.
    pub fn keep(&mut self, document: &Document, session: Option<&Path>) {
        self.kept = Some((Mark::of(document, session), document.learned.clone()));
        (self.kept_at, self.changed_at, self.failed) = (Some(Instant::now()), None, false);
        self.tell(Job::Keep(Box::new(document.clone()), session.map(Path::to_path_buf)));
    }

    /// Remembers where the window stands, once it has stood there for a while; tells when to ask again.
    pub fn watch_place(&mut self, place: Place) -> Option<Duration> {
        if self.place.as_ref() != Some(&place) {
            // What is there at first was read from the file, or is the default.
            self.moved_at = self.place.is_some().then(Instant::now);
            self.place = Some(place);
        }
        let moved_at = self.moved_at?;
        let stood = moved_at.elapsed();
        if stood < PLACE_AFTER {
            return Some(PLACE_AFTER.saturating_sub(stood));
        }
        self.moved_at = None;
        self.tell(Job::Place(self.place.clone()?));
        None
    }

    /// A file was opened or saved.
    pub fn note(&self, path: PathBuf) {
        self.tell(Job::Note(path));
    }

    /// Takes every file off the list.
    pub fn forget_recent(&self) {
        self.tell(Job::Forget);
    }

    /// Recent files are looked at: are they still there?
    pub fn look_at_recent(&mut self) {
        if self.looked_at.is_none_or(|at| at.elapsed() > LOOK_EVERY) {
            self.looked_at = Some(Instant::now());
            self.tell(Job::Look);
        }
    }

    /// Restores the newest of what was lost; what comes of it bears the number.
    pub fn restore(&self, number: u64) {
        self.tell(Job::Restore(number));
    }

    /// What was restored is on the desk: its copy goes once the document is kept or has no changes.
    pub fn taken(&mut self) {
        self.restored = true;
        self.tell(Job::Taken);
    }

    /// What was restored cannot be opened now: it is offered again.
    pub fn put_back(&self) {
        self.tell(Job::PutBack);
    }

    /// The newest of what was lost is not wanted.
    pub fn discard(&mut self) {
        if !self.lost.is_empty() {
            self.lost.remove(0);
            self.tell(Job::Discard);
        }
    }

    /// The window closes: waits for what is under way, and with nothing to lose leaves nothing behind but the
    /// window's place.
    pub fn end(&mut self, nothing_to_lose: bool) {
        if let Some(place) = self.place.clone() {
            self.tell(Job::Place(place));
        }
        if nothing_to_lose {
            self.tell(Job::Release);
        }
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            // It ends when there are no more jobs; a panic in it was told by its message.
            let _ended = thread.join();
        }
    }
}

/// The thread: obeys until the window is gone.
fn work(folder: &StateFolder, jobs: &Receiver<Job>, say: impl Fn(Word)) {
    let told = |lost: &[Lost]| {
        let told = lost
            .iter()
            .map(|l| LostSession { session: l.session().map(Path::to_path_buf), written: l.written });
        Word::Lost(told.collect())
    };
    // Asked before this window has a place of its own.
    let mut lost = Lost::all(folder).unwrap_or_default();
    let mut slot = match Slot::claim(folder) {
        Ok(slot) => Some(slot),
        Err(error) => {
            say(Word::Failed(format!(
                "{}: {error}: nothing is kept against a crash; save often, or make that folder writable",
                folder.path().display()
            )));
            None
        }
    };
    if !lost.is_empty() {
        say(told(&lost));
    }
    say(Word::Recent(recent::list(folder)));
    let fail = |error: crate::session::SessionError| say(Word::Failed(error.to_string()));
    // What was restored is only let go when this window has it on the desk and has kept it.
    let (mut restored, mut taken): (Option<Lost>, Option<Lost>) = (None, None);
    for job in jobs {
        match job {
            Job::Keep(document, session) => {
                let Some(slot) = &mut slot else { continue };
                match slot.keep(&document, session.as_deref()) {
                    Ok(()) => taken.take().into_iter().for_each(Lost::discard),
                    Err(error) => say(Word::NotKept(error.to_string())),
                }
            }
            Job::Clear => {
                slot.iter().for_each(Slot::clear);
                taken.take().into_iter().for_each(Lost::discard);
            }
            Job::Note(path) => {
                recent::note(folder, &path).unwrap_or_else(fail);
                say(Word::Recent(recent::list(folder)));
            }
            Job::Forget => {
                recent::clear(folder).unwrap_or_else(fail);
                say(Word::Recent(recent::list(folder)));
            }
            Job::Look => say(Word::Recent(recent::list(folder))),
            Job::Restore(_) if lost.is_empty() => {}
            Job::Restore(number) => match lost[0].document() {
                Ok(document) => {
                    let found = lost.remove(0);
                    let session = found.session().map(Path::to_path_buf);
                    restored = Some(found);
                    // Others are asked for at the next start: one window holds one session.
                    lost.clear();
                    say(Word::Restored(number, Ok((Box::new(document), session))));
                }
                Err(error) => say(Word::Restored(number, Err(error.to_string()))),
            },
            Job::Taken => taken = restored.take(),
            Job::PutBack => {
                lost.extend(restored.take());
                say(told(&lost));
            }
            Job::Discard => {
                if !lost.is_empty() {
                    lost.remove(0).discard();
                }
            }
            Job::Place(place) => place::remember(folder, &place).unwrap_or_else(fail),
            Job::Release => slot.take().into_iter().for_each(Slot::release),
        }
    }
}
