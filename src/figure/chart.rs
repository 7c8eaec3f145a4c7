//! A plot as data: axes with ticks chosen by us, series with roles. Window and files draw the same one.

use super::chart_labels::LabelRoom;
use super::page::{Anchor, Face, Figure, Mark, Paint, Place, Stroke};
use super::palette::Role;

/// A tick of an axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// Where.
    pub at: f64,
    /// What stands there.
    pub label: String,
}

/// An axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// Symbol and unit, such as `S_A (nats)`.
    pub label: String,
    /// First and last value shown.
    pub range: [f64; 2],
    /// Ticks, ascending.
    pub ticks: Vec<Tick>,
}

impl Axis {
    /// An axis over a range with about `count` round ticks.
    #[must_use]
    pub fn round(label: impl Into<String>, range: [f64; 2], count: usize) -> Self {
        Self { label: label.into(), range, ticks: round_ticks(range, count) }
    }
}

/// How a series is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Style {
    /// Dots of this radius.
    Dots(f32),
    /// A line.
    Line {
        /// Width in points.
        width: f32,
        /// Dash and gap.
        dash: Option<[f32; 2]>,
    },
    /// Bars of this width, in units of the x axis, with their tops at the points.
    Bars {
        /// Width.
        width: f64,
    },
    /// A map: a coloured cell around every point, its value in [`Series::spread`].
    Cells {
        /// Width and height in units of the axes.
        size: [f64; 2],
        /// Values of the first and the last colour.
        range: [f64; 2],
    },
}

/// A series of points.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Name for tooltips and tables.
    pub name: String,
    /// Colour.
    pub role: Role,
    /// Dots or line.
    pub style: Style,
    /// `[x, y]`, in order.
    pub points: Vec<[f64; 2]>,
    /// Half-length of a vertical error bar at each point, NaN where it has none; empty for none. Of [`Style::Bars`], their heights; of
    /// [`Style::Cells`], their values.
    pub spread: Vec<f64>,
    /// Label at the last point that is in range; empty for none.
    pub end_label: String,
}

impl Series {
    /// Lower left and upper right corner of every bar; nothing for other styles.
    #[must_use]
    pub fn bars(&self) -> Vec<[[f64; 2]; 2]> {
        let Style::Bars { width } = self.style else { return Vec::new() };
        let corners = |([x, top], height): (&[f64; 2], &f64)| {
            [[x - 0.5 * width, top - height], [x + 0.5 * width, *top]]
        };
        self.points.iter().zip(&self.spread).map(corners).collect()
    }

    /// Lower left and upper right corner of every cell of a map, and its colour; nothing for other styles.
    #[must_use]
    pub fn cells(&self) -> Vec<([[f64; 2]; 2], Role)> {
        let Style::Cells { size: [width, height], range: [low, high] } = self.style else {
            return Vec::new();
        };
        let cell = |([x, y], value): (&[f64; 2], &f64)| {
            let corners = [[x - 0.5 * width, y - 0.5 * height], [x + 0.5 * width, y + 0.5 * height]];
            (corners, Role::Layer(((value - low) / (high - low)).clamp(0.0, 1.0) as f32))
        };
        self.points.iter().zip(&self.spread).map(cell).collect()
    }
}

/// A single emphasised point: the present selection.
#[derive(Clone, Debug, PartialEq)]
pub struct Marker {
    /// Where.
    pub at: [f64; 2],
    /// Colour.
    pub role: Role,
    /// Name.
    pub name: String,
}

/// A vertical rule with its label.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// Where on the x axis.
    pub at: f64,
    /// What it says.
    pub label: String,
}

/// A plot.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    /// Heading.
    pub title: String,
    /// Horizontal axis.
    pub x: Axis,
    /// Vertical axis.
    pub y: Axis,
    /// Series, lowest first.
    pub series: Vec<Series>,
    /// Emphasised points.
    pub markers: Vec<Marker>,
    /// Vertical rules.
    pub rules: Vec<Rule>,
    /// Lines of text under the plot: fit, window, warnings.
    pub notes: Vec<String>,
}

