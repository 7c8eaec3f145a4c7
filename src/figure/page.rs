//! A picture as a list of marks on a page: roles instead of colours, points instead of pixels.
//!
//! Screen, SVG, PDF and PNG draw the same list.

use super::bundle::Bundle;
use super::palette::Role;

/// A place on the page, in points from the top left corner, y down.
pub type Place = [f32; 2];

/// Colour role and opacity of a mark.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Paint {
    /// What it is.
    pub role: Role,
    /// 0 (nothing) to 1 (full).
    pub opacity: f32,
}

impl Paint {
    /// Full opacity.
    #[must_use]
    pub const fn of(role: Role) -> Self {
        Self { role, opacity: 1.0 }
    }

    /// With an opacity.
    #[must_use]
    pub const fn at(role: Role, opacity: f32) -> Self {
        Self { role, opacity }
    }
}

/// How a line is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stroke {
    /// Colour.
    pub paint: Paint,
    /// Width in points.
    pub width: f32,
    /// Lengths of dash and gap in points.
    pub dash: Option<[f32; 2]>,
}

impl Stroke {
    /// A solid line.
    #[must_use]
    pub const fn solid(paint: Paint, width: f32) -> Self {
        Self { paint, width, dash: None }
    }

    /// A dashed line.
    #[must_use]
    pub const fn dashed(paint: Paint, width: f32, dash: f32, gap: f32) -> Self {
        Self { paint, width, dash: Some([dash, gap]) }
    }
}

/// Face of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Face {
    /// Upright.
    Regular,
    /// Italic, for symbols of quantities.
    Italic,
    /// Semibold, for headings and readouts.
    SemiBold,
}

/// Where a text stands relative to its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// Begins there.
    Start,
    /// Is centred there.
    Middle,
    /// Ends there.
    End,
}

/// One mark. Later marks lie over earlier ones.
#[derive(Clone, Debug, PartialEq)]
pub enum Mark {
    /// The strip between two polylines of equally many points.
    Strip {
        /// One side.
        one: Vec<Place>,
        /// The other side, in the same direction.
        other: Vec<Place>,
        /// Fill.
        paint: Paint,
    },
    /// Strips of one paint.
    Strips {
        /// Each line is a strip: the ends of its rungs in turn, from one side to the other.
        rungs: Bundle,
        /// Fill.
        paint: Paint,
    },
    /// A simple polygon, not necessarily convex.
    Area {
        /// Corners in order.
        outline: Vec<Place>,
        /// Fill.
        paint: Paint,
    },
    /// A polyline.
    Line {
        /// Corners in order.
        points: Vec<Place>,
        /// Stroke.
        stroke: Stroke,
        /// Whether the last corner is joined to the first.
        closed: bool,
    },
    /// Open polylines of one stroke.
    Lines {
        /// Corners of each in order.
        lines: Bundle,
        /// Stroke.
        stroke: Stroke,
    },
    /// A disc or circle.
    Disc {
        /// Centre.
        centre: Place,
        /// Radius in points.
        radius: f32,
        /// Fill.
        fill: Option<Paint>,
        /// Rim.
        rim: Option<Stroke>,
    },
    /// Discs or circles that are alike.
    Discs {
        /// Centres.
        centres: Vec<Place>,
        /// Radius in points.
        radius: f32,
        /// Fill.
        fill: Option<Paint>,
        /// Rim.
        rim: Option<Stroke>,
    },
    /// A line of text, its vertical middle at the place.
    Text {
        /// Place.
        at: Place,
        /// What it says.
        text: String,
        /// Size in points.
        size: f32,
        /// Face.
        face: Face,
        /// Colour.
        paint: Paint,
        /// Horizontal alignment.
        anchor: Anchor,
        /// Rotation in radians, counter-clockwise.
        angle: f32,
    },
}

/// Where a stretch of text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// On the line.
    Line,
    /// Below it, and smaller.
    Subscript,
    /// Above it, and smaller.
    Superscript,
}

