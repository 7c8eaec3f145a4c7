//! A figure as SVG.

use crate::figure::fonts;
use crate::figure::page::{Anchor, Face, Figure, Level, Mark, Paint, Place, Stroke, runs};
use crate::figure::palette::{Rgb, Role, Theme};
use std::fmt::Write as _;
use svg::node::element as e;

/// The figure as an SVG document, one unit a point. `background` paints the canvas first.
///
/// Text stays text, in IBM Plex Sans with DejaVu Sans for mathematics. Coordinates are rounded to a
/// hundredth of a point, which no eye and no printer sees.
#[must_use]
pub fn svg(figure: &Figure, theme: Theme, title: &str, background: bool) -> String {
    let mut document = svg::Document::new()
        .set("width", number(figure.width))
        .set("height", number(figure.height))
        .set("viewBox", format!("0 0 {} {}", number(figure.width), number(figure.height)))
        .add(e::Title::new(title))
        .add(e::Description::new().add(svg::node::Text::new(env!("HOLOSCOPE_PROGRAM"))));
    if background {
        document = document.add(
            e::Rectangle::new()
                .set("width", number(figure.width))
                .set("height", number(figure.height))
                .set("fill", hex(theme.color(Role::Canvas))),
        );
    }
    let families = format!("{}, {}, sans-serif", quoted(fonts::FAMILY), quoted(fonts::MATHEMATICS_FAMILY));
    let mut group = e::Group::new()
        .set("font-family", families)
        .set("stroke-linecap", "round")
        .set("stroke-linejoin", "round");
    for mark in &figure.marks {
        group = match mark {
            Mark::Strip { one, other, paint } => {
                let mut data = String::new();
                add_path(&mut data, one.iter().chain(other.iter().rev()), true);
                group.add(filled(e::Path::new().set("d", data), *paint, theme))
            }
            Mark::Strips { rungs, paint } => {
                let mut data = String::with_capacity(ROOM * rungs.place_count());
                for strip in rungs.shown() {
                    let sides = [strip.iter().step_by(2), strip[1..].iter().step_by(2)];
                    let [one, other] = sides;
                    add_path(&mut data, one.chain(other.rev()), true);
                }
                group.add(filled(e::Path::new().set("d", data), *paint, theme))
            }
            Mark::Area { outline, paint } => {
                let mut data = String::new();
                add_path(&mut data, outline, true);
                group.add(filled(e::Path::new().set("d", data), *paint, theme))
            }
            Mark::Line { points, stroke, closed } => {
                let mut data = String::new();
                add_path(&mut data, points, *closed);
                group.add(stroked(e::Path::new().set("d", data).set("fill", "none"), *stroke, theme))
            }
            Mark::Lines { lines, stroke } => {
                let mut data = String::with_capacity(ROOM * lines.place_count());
                lines.shown().for_each(|line| add_path(&mut data, line, false));
                group.add(stroked(e::Path::new().set("d", data).set("fill", "none"), *stroke, theme))
            }
            Mark::Disc { centre, radius, fill, rim } => {
                group.add(inked(circle(*centre, *radius), *fill, *rim, theme))
            }
            Mark::Discs { centres, radius, fill, rim } => {
                let circles = centres.iter().fold(e::Group::new(), |g, at| g.add(circle(*at, *radius)));
                group.add(inked(circles, *fill, *rim, theme))
            }
            Mark::Text { at, text, size, face, paint, anchor, angle } => {
                group.add(label(*at, text, *size, *face, *paint, *anchor, *angle, theme))
            }
        };
    }
    document.add(group).to_string()
}