/// Up to about `count` ticks at multiples of 1, 2 or 5 times a power of ten.
#[must_use]
pub fn round_ticks(range: [f64; 2], count: usize) -> Vec<Tick> {
    let span = range[1] - range[0];
    if !(span > 0.0 && span.is_finite()) {
        return Vec::new();
    }
    let rough = span / count.max(1) as f64;
    let power = 10_f64.powf(rough.log10().floor());
    let step =
        [1.0, 2.0, 5.0, 10.0].into_iter().map(|m| m * power).find(|s| *s >= rough * 0.999).unwrap_or(rough);
    let decimals = (-(step.log10() + 1e-9).floor()).max(0.0) as usize;
    let first = (range[0] / step - 1e-9).ceil() as i64;
    let last = (range[1] / step + 1e-9).floor() as i64;
    (first..=last)
        .map(|i| {
            let at = i as f64 * step;
            Tick { at, label: true_minus(&format!("{:.*}", decimals, if i == 0 { 0.0 } else { at })) }
        })
        .collect()
}

/// A number with four significant digits, true minus sign and no needless zeros.
#[must_use]
pub fn four_digits(x: f64) -> String {
    if !x.is_finite() {
        return if x.is_nan() { "–".into() } else { true_minus(if x > 0.0 { "∞" } else { "-∞" }) };
    }
    if x == 0.0 {
        return "0".into();
    }
    let magnitude = x.abs().log10().floor() as i32;
    if !(-4..6).contains(&magnitude) {
        return true_minus(&format!("{x:.3e}"));
    }
    let decimals = (3 - magnitude).clamp(0, 8) as usize;
    true_minus(&format!("{x:.decimals$}"))
}

/// A value with its error, both to the error's first two digits; rounding dust is zero. Alone where the error is not
/// known (NaN).
#[must_use]
pub fn with_error(value: f64, error: f64) -> String {
    let dust = |x: f64| if x.abs() < 1e-9 { 0.0 } else { x };
    let (value, error) = (dust(value), dust(error));
    if error.is_nan() || error <= 0.0 {
        return four_digits(value);
    }
    let decimals = (1.0 - error.log10().floor()).clamp(0.0, 6.0) as usize;
    format!("{value:.decimals$} ± {error:.decimals$}").replace('-', "−")
}

/// A value with its standard error in units of its last digits, `0.9841(77)`; rounding dust is zero.
#[must_use]
pub fn with_error_in_brackets(value: f64, error: f64) -> String {
    if !(error > 1e-12 && error.is_finite()) {
        return four_digits(value);
    }
    let decimals = (1.0 - error.log10().floor()).clamp(0.0, 12.0) as usize;
    let digits = (error * 10_f64.powi(decimals as i32)).round();
    true_minus(&format!("{value:.decimals$}({digits})"))
}

/// Digits in groups of three, set apart by thin spaces.
#[must_use]
pub fn grouped(n: u64) -> String {
    let digits = n.to_string();
    if digits.len() < 5 {
        return digits;
    }
    let mut out = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push('\u{2009}');
        }
        out.push(c);
    }
    out
}

fn true_minus(text: &str) -> String {
    text.replace('-', "−")
}

/// Room for axes around the plotting area, in points: left, top, right, bottom.
const MARGIN: [f32; 4] = [62.0, 36.0, 18.0, 44.0];
/// Size of tick labels.
const LABEL: f32 = 11.5;

impl Chart {
    /// The plot as a picture of this size, for files.
    #[must_use]
    pub fn draw(&self, width: f32, height: f32) -> Figure {
        let mut page = Figure::new(width, height);
        let notes = 16.0 * self.notes.len() as f32;
        let area = Area {
            left: MARGIN[0],
            top: MARGIN[1],
            right: (width - MARGIN[2]).max(MARGIN[0]),
            // A page without room for axes still has a plot, of no height.
            bottom: (height - MARGIN[3] - notes).max(MARGIN[1]),
            x: self.x.range,
            y: self.y.range,
        };
        page.marks.push(Mark::Area {
            outline: vec![[0.0, 0.0], [width, 0.0], [width, height], [0.0, height]],
            paint: Paint::of(Role::Canvas),
        });
        page.styled_text([MARGIN[0], 18.0], &self.title, 14.0, Face::SemiBold, Role::Text, Anchor::Start);
        self.draw_axes(&mut page, &area);
        for rule in &self.rules {
            let x = area.x_of(rule.at);
            let stroke = Stroke::solid(Paint::of(Role::Secondary), 1.0);
            page.line(vec![[x, area.top], [x, area.bottom]], stroke);
            let left = self.rule_label_is_left(rule);
            let (at, anchor) = if left { (x - 4.0, Anchor::End) } else { (x + 4.0, Anchor::Start) };
            page.text(
                [at, area.y_of(self.rule_label_height(rule))],
                &rule.label,
                LABEL,
                Role::Secondary,
                anchor,
            );
        }
        for series in &self.series {
            draw_series(&mut page, &area, series);
        }
        let size = [area.right - area.left, area.bottom - area.top].map(f64::from);
        for label in self.end_labels(LabelRoom::in_area(size)) {
            let [x, y] = area.place(label.at);
            let y = if label.below { y + 10.0 } else { y - 9.0 };
            let (x, anchor) = if label.right { (x + 4.0, Anchor::Start) } else { (x - 4.0, Anchor::End) };
            page.text([x, y], label.text, LABEL, Role::Secondary, anchor);
        }
        for marker in &self.markers {
            if let Some(at) = area.inside(marker.at) {
                let rim = Some(Stroke::solid(Paint::of(Role::Canvas), 1.5));
                page.marks.push(Mark::Disc {
                    centre: at,
                    radius: 6.0,
                    fill: Some(Paint::of(marker.role)),
                    rim,
                });
            }
        }
        for (i, note) in self.notes.iter().enumerate() {
            let y = height - notes + 16.0 * i as f32 + 2.0;
            page.text([MARGIN[0], y], note, LABEL, Role::Secondary, Anchor::Start);
        }
        page
    }