impl Level {
    /// Size relative to the text on the line.
    #[must_use]
    pub const fn size(self) -> f32 {
        match self {
            Self::Line => 1.0,
            Self::Subscript | Self::Superscript => 0.74,
        }
    }

    /// How far its baseline is below that of the line, in sizes of the text there.
    #[must_use]
    pub const fn drop(self) -> f32 {
        match self {
            Self::Line => 0.0,
            Self::Subscript => 0.22,
            Self::Superscript => -0.36,
        }
    }
}

/// A stretch of text on the line, below it or above it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run<'a> {
    /// Its characters.
    pub text: &'a str,
    /// Where they stand.
    pub level: Level,
}

/// Splits a text at its subscripts, the letters and digits behind an underscore as in `S_A` or `c_eff`, and its
/// superscripts, those behind a caret or what stands in brackets there, as in `2^τ`, `10^−8` or `e^(−Δ d)`.
#[must_use]
pub fn runs(text: &str) -> Vec<Run<'_>> {
    let mut runs = Vec::new();
    let mut add = |text, level| runs.push(Run { text, level });
    let mut rest = text;
    while let Some(at) = rest.find(['_', '^']) {
        let (before, after) = (&rest[..at], &rest[at + 1..]);
        let [from, to, end] =
            if rest[at..].starts_with('^') { raised(after) } else { [0, word(after), word(after)] };
        if from == to {
            // No letter to be set there.
            let end = at + usize::from(rest[at..].starts_with('^'));
            add(&rest[..end], Level::Line);
            rest = after;
            continue;
        }
        add(before, Level::Line);
        let level = if rest[at..].starts_with('^') { Level::Superscript } else { Level::Subscript };
        add(&after[from..to], level);
        rest = &after[end..];
    }
    add(rest, Level::Line);
    runs.retain(|run| !run.text.is_empty());
    runs
}

/// How many bytes of letters and digits a text begins with.
fn word(text: &str) -> usize {
    text.find(|c: char| !c.is_alphanumeric()).unwrap_or(text.len())
}

/// Where the exponent that a text begins with begins and ends, and where the text goes on.
fn raised(text: &str) -> [usize; 3] {
    if let Some(inner) = text.strip_prefix('(') {
        return inner.find(')').map_or([0; 3], |end| [1, end + 1, end + 2]);
    }
    let sign = text.chars().next().filter(|c| matches!(c, '−' | '-' | '+')).map_or(0, char::len_utf8);
    match word(&text[sign..]) {
        0 => [0; 3],
        digits => [0, sign + digits, sign + digits],
    }
}

/// A picture.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Figure {
    /// Width in points.
    pub width: f32,
    /// Height in points.
    pub height: f32,
    /// Marks, from the lowest to the topmost.
    pub marks: Vec<Mark>,
    /// Room of marks that were taken off, for new ones.
    spare: Spare,
}

/// So many emptied lists are kept.
const SPARES: usize = 512;

/// Emptied lists. A picture drawn many times a second would else ask for thousands of them each time.
#[derive(Clone, Debug, Default)]
struct Spare {
    places: Vec<Vec<Place>>,
    bundles: Vec<Bundle>,
}

