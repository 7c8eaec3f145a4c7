//! What a hand does at the canvas, and what an eye reads off the window.

use crate::window::{Window, desk, name_of, names};
use egui::accesskit::Role;
use egui::{Pos2, Rect, Shape, vec2};
use egui_kittest::kittest::Queryable;
use holoscope::desk::picture;
use holoscope::figure::camera::Frame;
use holoscope::holography::RegionAnswer;

/// The cut of region A.
pub fn answer(window: &Window) -> RegionAnswer {
    desk(window).answer.as_ref().unwrap().regions[0].clone()
}

/// What the canvas of the bulk is called, and where it lies.
pub fn canvas(window: &Window) -> (String, Rect) {
    let mut found: Vec<(String, Rect)> = window
        .query_all_by_role(Role::Canvas)
        .map(|node| (name_of(&node), node.rect()))
        .filter(|(name, _)| name.starts_with("Bulk of"))
        .collect();
    assert_eq!(found.len(), 1, "one canvas with the name of the bulk");
    found.remove(0)
}

/// Where the boundary stands on the screen at an abscissa.
pub fn rim(window: &Window, x: f64) -> Pos2 {
    outside(window, x, 0.0)
}

/// The same, some points outside the boundary.
pub fn outside(window: &Window, x: f64, distance: f64) -> Pos2 {
    let (_, rect) = canvas(window);
    let desk = desk(window);
    let p = picture::projection(&desk.document, desk.camera, Frame::page(rect.width(), rect.height()));
    let [px, py] = p.outside(x, distance);
    rect.min + vec2(px, py)
}

/// Presses at one place of the rim and moves to another in small steps, without letting go.
pub fn drag_along_rim(window: &mut Window, from: f64, to: f64) {
    let start = rim(window, from);
    window.hover_at(start);
    window.drag_at(start);
    for i in 1..=8 {
        window.hover_at(rim(window, from + (to - from) * f64::from(i) / 8.0));
    }
    window.step();
}

/// Lets go of what was pressed, at a place of the rim.
pub fn let_go(window: &mut Window, x: f64) {
    window.drop_at(rim(window, x));
    window.step();
}

/// Region A as it is written.
pub fn region(window: &Window) -> String {
    desk(window).document.regions.a.to_string()
}

/// The one line that tells the entropy of A.
pub fn readout(window: &Window) -> String {
    let found: Vec<String> =
        names(window, Role::Label).into_iter().filter(|n| n.starts_with("S_A = ")).collect();
    assert_eq!(found.len(), 1, "one readout: {found:?}");
    found[0].clone()
}

/// Everything that is written on the screen, and where.
pub fn painted(window: &Window) -> Vec<(String, Rect)> {
    fn collect(shape: &Shape, texts: &mut Vec<(String, Rect)>) {
        match shape {
            Shape::Vec(shapes) => shapes.iter().for_each(|s| collect(s, texts)),
            Shape::Text(text) => {
                // A galley knows the words that it left out; what is seen are its rows.
                let rows: Vec<String> = text.galley.rows.iter().map(|row| row.text()).collect();
                texts.push((rows.join("\n"), text.galley.rect.translate(text.pos.to_vec2())));
            }
            _ => {}
        }
    }
    let mut texts = Vec::new();
    window.output().shapes.iter().for_each(|s| collect(&s.shape, &mut texts));
    texts
}

/// The words alone.
pub fn painted_texts(window: &Window) -> Vec<String> {
    painted(window).into_iter().map(|(text, _)| text).collect()
}