    fn draw_axes(&self, page: &mut Figure, area: &Area) {
        let hairline = Stroke::solid(Paint::at(Role::Hairline, 0.7), 0.75);
        for tick in &self.x.ticks {
            let x = area.x_of(tick.at);
            page.line(vec![[x, area.top], [x, area.bottom]], hairline);
            page.text([x, area.bottom + 12.0], &tick.label, LABEL, Role::Secondary, Anchor::Middle);
        }
        for tick in &self.y.ticks {
            let y = area.y_of(tick.at);
            page.line(vec![[area.left, y], [area.right, y]], hairline);
            page.text([area.left - 6.0, y], &tick.label, LABEL, Role::Secondary, Anchor::End);
        }
        let axis = Stroke::solid(Paint::of(Role::Outline), 1.0);
        page.line(vec![[area.left, area.top], [area.left, area.bottom], [area.right, area.bottom]], axis);
        let middle = 0.5 * (area.left + area.right);
        page.text([middle, area.bottom + 30.0], &self.x.label, LABEL, Role::Text, Anchor::Middle);
        page.marks.push(Mark::Text {
            at: [14.0, 0.5 * (area.top + area.bottom)],
            text: self.y.label.clone(),
            size: LABEL,
            face: Face::Regular,
            paint: Paint::of(Role::Text),
            anchor: Anchor::Middle,
            angle: std::f32::consts::FRAC_PI_2,
        });
    }
}

fn draw_series(page: &mut Figure, area: &Area, series: &Series) {
    if let Style::Bars { .. } = series.style {
        for [[left, bottom], [right, top]] in series.bars() {
            let (left, right) = (area.x_of(left), area.x_of(right));
            let (top, bottom) = (area.y_of(top).max(area.top), area.y_of(bottom));
            let outline = vec![[left, bottom], [right, bottom], [right, top], [left, top]];
            page.marks.push(Mark::Area { outline, paint: Paint::of(series.role) });
        }
        return;
    }
    if let Style::Cells { .. } = series.style {
        for ([[left, bottom], [right, top]], role) in series.cells() {
            let x = [left, right].map(|x| area.x_of(x).clamp(area.left, area.right));
            let y = [bottom, top].map(|y| area.y_of(y).clamp(area.top, area.bottom));
            let outline = vec![[x[0], y[0]], [x[1], y[0]], [x[1], y[1]], [x[0], y[1]]];
            page.marks.push(Mark::Area { outline, paint: Paint::of(role) });
        }
        return;
    }
    for (point, spread) in series.points.iter().zip(&series.spread).filter(|(_, spread)| spread.is_finite()) {
        if let Some([x, _]) = area.inside(*point) {
            let ends =
                [point[1] - spread, point[1] + spread].map(|y| area.y_of(y).clamp(area.top, area.bottom));
            page.line(vec![[x, ends[0]], [x, ends[1]]], Stroke::solid(Paint::at(series.role, 0.5), 1.0));
        }
    }
    match series.style {
        Style::Dots(radius) => {
            for at in series.points.iter().filter_map(|p| area.inside(*p)) {
                page.dot(at, radius, Paint::of(series.role));
            }
        }
        Style::Line { width, dash } => {
            let stroke = Stroke { paint: Paint::of(series.role), width, dash };
            for pair in clipped_runs(&series.points, area) {
                page.line(pair, stroke);
            }
        }
        Style::Bars { .. } | Style::Cells { .. } => {}
    }
}