#[expect(clippy::too_many_arguments, reason = "they are the fields of one mark")]
fn label(
    at: Place,
    text: &str,
    size: f32,
    face: Face,
    paint: Paint,
    anchor: Anchor,
    angle: f32,
    theme: Theme,
) -> e::Text {
    // 0.35 em below the middle is the baseline that centres digits and capitals of Plex.
    let mut label = e::Text::new("")
        .set("x", number(at[0]))
        .set("y", number(at[1]))
        .set("dy", "0.35em")
        .set("font-size", number(size));
    // Each run moves from the baseline of the one before it.
    let mut dropped = 0.0;
    // Written by hand: elements of the `svg` crate stand on lines of their own, and the line's end would be a space.
    let mut spans = String::new();
    for run in runs(text) {
        spans.push_str("<tspan");
        if run.level.drop() != dropped {
            spans += &format!(" dy=\"{}\"", number((run.level.drop() - dropped) * size));
            dropped = run.level.drop();
        }
        if run.level != Level::Line {
            spans += &format!(" font-size=\"{}\"", number(run.level.size() * size));
        }
        spans += &format!(">{}</tspan>", escaped(run.text));
    }
    label = label.add(svg::node::Blob::new(spans));
    label = match face {
        Face::Regular => label,
        Face::Italic => label.set("font-style", "italic"),
        Face::SemiBold => label.set("font-weight", "600"),
    };
    label = match anchor {
        Anchor::Start => label,
        Anchor::Middle => label.set("text-anchor", "middle"),
        Anchor::End => label.set("text-anchor", "end"),
    };
    if angle != 0.0 {
        let degrees = -angle.to_degrees();
        label = label.set("transform", format!("rotate({degrees:.2} {} {})", number(at[0]), number(at[1])));
    }
    filled(label, paint, theme)
}

/// What can be filled or stroked: every element of the `svg` crate takes attributes alike.
trait Attributes: Sized {
    fn with(self, name: &str, value: String) -> Self;
}

macro_rules! attributes {
    ($($element:ty),+) => {
        $(impl Attributes for $element {
            fn with(self, name: &str, value: String) -> Self { self.set(name, value) }
        })+
    };
}
attributes!(e::Path, e::Circle, e::Group, e::Text);

fn filled<E: Attributes>(element: E, paint: Paint, theme: Theme) -> E {
    let element = element.with("fill", hex(theme.color(paint.role)));
    if paint.opacity < 1.0 { element.with("fill-opacity", opacity(paint.opacity)) } else { element }
}

fn stroked<E: Attributes>(element: E, stroke: Stroke, theme: Theme) -> E {
    let mut element = element
        .with("stroke", hex(theme.color(stroke.paint.role)))
        .with("stroke-width", number(stroke.width));
    if stroke.paint.opacity < 1.0 {
        element = element.with("stroke-opacity", opacity(stroke.paint.opacity));
    }
    if let Some([dash, gap]) = stroke.dash {
        element = element
            .with("stroke-dasharray", format!("{} {}", number(dash), number(gap)))
            .with("stroke-linecap", "butt".into());
    }
    element
}

fn circle(centre: Place, radius: f32) -> e::Circle {
    e::Circle::new().set("cx", number(centre[0])).set("cy", number(centre[1])).set("r", number(radius))
}

/// Fill and rim of a disc, or of a group of them.
fn inked<E: Attributes>(element: E, fill: Option<Paint>, rim: Option<Stroke>, theme: Theme) -> E {
    let element = match fill {
        Some(paint) => filled(element, paint, theme),
        None => element.with("fill", "none".into()),
    };
    match rim {
        Some(stroke) => stroked(element, stroke, theme),
        None => element,
    }
}

/// About so many characters a corner takes in a path.
const ROOM: usize = 14;

/// Adds a line through places to the data of a path.
fn add_path<'a>(data: &mut String, places: impl IntoIterator<Item = &'a Place>, closed: bool) {
    for (i, p) in places.into_iter().enumerate() {
        data.push(if i == 0 { 'M' } else { 'L' });
        add_number(data, p[0]);
        data.push(' ');
        add_number(data, p[1]);
    }
    if closed {
        data.push('Z');
    }
}

/// A number rounded to hundredths.
fn number(x: f32) -> String {
    let mut text = String::new();
    add_number(&mut text, x);
    text
}

/// Adds a number rounded to hundredths. Figures have tens of thousands of them: written as an integer, which is
/// many times as fast as a formatted float.
fn add_number(text: &mut String, x: f32) {
    let hundredths = (f64::from(x) * 100.0).round() as i64;
    if hundredths < 0 {
        text.push('-');
    }
    let (whole, rest) = (hundredths.unsigned_abs() / 100, hundredths.unsigned_abs() % 100);
    let _infallible = match (rest, rest % 10) {
        (0, _) => write!(text, "{whole}"),
        (_, 0) => write!(text, "{whole}.{}", rest / 10),
        _ => write!(text, "{whole}.{rest:02}"),
    };
}

