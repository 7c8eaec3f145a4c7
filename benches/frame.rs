//! What one frame of the window costs: the real application in an egui context without a screen.
//!
//! 1600×1000 points, everything on. After 60 frames of warm-up recorded paths of 600 frames: a drag
//! along the rim, and a camera that turns, magnifies and comes home; then a flight through the half-plane, the
//! Poincaré and the Klein chart, down to the boundary and up again with the hand on the picture. Measured is the CPU time of this thread
//! around logic, views and tessellation; rasterising is not ours. Frames 0, 200 and 400 of each path are
//! written as PNG to `target/frame-bench`, so that a fast empty picture is seen.
//!
//! `cargo bench --bench frame`, or with words for some of the paths and sizes: `-- drag all_layers`

use cpu_time::ThreadTime;
use egui::{Event, Modifiers, PointerButton, Pos2, RawInput, Rect, Vec2, pos2, vec2};
use holoscope::app::action::Action;
use holoscope::app::{Holoscope, Launch};
use holoscope::export;
use holoscope::figure::Camera;
use holoscope::session::{Document, keys};
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

const SIZE: Vec2 = vec2(1600.0, 1000.0);
const WARM_UP: usize = 60;
const FRAMES: usize = 600;

struct Stage {
    ctx: egui::Context,
    app: Holoscope,
    time: f64,
    shapes: usize,
}

impl Stage {
    fn open(sites: u64, (show, tiles): (&str, &str)) -> Self {
        let mut document = Document::default();
        let settings = [
            ("network.sites", sites.to_string()),
            ("network.capacity", "unit".into()),
            ("regions.b", format!("{}..{}", sites / 2, sites * 5 / 8)),
            ("regions.c", format!("{}..{}", sites * 3 / 4, sites * 13 / 16)),
            ("view.theme", "dark".into()),
            ("view.show", show.into()),
            ("view.tiles", tiles.into()),
        ]
        .map(|(path, value)| (path.to_string(), value));
        keys::set_all(&mut document, &settings).expect("these settings are in range");
        let ctx = egui::Context::default();
        ctx.enable_accesskit();
        let launch =
            Launch { document, path: None, dropped: None, measure_startup: false, started: Instant::now() };
        let app = Holoscope::new(&ctx, launch).expect("threads can be started");
        let mut stage = Self { ctx, app, time: 0.0, shapes: 0 };
        // Until the stack is trained, the curve cut and the scaling plot full.
        let end = Instant::now() + Duration::from_secs(60);
        while Instant::now() < end {
            stage.frame(Vec::new());
            let desk = stage.app.desk();
            let trained = desk.training.as_ref().is_some_and(|t| t.is_complete());
            if trained && desk.answer.is_some() && desk.survey.as_ref().is_some_and(|s| s.done) {
                break;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        stage
    }

    /// One frame; returns the thread's CPU time in milliseconds.
    fn frame(&mut self, events: Vec<Event>) -> f64 {
        self.time += 1.0 / 60.0;
        let input = RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, SIZE)),
            time: Some(self.time),
            focused: true,
            events,
            ..RawInput::default()
        };
        let begin = ThreadTime::now();
        let app = &mut self.app;
        let ctx = self.ctx.clone();
        let mut output = self.ctx.run_ui(input, |ui| {
            app.listen(&ctx);
            app.show(ui);
        });
        let shapes = std::mem::take(&mut output.shapes);
        self.shapes = self.shapes.max(shapes.len());
        let pixels_per_point = output.pixels_per_point;
        let triangles = self.ctx.tessellate(shapes, pixels_per_point);
        let spent = begin.elapsed().as_secs_f64() * 1e3;
        std::hint::black_box(&triangles);
        output.drop_without_applying_deltas();
        spent
    }

    /// Shows another chart, from home.
    fn look(&mut self, chart: &str) {
        let value = keys::Value::Text(chart.into());
        let theme = self.app.theme();
        let desk = self.app.desk_mut();
        desk.apply(Action::Set { path: "view.chart", value, gesture: None }, self.time, theme);
        desk.apply(Action::Look(Camera::HOME), self.time, theme);
    }

    /// Centre and radius of the ring on the screen.
    fn ring(&self) -> (Pos2, f32) {
        let page = self.app.page();
        // The canvas stands between the left panel and the right one, below the top bar.
        let centre = pos2(272.0 + 0.5 * page.width, 44.0 + 0.5 * page.height);
        (centre, 0.44 * page.width.min(page.height))
    }

    fn picture(&self, path: &Path) {
        let png =
            export::png(self.app.page(), self.app.theme(), "frame", true, 1.0).expect("the page has a size");
        std::fs::write(path, png).expect("the folder was made");
    }
}

fn button(at: Pos2, pressed: bool) -> Event {
    Event::PointerButton { pos: at, button: PointerButton::Primary, pressed, modifiers: Modifiers::NONE }
}

/// The hand along the rim, there and back, at changing speed.
fn drag(stage: &Stage, frame: usize) -> Vec<Event> {
    let (centre, radius) = stage.ring();
    let t = frame as f32 / FRAMES as f32;
    let angle = 0.9 + 4.0 * (t * std::f32::consts::PI).sin() + 0.05 * (40.0 * t).sin();
    let at = centre + radius * 0.995 * vec2(angle.cos(), -angle.sin());
    match frame {
        0 => vec![Event::PointerMoved(at), button(at, true)],
        f if f == FRAMES - 1 => vec![Event::PointerMoved(at), button(at, false)],
        _ => vec![Event::PointerMoved(at)],
    }
}

