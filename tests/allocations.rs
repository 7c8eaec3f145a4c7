//! How much memory the picture of the bulk asks for from frame to frame, with everything laid over it.

#![cfg(feature = "gui")]
#![expect(clippy::unwrap_used, reason = "a failing test is what an unwrap here means")]
#![allow(clippy::print_stdout, reason = "measured numbers")]

use egui::{FontDefinitions, FontFamily, RawInput, Rect, pos2, vec2};
use holoscope::app::painter::{FigurePainter, ITALIC, SEMIBOLD, Still};
use holoscope::figure::{
    BulkPicture, BulkScene, Camera, ChartKind, Frame, Hue, LayerLook, Looks, Projection, RegionLook, Theme,
};
use holoscope::holography::{BulkNetwork, CapacitySource, Overlays, RegionAnswer};
use holoscope::hyperbolic::RingRadius;
use holoscope::lattice::{Boundary, ReceptiveField};
use holoscope::network::{CutSolver, Geometry, Interval, MaxFlow, Region, Thread, threads};
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};
use std::alloc::System;
use std::sync::Arc;

#[global_allocator]
static GLOBAL: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Allocations that a frame may take for the picture.
const MOST: usize = 300;
const LOG2_SITES: u32 = 14;
/// Without the ruler: its numbers are texts of their own each.
const ALL: Overlays = Overlays { ties: true, cone: true, threads: true, geodesics: true, ..Overlays::NONE };

type Answers = Vec<(RegionAnswer, Vec<Thread>)>;

/// Regions A, B and C as they are in a frame of a drag: A grows.
fn answers(solver: &mut CutSolver, flow: &mut MaxFlow, frame: u64) -> Answers {
    let n = 1_u64 << LOG2_SITES;
    [[n / 8, 3 * n / 8 + 97 * frame], [n / 2, 5 * n / 8], [3 * n / 4, 7 * n / 8]]
        .map(|[start, end]| {
            let interval = Interval { start, len: end - start };
            let region = Region::from_intervals(n, Boundary::Ring, [interval]).unwrap();
            let answer = RegionAnswer::with_overlays(solver, &region, ALL);
            let paths = threads(&flow.certificate(&answer.cut).unwrap(), &region);
            (answer, paths)
        })
        .into()
}

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
    let field = ReceptiveField::Three;
    let geometry = Geometry::new(LOG2_SITES, Boundary::Ring, field, LOG2_SITES).unwrap();
    let network = BulkNetwork::new(geometry, CapacitySource::Unit).unwrap().network;
    let mut solver = CutSolver::new(Arc::clone(&network));
    let mut flow = MaxFlow::new(&network).unwrap();
    let frames: Vec<Answers> = (0..12).map(|i| answers(&mut solver, &mut flow, i)).collect();
    let looks = vec![
        LayerLook { slot_tone: vec![0.8; 3], link_tone: Vec::new(), learned: true };
        LOG2_SITES as usize
    ];
    for chart in ChartKind::ALL {
        for flies in [false, true] {
            let ctx = context();
            let (mut picture, mut painter) = (BulkPicture::default(), FigurePainter::default());
            let mut counts = Vec::new();
            for (i, answers) in frames.iter().enumerate() {
                let camera = if flies {
                    let step = i as f64;
                    Camera { translation: 0.01 * step, rotation_rad: 0.01 * step, ..Camera::HOME }
                } else {
                    Camera::HOME
                };
                let frame = Frame::page(944.0, 928.0);
                let regions: Vec<RegionLook<'_>> = answers
                    .iter()
                    .zip([Hue::A, Hue::B, Hue::C])
                    .map(|((answer, threads), hue)| RegionLook {
                        hue,
                        region: &answer.region,
                        answer: Some(answer),
                        threads,
                        handles: true,
                    })
                    .collect();
                let scene = BulkScene {
                    projection: Projection::new(chart, RingRadius::Balanced, 1 << LOG2_SITES, camera, frame),
                    field,
                    boundary: Boundary::Ring,
                    depth: LOG2_SITES,
                    layers: &looks,
                    regions: &regions,
                    overlays: ALL,
                    spins: &[true, false, true],
                    wall: None,
                    lit_layer: None,
                    // In the window beads move over the picture.
                    looks: Looks { still_beads: false, ..Looks::PLAIN },
                    strokes: 1.0,
                    dark: true,
                };
                let screen = Rect::from_min_size(pos2(0.0, 0.0), vec2(944.0, 928.0));
                let input = RawInput { screen_rect: Some(screen), ..RawInput::default() };
                let mut count = 0;
                let output = ctx.run_ui(input, |ui| {
                    let before = GLOBAL.stats();
                    picture.draw(&scene, None);
                    let (marks, stamp) = picture.still();
                    let still = Still { marks, stamp };
                    painter.paint(ui.painter(), screen.min, picture.figure(), still, Theme::Dark);
                    let spent = GLOBAL.stats() - before;
                    count = spent.allocations + spent.reallocations;
                });
                ctx.tessellate(output.shapes.clone(), output.pixels_per_point);
                output.drop_without_applying_deltas();
                counts.push(count);
            }
            // The first frames make the room that the others use.
            let most = counts[4..].iter().copied().max().unwrap();
            println!("{chart:?}, {}: {counts:?}", if flies { "flying" } else { "dragging" });
            assert!(most <= MOST, "{chart:?}: {most} allocations in a frame");
        }
    }
}