impl PartialEq for Spare {
    /// What a picture shows does not depend on them.
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Figure {
    /// An empty page.
    #[must_use]
    pub const fn new(width: f32, height: f32) -> Self {
        let spare = Spare { places: Vec::new(), bundles: Vec::new() };
        Self { width, height, marks: Vec::new(), spare }
    }

    /// Takes off all marks but the lowest `kept`; their room is kept for others.
    pub fn truncate(&mut self, kept: usize) {
        // Lists also come from elsewhere: what piles up is let go.
        self.spare.places.truncate(SPARES);
        self.spare.bundles.truncate(SPARES);
        for mark in self.marks.drain(kept.min(self.marks.len())..) {
            match mark {
                Mark::Strip { one, other, .. } => self.spare.places.extend([one, other]),
                Mark::Area { outline: places, .. }
                | Mark::Line { points: places, .. }
                | Mark::Discs { centres: places, .. } => self.spare.places.push(places),
                Mark::Strips { rungs: bundle, .. } | Mark::Lines { lines: bundle, .. } => {
                    self.spare.bundles.push(bundle);
                }
                Mark::Disc { .. } | Mark::Text { .. } => {}
            }
        }
    }

    /// An empty list of places, with room from earlier marks if there is any.
    #[must_use]
    pub fn places(&mut self) -> Vec<Place> {
        let mut places = self.spare.places.pop().unwrap_or_default();
        places.clear();
        places
    }

    /// An empty bundle, with room from earlier marks if there is any.
    #[must_use]
    pub fn bundle(&mut self) -> Bundle {
        let mut bundle = self.spare.bundles.pop().unwrap_or_default();
        bundle.clear();
        bundle
    }

    /// Keeps the room of a list for others.
    pub fn give_back(&mut self, places: Vec<Place>) {
        if places.capacity() > 0 {
            self.spare.places.push(places);
        }
    }

    /// Adds open polylines of one stroke; nothing if there are none.
    pub fn lines(&mut self, lines: Bundle, stroke: Stroke) {
        if lines.is_empty() {
            self.spare.bundles.push(lines);
        } else {
            self.marks.push(Mark::Lines { lines, stroke });
        }
    }

    /// Adds strips of one paint, see [`Mark::Strips`]; nothing if there are none.
    pub fn strips(&mut self, rungs: Bundle, paint: Paint) {
        if rungs.is_empty() {
            self.spare.bundles.push(rungs);
        } else {
            self.marks.push(Mark::Strips { rungs, paint });
        }
    }

    /// Adds discs that are alike; nothing if there are none.
    pub fn discs(&mut self, centres: Vec<Place>, radius: f32, fill: Option<Paint>, rim: Option<Stroke>) {
        if centres.is_empty() {
            self.give_back(centres);
        } else {
            self.marks.push(Mark::Discs { centres, radius, fill, rim });
        }
    }

    /// The same picture `factor` times as large, with its lines and texts.
    #[must_use]
    pub fn scaled(mut self, factor: f32) -> Self {
        let place = |p: &mut Place| *p = p.map(|x| x * factor);
        let width = |stroke: &mut Stroke| {
            stroke.width *= factor;
            stroke.dash = stroke.dash.map(|lengths| lengths.map(|x| x * factor));
        };
        self.width *= factor;
        self.height *= factor;
        for mark in &mut self.marks {
            match mark {
                Mark::Strip { one, other, .. } => one.iter_mut().chain(other).for_each(place),
                Mark::Strips { rungs, .. } => rungs.places_mut().iter_mut().for_each(place),
                Mark::Area { outline, .. } => outline.iter_mut().for_each(place),
                Mark::Lines { lines, stroke } => {
                    lines.places_mut().iter_mut().for_each(place);
                    width(stroke);
                }
                Mark::Discs { centres, radius, rim, .. } => {
                    centres.iter_mut().for_each(place);
                    *radius *= factor;
                    rim.iter_mut().for_each(width);
                }
                Mark::Line { points, stroke, .. } => {
                    points.iter_mut().for_each(place);
                    width(stroke);
                }
                Mark::Disc { centre, radius, rim, .. } => {
                    place(centre);
                    *radius *= factor;
                    rim.iter_mut().for_each(width);
                }
                Mark::Text { at, size, .. } => {
                    place(at);
                    *size *= factor;
                }
            }
        }
        self
    }

    /// Adds the marks of another picture, its top left corner at `at`.
    pub fn add(&mut self, mut other: Self, at: Place) {
        let place = |p: &mut Place| *p = [p[0] + at[0], p[1] + at[1]];
        for mark in &mut other.marks {
            match mark {
                Mark::Strip { one, other, .. } => one.iter_mut().chain(other).for_each(place),
                Mark::Strips { rungs: bundle, .. } | Mark::Lines { lines: bundle, .. } => {
                    bundle.places_mut().iter_mut().for_each(place);
                }
                Mark::Area { outline: places, .. }
                | Mark::Line { points: places, .. }
                | Mark::Discs { centres: places, .. } => places.iter_mut().for_each(place),
                Mark::Disc { centre, .. } => place(centre),
                Mark::Text { at, .. } => place(at),
            }
        }
        self.marks.append(&mut other.marks);
    }

    /// Adds an open polyline; nothing for fewer than two points.
    pub fn line(&mut self, points: Vec<Place>, stroke: Stroke) {
        if points.len() > 1 {
            self.marks.push(Mark::Line { points, stroke, closed: false });
        } else {
            self.give_back(points);
        }
    }

    /// Adds a closed polyline.
    pub fn outline(&mut self, points: Vec<Place>, stroke: Stroke) {
        if points.len() > 2 {
            self.marks.push(Mark::Line { points, stroke, closed: true });
        }
    }

    /// Adds a filled disc.
    pub fn dot(&mut self, centre: Place, radius: f32, paint: Paint) {
        self.marks.push(Mark::Disc { centre, radius, fill: Some(paint), rim: None });
    }

    /// Adds upright text.
    pub fn text(&mut self, at: Place, text: impl Into<String>, size: f32, role: Role, anchor: Anchor) {
        self.styled_text(at, text, size, Face::Regular, role, anchor);
    }

    /// Adds text of a face.
    pub fn styled_text(
        &mut self,
        at: Place,
        text: impl Into<String>,
        size: f32,
        face: Face,
        role: Role,
        anchor: Anchor,
    ) {
        let paint = Paint::of(role);
        self.marks.push(Mark::Text { at, text: text.into(), size, face, paint, anchor, angle: 0.0 });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scaled_picture_has_everything_scaled() {
        let mut f = Figure::new(100.0, 50.0);
        f.line(vec![[2.0, 4.0], [6.0, 8.0]], Stroke::dashed(Paint::of(Role::Text), 3.0, 5.0, 4.0));
        f.dot([5.0, 7.0], 2.0, Paint::of(Role::Text));
        f.text([50.0, 20.0], "x", 13.0, Role::Text, Anchor::Middle);
        let mut half = Figure::new(50.0, 25.0);
        half.line(vec![[1.0, 2.0], [3.0, 4.0]], Stroke::dashed(Paint::of(Role::Text), 1.5, 2.5, 2.0));
        half.dot([2.5, 3.5], 1.0, Paint::of(Role::Text));
        half.text([25.0, 10.0], "x", 6.5, Role::Text, Anchor::Middle);
        assert_eq!(f.clone().scaled(0.5), half);
        assert_eq!(f.clone().scaled(1.0), f);
    }

    #[test]
    fn subscripts_and_superscripts_end_with_the_word_or_their_bracket() {
        use Level::{Line, Subscript, Superscript};
        let shown = |t| runs(t).iter().map(|r| (r.text.to_string(), r.level)).collect::<Vec<_>>();
        let run = |t: &str, level| (t.to_string(), level);
        assert_eq!(shown("S_A (nats)"), [run("S", Line), run("A", Subscript), run(" (nats)", Line)]);
        assert_eq!(shown("c_eff = 3"), [run("c", Line), run("eff", Subscript), run(" = 3", Line)]);
        assert_eq!(shown("plain"), [run("plain", Line)]);
        assert_eq!(shown("ξ/2^τ: one"), [run("ξ/2", Line), run("τ", Superscript), run(": one", Line)]);
        let both = [run("Tr", Line), run("h", Subscript), run(" e", Line), run("T", Superscript)];
        assert_eq!(shown("Tr_h e^T"), both);
        assert_eq!(shown("e^(−Δ d), Δ"), [run("e", Line), run("−Δ d", Superscript), run(", Δ", Line)]);
        assert_eq!(shown("10^−8"), [run("10", Line), run("−8", Superscript)]);
        // A caret that raises nothing stays, an open bracket too.
        assert_eq!(shown("^ and (a^(b"), [run("^", Line), run(" and (a^", Line), run("(b", Line)]);
    }
}