fn opacity(x: f32) -> String {
    format!("{:.3}", x.clamp(0.0, 1.0))
}

fn hex(Rgb(r, g, b): Rgb) -> String {
    format!("#{r:02X}{g:02X}{b:02X}")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn quoted(family: &str) -> String {
    format!("'{family}'")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_space_stands_before_a_subscript_or_a_superscript() {
        let mut f = Figure::new(100.0, 50.0);
        f.text([50.0, 20.0], "S_A of c_eff", 10.0, Role::Text, Anchor::Middle);
        let text = svg(&f, Theme::Dark, "", false);
        let spans = "<tspan>S</tspan><tspan dy=\"2.2\" font-size=\"7.4\">A</tspan><tspan dy=\"-2.2\"> of c</tspan><tspan dy=\"2.2\"";
        assert!(text.contains(spans), "{text}");
        f.text([50.0, 20.0], "x_i e^T", 10.0, Role::Text, Anchor::Middle);
        let text = svg(&f, Theme::Dark, "", false);
        let spans = "<tspan dy=\"2.2\" font-size=\"7.4\">i</tspan><tspan dy=\"-2.2\"> e</tspan><tspan dy=\"-3.6\" font-size=\"7.4\">T</tspan>";
        assert!(text.contains(spans), "{text}");
    }

    #[test]
    fn numbers_are_rounded_to_hundredths_and_carry_no_noughts() {
        for (x, text) in
            [(0.0, "0"), (-0.001, "0"), (-3.5, "-3.5"), (7.25, "7.25"), (12.0, "12"), (-0.05, "-0.05")]
        {
            assert_eq!(number(x), text);
        }
        // Against the formatter, wherever no tie is near.
        for i in 0..2000 {
            let x = (i as f32 - 1000.0) * 1.370_3;
            let text = format!("{x:.2}");
            let text = text.trim_end_matches('0').trim_end_matches('.');
            assert_eq!(number(x), if text == "-0" { "0" } else { text });
        }
    }

    #[test]
    fn bundles_are_one_element_and_leave_out_what_is_hidden() {
        let mut f = Figure::new(100.0, 50.0);
        let mut lines = f.bundle();
        for x in [1.0, 2.0, 3.0] {
            lines.add([[x, 0.0], [x, 9.0]]);
        }
        lines.hide_only([1]);
        f.lines(lines, Stroke::solid(Paint::of(Role::Outline), 1.0));
        let mut rungs = f.bundle();
        rungs.add([[0.0, 0.0], [0.0, 5.0], [4.0, 0.0], [4.0, 5.0]]);
        f.strips(rungs, Paint::of(Role::Panel));
        f.discs(vec![[7.0, 7.0], [8.0, 7.0]], 1.5, Some(Paint::of(Role::Text)), None);
        let text = svg(&f, Theme::Dark, "", false);
        for part in ["\"M1 0L1 9M3 0L3 9\"", "\"M0 0L4 0L4 5L0 5Z\""] {
            assert!(text.contains(part), "{part} in {text}");
        }
        assert_eq!((text.matches("<circle").count(), text.matches("<path").count()), (2, 2));
    }

    #[test]
    fn every_mark_reaches_the_file() {
        let mut f = Figure::new(100.0, 50.0);
        f.line(vec![[0.0, 0.0], [10.0, 10.5]], Stroke::dashed(Paint::of(Role::Text), 1.5, 5.0, 4.0));
        f.dot([5.0, 5.0], 2.0, Paint::at(Role::CurveCore, 0.5));
        f.text([50.0, 20.0], "S < 2 & K′", 13.0, Role::Text, Anchor::Middle);
        f.marks.push(Mark::Area {
            outline: vec![[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]],
            paint: Paint::of(Role::Panel),
        });
        let text = svg(&f, Theme::Dark, "a title", true);
        for part in [
            "<path",
            "stroke-dasharray=\"5 4\"",
            "<circle",
            "fill-opacity=\"0.500\"",
            "S &lt; 2 &amp; K′",
            "a title",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
        assert_eq!(svg(&f, Theme::Dark, "a title", true), text);
    }
}
