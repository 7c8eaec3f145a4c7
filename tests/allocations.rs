//! How much memory the picture of the bulk asks for from frame to frame, with everything laid over it.

#![cfg(feature = "gui")]
#![expect(clippy::unwrap_used, reason = "a failing test is what an unwrap here means")]
#![allow(clippy::print_stdout, reason = "measured numbers")]

mod scene;

use egui::{FontDefinitions, FontFamily, RawInput, Rect, pos2, vec2};
use holoscope::app::painter::{FigurePainter, ITALIC, SEMIBOLD, Still};
use holoscope::figure::{BulkPicture, Camera, ChartKind, Frame, Looks, Projection, Theme};
use holoscope::holography::Overlays;
use holoscope::hyperbolic::RingRadius;
use holoscope::lattice::{Boundary, ReceptiveField};
use scene::Laid;
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};
use std::alloc::System;

#[global_allocator]
static GLOBAL: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Allocations that a frame may take for the picture.
const MOST: usize = 300;
const LOG2_SITES: u32 = 14;
/// Without the ruler: its numbers are texts of their own each.
const ALL: Overlays = Overlays { ties: true, cone: true, threads: true, geodesics: true, ..Overlays::NONE };

/// A context that knows the families of fonts that pictures name.
fn context() -> egui::Context {
    let ctx = egui::Context::default();
    let mut fonts = FontDefinitions::default();
    let regular = fonts.families[&FontFamily::Proportional].clone();
    for name in [ITALIC, SEMIBOLD] {
        fonts.families.insert(FontFamily::Name(name.into()), regular.clone());
    }
    ctx.set_fonts(fonts);
    ctx
}

#[test]
fn a_frame_asks_for_little_memory_while_a_region_is_dragged_and_while_one_flies() {
    // A grows by 97 sites from frame to frame.
    let growths = (0..12).map(|frame| 97 * frame);
    let frames = Laid::dragged(LOG2_SITES, ReceptiveField::Three, Boundary::Ring, ALL, growths);
    for chart in ChartKind::ALL {
        for flies in [false, true] {
            let ctx = context();
            let (mut picture, mut painter) = (BulkPicture::default(), FigurePainter::default());
            let mut counts = Vec::new();
            for (i, laid) in frames.iter().enumerate() {
                let camera = if flies {
                    let step = i as f64;
                    Camera { translation: 0.01 * step, rotation_rad: 0.01 * step, ..Camera::HOME }
                } else {
                    Camera::HOME
                };
                let frame = Frame::page(944.0, 928.0);
                let projection = Projection::new(chart, RingRadius::Balanced, 1 << LOG2_SITES, camera, frame);
                // In the window beads move over the picture.
                let looks = Looks { still_beads: false, ..Looks::PLAIN };
                laid.with_scene(projection, looks, |scene| {
                    let screen = Rect::from_min_size(pos2(0.0, 0.0), vec2(944.0, 928.0));
                    let input = RawInput { screen_rect: Some(screen), ..RawInput::default() };
                    let mut count = 0;
                    let output = ctx.run_ui(input, |ui| {
                        let before = GLOBAL.stats();
                        picture.draw(scene, None);
                        let (marks, stamp) = picture.still();
                        let still = Still { marks, stamp };
                        painter.paint(ui.painter(), screen.min, picture.figure(), still, Theme::Dark);
                        let spent = GLOBAL.stats() - before;
                        count = spent.allocations + spent.reallocations;
                    });
                    ctx.tessellate(output.shapes.clone(), output.pixels_per_point);
                    output.drop_without_applying_deltas();
                    counts.push(count);
                });
            }
            // The first frames make the room that the others use.
            let most = counts[4..].iter().copied().max().unwrap();
            println!("{chart:?}, {}: {counts:?}", if flies { "flying" } else { "dragging" });
            assert!(most <= MOST, "{chart:?}: {most} allocations in a frame");
        }
    }
}
