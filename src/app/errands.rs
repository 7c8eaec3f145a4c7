//! Work that may last, on threads of its own: what it is, how far it has come, and that it can be called off.

use super::action::Action;
use super::painter::color;
use super::state::Desk;
use crate::desk::studies::StudyProgress;
use crate::figure::palette::{Role, Theme};
use egui::{RichText, Ui};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What is done sooner is not shown: a bar that comes and goes says nothing.
const SHOWN_AFTER: Duration = Duration::from_millis(400);
/// The bars move this often.
pub const MOVES_EVERY: Duration = Duration::from_millis(100);
/// Height of the line of an errand.
pub const LINE: f32 = 32.0;
/// So many lines are shown; of more, their number.
const MOST_LINES: usize = 3;

/// Where an errand stands, seen from the thread that does it and from the window.
#[derive(Debug, Default)]
pub struct Course {
    progress: Mutex<Option<StudyProgress>>,
    called_off: AtomicBool,
    ended: AtomicBool,
}

impl Course {
    /// Whether nobody has called it off.
    pub fn goes_on(&self) -> bool {
        !self.called_off.load(Ordering::Relaxed)
    }

    /// Says how far it has come; whether to go on.
    pub fn at(&self, progress: StudyProgress) -> bool {
        *self.progress.lock().unwrap_or_else(PoisonError::into_inner) = Some(progress);
        self.goes_on()
    }

    fn progress(&self) -> Option<StudyProgress> {
        *self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Says at its end, however that comes, that the errand has come to its own.
pub struct Doing(pub Arc<Course>);

impl Drop for Doing {
    fn drop(&mut self) {
        self.0.ended.store(true, Ordering::Relaxed);
    }
}

/// Work under way.
#[derive(Debug)]
pub struct Errand {
    /// What it is, in a few words.
    pub name: String,
    /// Counts the errands of this window.
    pub number: u64,
    /// Whether a file comes of it that would be lost with the window.
    makes_file: bool,
    began: Instant,
    course: Arc<Course>,
}

/// Everything under way.
#[derive(Debug, Default)]
pub struct Errands {
    list: Vec<Errand>,
    sent: u64,
}

impl Errands {
    /// One more is under way from now on.
    pub fn begin(&mut self, name: String, makes_file: bool) -> Arc<Course> {
        let course = Arc::new(Course::default());
        self.sent += 1;
        self.list.push(Errand {
            name,
            number: self.sent,
            makes_file,
            began: Instant::now(),
            course: Arc::clone(&course),
        });
        course
    }

    /// Forgets those that have come to their end.
    pub fn sweep(&mut self) {
        self.list.retain(|errand| !errand.course.ended.load(Ordering::Relaxed));
    }

    /// Calls one off; it ends at its next pause.
    pub fn call_off(&mut self, number: u64) {
        let named = self.list.iter().filter(|errand| errand.number == number);
        named.for_each(|errand| errand.course.called_off.store(true, Ordering::Relaxed));
    }

    /// Whether nothing is under way.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Whether a file is being made that the end of the window would undo, and what its work is called.
    #[must_use]
    pub fn making(&self) -> Option<&str> {
        let open = |errand: &&Errand| errand.makes_file && !errand.course.ended.load(Ordering::Relaxed);
        self.list.iter().find(|errand| open(errand) && errand.course.goes_on()).map(|e| e.name.as_str())
    }

    /// Those that have lasted long enough to be shown.
    pub fn shown(&self) -> impl Iterator<Item = &Errand> {
        self.list.iter().filter(|errand| errand.began.elapsed() > SHOWN_AFTER)
    }

    /// Height of their lines.
    #[must_use]
    pub fn height(&self) -> f32 {
        LINE * self.shown().count().min(MOST_LINES) as f32
    }
}

impl Errand {
    /// What it does and how far it is, in words, and the share that is done where its steps are counted.
    #[must_use]
    pub fn words(&self) -> (String, Option<f32>) {
        let seconds = self.began.elapsed().as_secs_f64();
        let name = &self.name;
        if !self.course.goes_on() {
            return (format!("{name} · calling it off…"), None);
        }
        match self.course.progress() {
            Some(StudyProgress { doing, done, total }) if total > 1 => {
                let share = done as f32 / total as f32;
                (format!("{name} · {doing}: {done} of {total} · {seconds:.0} s"), Some(share))
            }
            Some(StudyProgress { doing, .. }) => (format!("{name} · {doing}… · {seconds:.0} s"), None),
            None => (format!("{name}… · {seconds:.0} s"), None),
        }
    }
}

/// A line for each errand: what, how far, and a way to call it off.
#[must_use]
pub fn errands_ui(ui: &mut Ui, desk: &Desk, theme: Theme) -> Vec<Action> {
    let mut actions = Vec::new();
    let errands: Vec<&Errand> = desk.files.errands().shown().collect();
    for (i, errand) in errands.iter().take(MOST_LINES).enumerate() {
        let (words, share) = errand.words();
        ui.horizontal(|ui| {
            ui.set_height(LINE);
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                let cancel = ui.button("Cancel").on_hover_text("call it off; no file is written");
                let name = format!("Cancel {}", errand.name);
                cancel.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &name));
                if cancel.clicked() {
                    actions.push(Action::CallOffErrand(errand.number));
                }
                if let Some(share) = share {
                    let bar = egui::ProgressBar::new(share).desired_width(220.0).desired_height(6.0);
                    ui.add(bar.fill(color(theme, Role::Outline)));
                }
                if i + 1 == MOST_LINES && errands.len() > MOST_LINES {
                    let more = format!("{} more", errands.len() - MOST_LINES);
                    ui.label(RichText::new(more).small().color(color(theme, Role::Secondary)));
                }
                ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                    let text = RichText::new(&words).small().color(color(theme, Role::Text));
                    let label = ui.add(egui::Label::new(text).truncate());
                    label.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Status, true, &words));
                });
            });
        });
    }
    actions
}