/// The parts of a polyline within the vertical range, cut exactly at its edges.
fn clipped_runs(points: &[[f64; 2]], area: &Area) -> Vec<Vec<Place>> {
    let mut runs: Vec<Vec<Place>> = Vec::new();
    let mut open = false;
    for pair in points.windows(2) {
        let Some([from, to]) = clip(pair[0], pair[1], area.x, area.y) else {
            open = false;
            continue;
        };
        match runs.last_mut() {
            Some(run) if open => run.push(area.place(to)),
            _ => runs.push(vec![area.place(from), area.place(to)]),
        }
        open = to == pair[1];
    }
    runs
}

/// Liang and Barsky's clipping of a segment to a rectangle.
pub(super) fn clip(from: [f64; 2], to: [f64; 2], x: [f64; 2], y: [f64; 2]) -> Option<[[f64; 2]; 2]> {
    let step = [to[0] - from[0], to[1] - from[1]];
    let (mut enter, mut leave) = (0.0_f64, 1.0_f64);
    for (axis, range) in [x, y].into_iter().enumerate() {
        for (towards, distance) in [(-step[axis], from[axis] - range[0]), (step[axis], range[1] - from[axis])]
        {
            if towards == 0.0 {
                if distance < 0.0 {
                    return None;
                }
            } else if towards < 0.0 {
                enter = enter.max(distance / towards);
            } else {
                leave = leave.min(distance / towards);
            }
        }
    }
    if enter > leave {
        return None;
    }
    let at = |t: f64| if t == 1.0 { to } else { [from[0] + t * step[0], from[1] + t * step[1]] };
    Some([at(enter), at(leave)])
}

struct Area {
    left: f32,
    top: f32,
    right: f32,
    bottom: f32,
    x: [f64; 2],
    y: [f64; 2],
}

impl Area {
    fn x_of(&self, x: f64) -> f32 {
        self.left + ((x - self.x[0]) / (self.x[1] - self.x[0])) as f32 * (self.right - self.left)
    }

    fn y_of(&self, y: f64) -> f32 {
        self.bottom - ((y - self.y[0]) / (self.y[1] - self.y[0])) as f32 * (self.bottom - self.top)
    }

    fn place(&self, [x, y]: [f64; 2]) -> Place {
        [self.x_of(x), self.y_of(y)]
    }

    fn inside(&self, point: [f64; 2]) -> Option<Place> {
        let within = |v: f64, r: [f64; 2]| v >= r[0] && v <= r[1];
        (within(point[0], self.x) && within(point[1], self.y)).then(|| self.place(point))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_inside() {
        let labels = |range, n| round_ticks(range, n).into_iter().map(|t| t.label).collect::<Vec<_>>();
        assert_eq!(labels([0.0, 10.0], 5), ["0", "2", "4", "6", "8", "10"]);
        assert_eq!(labels([-0.1, 0.25], 4), ["−0.1", "0.0", "0.1", "0.2"]);
        assert!(labels([1.0, 1.0], 4).is_empty());
    }

    #[test]
    fn numbers_have_four_digits_and_a_true_minus() {
        assert_eq!(four_digits(0.231_049), "0.2310");
        assert_eq!(four_digits(-12.3456), "−12.35");
        assert_eq!(four_digits(123_456.0), "123456");
        assert_eq!(four_digits(1e-9), "1.000e−9");
        assert_eq!(four_digits(f64::INFINITY), "∞");
        assert_eq!(grouped(1_048_576), "1\u{2009}048\u{2009}576");
        assert_eq!(grouped(4096), "4096");
        assert_eq!(with_error_in_brackets(-0.984_012, 0.000_77), "−0.98401(77)");
        assert_eq!(with_error_in_brackets(12.345, 0.25), "12.35(25)");
        assert_eq!(with_error_in_brackets(0.5, 0.0), "0.5000");
    }

    #[test]
    fn a_line_that_leaves_the_plot_is_cut_at_its_edge() {
        let [from, to] = clip([0.0, 0.0], [2.0, 4.0], [0.0, 2.0], [1.0, 3.0]).unwrap();
        assert_eq!((from, to), ([0.5, 1.0], [1.5, 3.0]));
        assert_eq!(clip([0.0, 5.0], [2.0, 4.0], [0.0, 2.0], [1.0, 3.0]), None);
    }
}
