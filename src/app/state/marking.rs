//! Bookmarks and notes of the document: made, renamed, deleted, gone to. All of it can be undone.

use super::Desk;
use crate::app::bookmarks::Draft;
use crate::session::{Besides, Bookmark, Note, NotePlace};

impl Desk {
    /// Bookmarks what is shown, named after its regions.
    pub(super) fn add_bookmark(&mut self, time: f64) {
        let number = self.document.bookmarks.len() + 1;
        let region = self.document.regions.a.to_string();
        let name =
            if region.is_empty() { format!("view {number}") } else { format!("{number}: A = {region}") };
        let bookmark = Bookmark::of(&self.document, self.camera, name.clone());
        self.edit(format!("bookmark {name}"), None, |d| d.bookmarks.push(bookmark));
        self.view.marks.visited = Some(number - 1);
        self.notice = Some((format!("bookmarked “{name}”"), time + 3.0));
    }

    pub(super) fn rename_bookmark(&mut self, index: usize, name: String) {
        self.edit(format!("rename a bookmark to {name}"), None, |d| {
            if let Some(bookmark) = d.bookmarks.get_mut(index) {
                bookmark.name = name;
            }
        });
    }

    pub(super) fn delete_bookmark(&mut self, index: usize) {
        if let Some(bookmark) = self.document.bookmarks.get(index) {
            let name = format!("delete bookmark {}", bookmark.name);
            self.edit(name, None, |d| {
                d.bookmarks.remove(index);
            });
            self.view.marks.visited = None;
        }
    }

    pub(super) fn go_to_bookmark(&mut self, index: usize, time: f64) {
        let Some(bookmark) = self.document.bookmarks.get(index).cloned() else { return };
        self.view.marks.visited = Some(index);
        let (before, from) = (self.document.clone(), self.aim());
        self.glide_to(bookmark.camera, time);
        bookmark.apply(&mut self.document);
        if !before.is_but_weights(&self.document) || from != bookmark.camera {
            let changed = Besides { weights: false, camera: Some(from) };
            let name = format!("go to bookmark {}", bookmark.name);
            self.history.record_besides(name, &before, changed, None);
            self.after_change(&before);
        }
    }

    /// Goes to the next bookmark, or back to the one before; round at the ends.
    pub(super) fn walk_bookmarks(&mut self, step: i64, time: f64) {
        let count = self.document.bookmarks.len() as i64;
        if count > 0 {
            let next = match self.view.marks.visited {
                Some(now) => (now as i64 + step).rem_euclid(count),
                None if step > 0 => 0,
                None => count - 1,
            };
            self.go_to_bookmark(next as usize, time);
        }
    }

    /// A note is about to be written, or written anew.
    pub(super) fn draft_note(&mut self, place: NotePlace) {
        let known = self.document.notes.iter().find(|note| note.place == place);
        let text = known.map_or_else(String::new, |note| note.text.clone());
        self.view.marks.draft = Some(Draft { place, text });
    }

    /// Writes a note in the place of the one that is there; without words there is none.
    pub(super) fn set_note(&mut self, note: Note) {
        let place = note.place;
        let verb = if note.text.is_empty() { "delete note on" } else { "note on" };
        self.edit(format!("{verb} {place}"), None, |d| {
            match d.notes.iter_mut().find(|known| known.place == place) {
                Some(known) => known.text = note.text,
                None => d.notes.push(note),
            }
            d.notes.retain(|note| !note.text.is_empty());
        });
    }
}
