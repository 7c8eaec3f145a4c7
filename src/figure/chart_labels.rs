//! Labels of a chart: where they stand so that they hide neither each other nor a line.

use super::chart::{Chart, Rule, Series, Style};

/// Where the label of a series stands, beside the last point that is in range.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EndLabel<'a> {
    /// The point it belongs to.
    pub at: [f64; 2],
    /// What it says.
    pub text: &'a str,
    /// Whether it stands below its line, because another label stands where it would be, the line comes down through
    /// that place, or it is outside the plot.
    pub below: bool,
    /// Whether it begins at its point and does not end there, because left of the point there is no room.
    pub right: bool,
}

/// Share of the x axis over which a line is looked at for whether it comes down to its end.
const APPROACH: f64 = 0.1;

/// How large labels are beside the axes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LabelRoom {
    /// Share of the x axis that a letter takes.
    letter: f64,
    /// Share of the y axis that a label needs, above its line or below it.
    line: f64,
}

impl LabelRoom {
    /// Points that a letter of a label takes at most, and a label with the air above and below it.
    const LETTER: f64 = 6.2;
    const LINE: f64 = 14.0;

    /// In an area of this width and height in points; in a large one labels keep the distance of a small one.
    #[must_use]
    pub fn in_area([width, height]: [f64; 2]) -> Self {
        let of = |points: f64, length: f64, least: f64| (points / length.max(1.0)).max(least);
        Self { letter: of(Self::LETTER, width, 0.018), line: of(Self::LINE, height, 0.085) }
    }

    /// The share of the x axis that a text covers at most.
    fn width_of(self, text: &str) -> f64 {
        self.letter * text.chars().count() as f64
    }
}

/// A place for a label.
struct Spot {
    /// The point that it belongs to.
    point: [f64; 2],
    below: bool,
    right: bool,
    /// Where the point is along the x axis and where the label's middle is along the y axis, as shares of them.
    end: f64,
    middle: f64,
    /// What the label covers of the x axis.
    width: f64,
}

impl Spot {
    /// Of a text at a point, whose shares of the axes come first.
    fn new(
        [end, height]: [f64; 2],
        point: [f64; 2],
        [below, right]: [bool; 2],
        text: &str,
        room: LabelRoom,
    ) -> Self {
        let middle = if below { height - 0.5 * room.line } else { height + 0.5 * room.line };
        Self { point, below, right, end, middle, width: room.width_of(text) }
    }

    fn range(&self) -> [f64; 2] {
        if self.right { [self.end, self.end + self.width] } else { [self.end - self.width, self.end] }
    }

    fn touches(&self, other: &Self, room: LabelRoom) -> bool {
        let [[a, b], [c, d]] = [self, other].map(Self::range);
        a < d + room.letter && c < b + room.letter && (self.middle - other.middle).abs() < room.line
    }
}

