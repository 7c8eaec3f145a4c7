//! Many polylines held together, so that thousands of alike links or tile sides are one mark.

use super::page::Place;

/// Polylines one behind the other in one list of places; some may be hidden for a while.
///
/// A line of fewer than two places is none: nothing is left of it.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Bundle {
    places: Vec<Place>,
    /// Where each line ends in `places`.
    ends: Vec<u32>,
    /// Lines that are not shown, ascending.
    hidden: Vec<u32>,
}

impl Bundle {
    /// Number of lines, hidden ones included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is no line.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Number of places of all lines.
    #[must_use]
    pub fn place_count(&self) -> usize {
        self.places.len()
    }

    /// Adds a line; tells its number.
    pub fn add(&mut self, line: impl IntoIterator<Item = Place>) -> Option<u32> {
        self.add_by(|places| places.extend(line))
    }

    /// Adds a line whose places are put behind those that are there; tells its number.
    pub fn add_by(&mut self, draw: impl FnOnce(&mut Vec<Place>)) -> Option<u32> {
        let begin = self.places.len();
        draw(&mut self.places);
        if self.places.len() < begin + 2 {
            self.places.truncate(begin);
            return None;
        }
        self.ends.push(self.places.len() as u32);
        Some(self.ends.len() as u32 - 1)
    }

    /// All lines, hidden ones too.
    pub fn all(&self) -> impl Iterator<Item = &[Place]> {
        let begins = std::iter::once(0).chain(self.ends.iter().copied());
        begins.zip(&self.ends).map(|(begin, end)| &self.places[begin as usize..*end as usize])
    }

    /// The lines that are shown.
    pub fn shown(&self) -> impl Iterator<Item = &[Place]> {
        let mut hidden = self.hidden.iter().copied().peekable();
        (0_u32..).zip(self.all()).filter(move |(i, _)| hidden.next_if_eq(i).is_none()).map(|(_, line)| line)
    }

    /// Every place of every line.
    pub fn places_mut(&mut self) -> &mut [Place] {
        &mut self.places
    }

    /// Hides the lines of these numbers, ascending, and shows all others.
    pub fn hide_only(&mut self, lines: impl IntoIterator<Item = u32>) {
        self.hidden.clear();
        self.hidden.extend(lines);
    }

    /// Numbers of the lines that are not shown, ascending.
    #[must_use]
    pub fn hidden(&self) -> &[u32] {
        &self.hidden
    }

    /// Takes all lines out and keeps the room for others.
    pub fn clear(&mut self) {
        self.places.clear();
        self.ends.clear();
        self.hidden.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_keep_their_places_and_can_be_hidden() {
        let mut bundle = Bundle::default();
        assert_eq!(bundle.add([[0.0, 0.0], [1.0, 0.0]]), Some(0));
        assert_eq!(bundle.add([[5.0, 5.0]]), None);
        assert_eq!(bundle.add([[2.0, 0.0], [3.0, 0.0], [4.0, 1.0]]), Some(1));
        assert_eq!(bundle.add([[7.0, 0.0], [8.0, 0.0]]), Some(2));
        let shown = |b: &Bundle| b.shown().map(|l| (l.len(), l[0][0])).collect::<Vec<_>>();
        assert_eq!(shown(&bundle), [(2, 0.0), (3, 2.0), (2, 7.0)]);
        bundle.hide_only([0, 2]);
        assert_eq!(shown(&bundle), [(3, 2.0)]);
        assert_eq!(bundle.all().count(), 3);
        bundle.hide_only([]);
        assert_eq!(shown(&bundle).len(), 3);
        bundle.clear();
        assert!(bundle.is_empty() && bundle.place_count() == 0);
    }
}
