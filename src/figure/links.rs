//! Links of the network on the page: gathered by their strokes, and found again when they are cut.

use super::bulk::BulkScene;
use super::bundle::Bundle;
use super::page::{Figure, Mark, Place, Stroke};
use super::palette::Role;
use crate::network::LinkId;
use rustc_hash::{FxBuildHasher, FxHashMap};

/// A link as it was drawn: a line of a bundle of the page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct DrawnLink {
    pub(super) link: LinkId,
    /// Which mark of the page.
    pub(super) mark: usize,
    /// Which line of it.
    pub(super) line: u32,
}

/// Links gathered by their strokes, in the order in which the strokes come up; dashed ones over the others.
pub(super) struct LinkGroups {
    numbers: FxHashMap<[u32; 4], usize>,
    groups: Vec<(Stroke, Bundle)>,
    /// Link, group, and line in it.
    links: Vec<(LinkId, usize, u32)>,
}

impl LinkGroups {
    /// No links yet.
    pub(super) fn new() -> Self {
        Self {
            numbers: FxHashMap::with_capacity_and_hasher(256, FxBuildHasher),
            groups: Vec::with_capacity(256),
            links: Vec::with_capacity(4096),
        }
    }

    /// Adds a link; one that can be cut by its name.
    pub(super) fn add(
        &mut self,
        page: &mut Figure,
        stroke: Stroke,
        points: impl Iterator<Item = Place>,
        link: Option<LinkId>,
    ) {
        let (tone, signed) = match stroke.paint.role {
            Role::Link(tone) => (tone, 0),
            Role::Signed(share) => (share, 1),
            // Links have no other colours.
            _ => return,
        };
        let same = [tone, stroke.paint.opacity, stroke.width].map(f32::to_bits);
        let key = [same[0], same[1], same[2], 2 * signed + u32::from(stroke.dash.is_some())];
        let group = *self.numbers.entry(key).or_insert_with(|| {
            self.groups.push((stroke, page.bundle()));
            self.groups.len() - 1
        });
        if let (Some(line), Some(link)) = (self.groups[group].1.add(points), link) {
            self.links.push((link, group, line));
        }
    }

    /// Puts all links onto the page; `drawn` takes those that can be cut.
    pub(super) fn draw(self, page: &mut Figure, drawn: &mut Vec<DrawnLink>) {
        let mut marks = vec![0; self.groups.len()];
        let dashed = |stroke: &Stroke| stroke.dash.is_some();
        let (open, solid): (Vec<_>, Vec<_>) =
            self.groups.into_iter().enumerate().partition(|(_, (stroke, _))| dashed(stroke));
        for (number, (stroke, lines)) in solid.into_iter().chain(open) {
            marks[number] = page.marks.len();
            page.lines(lines, stroke);
        }
        let places = self.links.into_iter();
        drawn.extend(places.map(|(link, group, line)| DrawnLink { link, mark: marks[group], line }));
    }
}

/// Hides the links that are cut, which are drawn by themselves, in the marks of the ground, and shows the others.
/// The first of the marks is number `first` of the page.
pub(super) fn hide_cut_links(marks: &mut [Mark], first: usize, scene: &BulkScene<'_>, links: &[DrawnLink]) {
    // A cut's links are sorted, and may be a million.
    let is_cut = |link: &LinkId| {
        !scene.looks.hidden.cut()
            && scene.regions.iter().filter_map(|r| r.answer).any(|a| a.cut.links.binary_search(link).is_ok())
    };
    let mut hidden: Vec<(usize, u32)> =
        links.iter().filter(|l| is_cut(&l.link)).map(|l| (l.mark - first, l.line)).collect();
    hidden.sort_unstable();
    let mut rest = hidden.as_slice();
    for (i, mark) in marks.iter_mut().enumerate() {
        let here = rest.partition_point(|(mark, _)| *mark <= i);
        if let Mark::Lines { lines, .. } = mark {
            lines.hide_only(rest[..here].iter().map(|(_, line)| *line));
        }
        rest = &rest[here..];
    }
}