impl Chart {
    /// The labels of the series, each left of the end of its line: above it, or below a line that comes down to its end
    /// or ends at the top. Where a label would touch another one or lie on a line, its own too, it goes to the other side
    /// of its own line, or back along it; where it would stand across the y axis, it stands right of the end. Where other
    /// labels leave no place, there is none: two on each other can be read as neither.
    #[must_use]
    pub fn end_labels(&self, room: LabelRoom) -> Vec<EndLabel<'_>> {
        let mut placed: Vec<EndLabel<'_>> = Vec::new();
        for series in self.series.iter().filter(|s| !s.end_label.is_empty()) {
            let Some(last) = self.shares(series).last() else { continue };
            let spots = self.label_spots(series, last, room);
            let free =
                |spot: &&Spot| !placed.iter().any(|other| spot.touches(&self.spot_of(other, room), room));
            let clear = |spot: &&Spot| !self.is_crossed(spot, series, room);
            let best = spots.iter().find(|spot| free(spot) && clear(spot)).or(spots.iter().find(free));
            if let Some(Spot { point, below, right, .. }) = best {
                let text = &series.end_label;
                placed.push(EndLabel { at: *point, text, below: *below, right: *right });
            }
        }
        placed
    }

    /// The points of a series inside the plot, as shares of both axes, with the points themselves.
    fn shares<'a>(
        &self,
        series: &'a Series,
    ) -> impl DoubleEndedIterator<Item = ([f64; 2], [f64; 2])> + use<'a, '_> {
        let both = |p: &'a [f64; 2]| (self.share(p), *p);
        series.points.iter().map(both).filter(|(s, _)| s.iter().all(|s| (0.0..=1.0).contains(s)))
    }

    /// Where the label of a series could stand, best first.
    fn label_spots(&self, series: &Series, (last, end): ([f64; 2], [f64; 2]), room: LabelRoom) -> Vec<Spot> {
        let mut spots = Vec::new();
        let text = series.end_label.as_str();
        let width = room.width_of(text);
        for back in [0.0, 0.35, 0.6] {
            let until = |x: f64| self.shares(series).rev().find(move |(s, _)| s[0] <= x);
            let (at, point) =
                if back == 0.0 { (last, end) } else { until(last[0] - back).unwrap_or((last, end)) };
            let (before, _) = until(at[0] - APPROACH).unwrap_or((at, point));
            let falls = before[1] - at[1] > 0.5 * room.line;
            let (has_room, at_the_top) = (at[1] > room.line, 1.0 - at[1] < room.line);
            let below_first = has_room && (falls || at_the_top);
            let right = at[0] < width;
            for below in [below_first, !below_first] {
                if if below { has_room } else { !at_the_top || !has_room } {
                    spots.push(Spot::new(at, point, [below, right], text, room));
                }
            }
        }
        // Beside a line that leaves at the top, steeply.
        if 1.0 - last[1] < room.line && last[0] + width < 1.0 {
            spots.insert(spots.len().min(1), Spot::new(last, end, [true, true], text, room));
        }
        spots
    }

    fn spot_of(&self, label: &EndLabel<'_>, room: LabelRoom) -> Spot {
        Spot::new(self.share(&label.at), label.at, [label.below, label.right], label.text, room)
    }

    /// Whether a line, or a dot, lies in the place of a label; its own line may come nearer than others.
    fn is_crossed(&self, spot: &Spot, own: &Series, room: LabelRoom) -> bool {
        let [from, to] = spot.range();
        self.series.iter().any(|series| {
            let half = if std::ptr::eq(series, own) { 0.3 } else { 0.4 } * room.line;
            let [low, high] = [spot.middle - half, spot.middle + half];
            let within = |s: &[f64; 2]| (from..=to).contains(&s[0]) && (low..high).contains(&s[1]);
            let points: Vec<[f64; 2]> = series.points.iter().map(|p| self.share(p)).collect();
            let runs_through = |ends: &[[f64; 2]]| {
                let [a, b] = [ends[0], ends[1]];
                let (left, right) = (a[0].min(b[0]).max(from), a[0].max(b[0]).min(to));
                // Where the stretch is as it enters the label's range and as it leaves it.
                let height = |x: f64| a[1] + (b[1] - a[1]) * (x - a[0]) / (b[0] - a[0]);
                let [enters, leaves] =
                    if a[0] == b[0] { [a[1], b[1]] } else { [height(left), height(right)] };
                left <= right && enters.min(leaves) < high && enters.max(leaves) > low
            };
            let is_line = matches!(series.style, Style::Line { .. });
            points.iter().any(within) || is_line && points.windows(2).any(runs_through)
        })
    }

    /// A point in shares of both axes.
    fn share(&self, p: &[f64; 2]) -> [f64; 2] {
        let of = |axis: usize, [low, high]: [f64; 2]| (p[axis] - low) / (high - low);
        [of(0, self.x.range), of(1, self.y.range)]
    }

    /// Whether the label of a rule stands on its left: near the end of the axis there is no room on the right.
    #[must_use]
    pub fn rule_label_is_left(&self, rule: &Rule) -> bool {
        let [low, high] = self.x.range;
        rule.at > low + 0.75 * (high - low)
    }

    /// The height, in units of the y axis, where the label of a rule hides least: of a few places along it,
    /// the one farthest from every point that the label could lie on.
    #[must_use]
    pub fn rule_label_height(&self, rule: &Rule) -> f64 {
        /// Share of the x axis that a label covers.
        const WIDTH: f64 = 0.22;
        let [low, high] = self.y.range;
        let width = WIDTH * (self.x.range[1] - self.x.range[0]);
        let [before, after] = if self.rule_label_is_left(rule) { [1.0, 0.1] } else { [0.1, 1.0] };
        let covered = rule.at - before * width..=rule.at + after * width;
        let beside = |p: &&[f64; 2]| covered.contains(&p[0]);
        let share = |p: &[f64; 2]| (p[1] - low) / (high - low);
        let points: Vec<f64> =
            self.series.iter().flat_map(|s| s.points.iter().filter(beside)).map(share).collect();
        let clearance =
            |at: f64| points.iter().map(|p| (p - at).abs()).fold(f64::INFINITY, f64::min).min(0.12);
        let best = [0.95, 0.83, 0.7, 0.55, 0.4, 0.25, 0.1]
            .into_iter()
            .reduce(|best, at| if clearance(at) > clearance(best) + 1e-9 { at } else { best });
        low + best.unwrap_or(0.95) * (high - low)
    }
}

#[cfg(test)]
mod tests {
    use super::super::chart::Axis;
    use super::super::palette::Role;
    use super::*;

    /// A plot of the panel.
    const SMALL: LabelRoom = LabelRoom { letter: 0.018, line: 0.085 };

    /// A line through points, with a label.
    fn line(points: impl Iterator<Item = [f64; 2]>, label: &str) -> Series {
        Series {
            name: String::new(),
            role: Role::Text,
            style: Style::Line { width: 1.0, dash: None },
            points: points.collect(),
            spread: Vec::new(),
            end_label: label.into(),
        }
    }

    /// The same at one height, from 0 to 10.
    fn level(y: f64, label: &str) -> Series {
        line((0..=10).map(|x| [f64::from(x), y]), label)
    }