/// The wheel in and out about a wandering place, then a turn.
fn fly(stage: &Stage, frame: usize) -> Vec<Event> {
    let (centre, radius) = stage.ring();
    let t = frame as f32 / FRAMES as f32;
    let at = centre + radius * 0.8 * vec2((6.0 * t).cos(), -(6.0 * t).sin());
    let step = if frame < FRAMES / 2 { 6.0 } else { -6.0 };
    vec![
        Event::PointerMoved(at),
        Event::MouseWheel {
            unit: egui::MouseWheelUnit::Point,
            delta: vec2(0.0, step),
            modifiers: Modifiers::NONE,
            phase: egui::TouchPhase::Move,
            source: egui::MouseWheelSource::Unknown,
        },
    ]
}

/// The wheel down to the boundary and up again while a hand drags the picture about.
fn flight(stage: &Stage, frame: usize) -> Vec<Event> {
    let (centre, radius) = stage.ring();
    let t = frame as f32 / FRAMES as f32;
    let at = centre + radius * 0.5 * vec2((40.0 * t).cos(), -(25.0 * t).sin());
    let step = if frame < FRAMES / 2 { 9.0 } else { -9.0 };
    let mut events = vec![Event::PointerMoved(at)];
    match frame % 60 {
        0 => events.push(button(at, true)),
        30 => events.push(button(at, false)),
        f if f > 30 => events.push(Event::MouseWheel {
            unit: egui::MouseWheelUnit::Point,
            delta: vec2(0.0, 2.0 * step),
            modifiers: Modifiers::NONE,
            phase: egui::TouchPhase::Move,
            source: egui::MouseWheelSource::Unknown,
        }),
        _ => {}
    }
    events
}

/// The same in a chart of the plane, into which the view passes within the frames of warm-up.
type Walk = (&'static str, &'static str, fn(&Stage, usize) -> Vec<Event>);
const WALKS: [Walk; 5] = [
    ("drag", "ring", drag),
    ("fly", "ring", fly),
    ("half-plane", "half-plane", flight),
    ("poincare", "poincare", flight),
    ("klein", "klein", flight),
];

fn main() {
    let folder = Path::new("target/frame-bench");
    std::fs::create_dir_all(folder).expect("target can be written");
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    let wanted = |kinds: &[&str], name: &str| {
        let meant = |word: &&String| kinds.iter().any(|kind| kind == word);
        words.is_empty() || !words.iter().any(|w| meant(&w)) || words.iter().any(|w| w == name)
    };
    let mut out = std::io::stdout().lock();
    let mut medians = Vec::new();
    // Once more with every layer laid over the bulk, and its tiles coloured by one sample's spins.
    const PLAIN: (&str, &str) = ("ties", "plain");
    const ALL: (&str, &str) = ("ties,cone,threads,geodesics,ruler,depths", "spins");
    for (log2, show, name) in
        [(10, PLAIN, "2^10"), (20, PLAIN, "2^20"), (10, ALL, "2^10_all_layers"), (20, ALL, "2^20_all_layers")]
    {
        if !wanted(&["2^10", "2^20", "2^10_all_layers", "2^20_all_layers"], name) {
            continue;
        }
        let mut stage = Stage::open(1 << log2, show);
        for (path, chart, events) in WALKS {
            if !wanted(&WALKS.map(|(path, ..)| path), path) {
                continue;
            }
            stage.look(chart);
            for _ in 0..WARM_UP {
                stage.frame(Vec::new());
            }
            stage.shapes = 0;
            let mut times = Vec::with_capacity(FRAMES);
            for frame in 0..FRAMES {
                let events = events(&stage, frame);
                times.push(stage.frame(events));
                if frame % 200 == 0 {
                    stage.picture(&folder.join(format!("{path}-{name}-{frame}.png")));
                }
            }
            times.sort_by(f64::total_cmp);
            let (median, p99) = (times[FRAMES / 2], times[FRAMES * 99 / 100]);
            writeln!(out, "RESULT frame_{path}_{name}_median {median:.3} ms").expect("stdout is there");
            writeln!(out, "RESULT frame_{path}_{name}_p99 {p99:.3} ms").expect("stdout is there");
            writeln!(out, "RESULT frame_{path}_{name}_shapes_max {} shapes", stage.shapes)
                .expect("stdout is there");
            medians.push((path, name, median));
            if name == "2^20_all_layers" {
                stage.look(chart);
                for _ in 0..WARM_UP {
                    stage.frame(Vec::new());
                }
                let begin = ThreadTime::now();
                let text = export::svg(stage.app.page(), stage.app.theme(), "frame", true);
                let millis = begin.elapsed().as_secs_f64() * 1e3;
                writeln!(out, "RESULT svg_{path}_{name}_time {millis:.1} ms").expect("stdout is there");
                writeln!(out, "RESULT svg_{path}_{name}_size {:.2} MB", text.len() as f64 / 1e6)
                    .expect("stdout is there");
            }
        }
    }
    for layers in ["", "_all_layers"] {
        for (path, ..) in WALKS {
            let of = |size: &str| {
                let name = format!("{size}{layers}");
                medians.iter().find(|(p, n, _)| *p == path && *n == name).map(|(.., median)| *median)
            };
            if let (Some(few), Some(many)) = (of("2^10"), of("2^20")) {
                writeln!(out, "RESULT frame_{path}_ratio_2^20_to_2^10{layers} {:.2} ratio", many / few)
                    .expect("stdout is there");
            }
        }
    }
}