    /// The same through the origin, from 0 to 4.
    fn steep(slope: f64, label: &str) -> Series {
        line((0..=40).map(|x| 0.1 * f64::from(x)).map(|x| [x, slope * x]), label)
    }

    /// A chart from 0 to these ends of its axes.
    fn chart([x, y]: [f64; 2], series: Vec<Series>) -> Chart {
        Chart {
            title: String::new(),
            x: Axis::round("x", [0.0, x], 5),
            y: Axis::round("y", [0.0, y], 5),
            series,
            markers: Vec::new(),
            rules: Vec::new(),
            notes: Vec::new(),
        }
    }

    #[test]
    fn labels_of_lines_that_end_together_do_not_touch() {
        let dots = |y: f64, label: &str| Series { style: Style::Dots(1.0), ..level(y, label) };
        let places = |[upper, lower]: [f64; 2]| {
            let chart = chart([10.0, 10.0], vec![dots(upper, "upper"), dots(lower, "lower")]);
            chart.end_labels(SMALL).iter().map(|l| (l.at[0], l.below)).collect::<Vec<_>>()
        };
        assert_eq!(places([8.0, 4.0]), [(10.0, false), (10.0, false)]);
        assert_eq!(places([4.5, 4.0]), [(10.0, false), (10.0, true)]);
        assert_eq!(places([0.9, 0.5]), [(10.0, false), (6.0, false)]);
    }

    #[test]
    fn a_label_between_two_lines_that_end_together_stands_on_neither() {
        // As c = ½ and the curve of one layer end: at 0.12 and 0.13 of the axis.
        let lines = vec![level(2.2, "c = 1"), level(1.2, "c = ½"), level(1.3, "one layer")];
        let chart = chart([10.0, 10.0], lines);
        let below: Vec<bool> = chart.end_labels(SMALL).iter().map(|label| label.below).collect();
        assert_eq!(below, [false, true, false]);
    }

    /// In a plot of 80 points "c = 1" and "c = ½" once lay on each other: their height was taken for that in a higher one.
    #[test]
    fn in_a_low_plot_labels_keep_their_distance() {
        let chart = chart([10.0, 10.0], vec![level(2.2, "c = 1"), level(1.2, "c = ½")]);
        assert_eq!(chart.end_labels(SMALL).len(), 2);
        let low = LabelRoom::in_area([220.0, 80.0]);
        let labels = chart.end_labels(low);
        let heights: Vec<f64> =
            labels.iter().map(|l| 8.0 * l.at[1] + if l.below { -7.0 } else { 7.0 }).collect();
        let apart = |pair: &[f64]| (pair[0] - pair[1]).abs() >= LabelRoom::LINE;
        let beside = labels.windows(2).any(|l| (l[0].at[0] - l[1].at[0]).abs() > 3.0);
        assert!(heights.windows(2).all(apart) || beside, "{labels:?}");
    }

    #[test]
    fn the_label_of_a_line_that_leaves_the_plot_near_its_axis_is_not_cut_off_there() {
        // As |A| ln 2 and c = 1 where S_A stays below 1.1 nats.
        let chart = chart([4.0, 1.0], vec![steep(9.0, "|A| ln 2"), steep(0.4, "c = 1")]);
        let labels = chart.end_labels(SMALL);
        assert!(labels[0].right && labels[0].below && labels[0].at[0] < 0.2, "{labels:?}");
        assert!(
            labels[1].right && labels[1].below,
            "beside its own line, which leaves at the top: {labels:?}"
        );
        let crossed = |(label, own): (&EndLabel<'_>, &Series)| {
            chart.is_crossed(&chart.spot_of(label, SMALL), own, SMALL)
        };
        assert!(!labels.iter().zip(&chart.series).any(crossed), "{labels:?}");
    }

    #[test]
    fn steep_lines_side_by_side_have_no_labels_on_each_other() {
        let lines = (0..6).map(|k| steep(9.0 - 0.3 * f64::from(k), "|A| ln 2")).collect();
        let chart = chart([4.0, 1.0], lines);
        let labels = chart.end_labels(SMALL);
        assert!(!labels.is_empty() && labels.len() < 6, "one place has no six labels: {labels:?}");
        let spots: Vec<Spot> = labels.iter().map(|label| chart.spot_of(label, SMALL)).collect();
        let touching = |(k, spot): (usize, &Spot)| spots[..k].iter().any(|other| spot.touches(other, SMALL));
        assert!(!spots.iter().enumerate().any(touching), "{labels:?}");
    }

    #[test]
    fn the_label_of_a_line_that_comes_down_does_not_lie_on_it() {
        let below = |slope: f64| {
            let points = (0..=10).map(|x| [f64::from(x), 5.0 + slope * f64::from(x - 10)]);
            chart([10.0, 10.0], vec![line(points, "falls")]).end_labels(SMALL)[0].below
        };
        assert_eq!([-0.5, -0.1, 0.0, 0.5].map(below), [true, false, false, false]);
    }
}
