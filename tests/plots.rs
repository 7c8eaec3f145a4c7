//! One chart, drawn twice: what the files hold and what the window paints are the same ticks, labels and points,
//! and the numbers beside them are the numbers drawn.
//!
//! Neither drawing is asked where it puts its axes: the map from values to the page is read off the ticks, and
//! everything else must lie where that map says.

#![expect(clippy::unwrap_used, reason = "a failing test is what an unwrap here means")]

use std::sync::Arc;

use holoscope::desk::{Study, files, picture, study};
use holoscope::figure::chart::{Axis, Chart, Marker, Rule, Series, Style, Tick};
use holoscope::figure::page::Mark;
use holoscope::figure::{Figure, Hue, Role};
use holoscope::holography::BulkNetwork;
use holoscope::lattice::Boundary;
use holoscope::session::Document;
use holoscope::session::keys::set_all;

/// Positions are `f32` of some hundred points: half a hundredth of a point is rounding a few times over.
const SAME_PLACE: f64 = 0.005;

fn study_of(settings: &[(&str, &str)]) -> (Document, Study) {
    let mut document = Document::default();
    let all: Vec<(String, String)> = [("network.capacity", "unit"), ("theory.mass", "0.1")]
        .iter()
        .chain(settings)
        .map(|(k, v)| ((*k).to_string(), (*v).to_string()))
        .collect();
    set_all(&mut document, &all).unwrap();
    let network: Arc<BulkNetwork> = Arc::new(study::bulk_network(&document, None).unwrap());
    let answer = Some(Arc::new(study::cut(&document, &network)));
    let survey = Some(Arc::new(study::survey(&document, &network, None)));
    (document, Study { answer, survey, ..Study::of(network) })
}

/// Texts of a picture: what they say and where their middle stands.
fn texts(figure: &Figure) -> Vec<(&str, [f64; 2])> {
    figure
        .marks
        .iter()
        .filter_map(|mark| match mark {
            Mark::Text { at, text, .. } => Some((text.as_str(), at.map(f64::from))),
            _ => None,
        })
        .collect()
}

/// Centres and radii of the discs of a picture that bear this colour.
fn discs(figure: &Figure, role: Role) -> Vec<([f64; 2], f32)> {
    figure
        .marks
        .iter()
        .filter_map(|mark| match mark {
            Mark::Disc { centre, radius, fill: Some(fill), .. } if fill.role == role => {
                Some((centre.map(f64::from), *radius))
            }
            _ => None,
        })
        .collect()
}

/// A straight map from the values of an axis to positions.
#[derive(Clone, Copy, Debug)]
struct Scale {
    offset: f64,
    slope: f64,
}

impl Scale {
    /// Through the first and the last tick; every tick must lie on it.
    fn through(ticks: &[Tick], positions: &[f64], tolerance: f64) -> Self {
        assert!(ticks.len() >= 2 && ticks.len() == positions.len(), "{ticks:?} at {positions:?}");
        let last = ticks.len() - 1;
        let slope = (positions[last] - positions[0]) / (ticks[last].at - ticks[0].at);
        let scale = Self { offset: positions[0] - slope * ticks[0].at, slope };
        for (tick, position) in ticks.iter().zip(positions) {
            assert!((scale.of(tick.at) - position).abs() < tolerance, "{tick:?} stands at {position}");
        }
        scale
    }

    fn of(&self, value: f64) -> f64 {
        self.offset + self.slope * value
    }
}

/// The maps of both axes of a drawn chart, from its tick labels: those of x stand in one row, those of y in one
/// column, and they say what the chart's ticks say, in order.
fn scales(chart: &Chart, figure: &Figure) -> [Scale; 2] {
    let texts = texts(figure);
    let begin = texts
        .windows(chart.x.ticks.len())
        .position(|run| {
            run.iter().zip(&chart.x.ticks).all(|((text, _), tick)| *text == tick.label)
                && run.iter().all(|(_, at)| (at[1] - run[0].1[1]).abs() < SAME_PLACE)
        })
        .expect("the labels of the x axis in a row");
    let x: Vec<f64> = texts[begin..begin + chart.x.ticks.len()].iter().map(|(_, at)| at[0]).collect();
    let begin = texts
        .windows(chart.y.ticks.len())
        .position(|run| {
            run.iter().zip(&chart.y.ticks).all(|((text, _), tick)| *text == tick.label)
                && run.iter().all(|(_, at)| (at[0] - run[0].1[0]).abs() < SAME_PLACE)
        })
        .expect("the labels of the y axis in a column");
    let y: Vec<f64> = texts[begin..begin + chart.y.ticks.len()].iter().map(|(_, at)| at[1]).collect();
    let scales =
        [Scale::through(&chart.x.ticks, &x, SAME_PLACE), Scale::through(&chart.y.ticks, &y, SAME_PLACE)];
    assert!(scales[0].slope > 0.0 && scales[1].slope < 0.0, "x to the right, y up the page");
    scales
}

fn in_range(chart: &Chart, point: [f64; 2]) -> bool {
    let within = |v: f64, axis: &Axis| (axis.range[0]..=axis.range[1]).contains(&v);
    within(point[0], &chart.x) && within(point[1], &chart.y)
}

/// Everything of a chart is on its drawing, where its own ticks say.
fn check_drawing(chart: &Chart, figure: &Figure) {
    let [x, y] = scales(chart, figure);
    let place = |p: [f64; 2]| [x.of(p[0]), y.of(p[1])];
    let near =
        |a: [f64; 2], b: [f64; 2]| (a[0] - b[0]).abs() < SAME_PLACE && (a[1] - b[1]).abs() < SAME_PLACE;
    let said: Vec<&str> = texts(figure).into_iter().map(|(text, _)| text).collect();
    let rules = chart.rules.iter().map(|r| &r.label);
    let ends = chart
        .series
        .iter()
        .filter(|s| s.points.iter().any(|p| in_range(chart, *p)))
        .map(|s| &s.end_label)
        .filter(|label| !label.is_empty());
    let all = [&chart.title, &chart.x.label, &chart.y.label];
    for text in all.into_iter().chain(&chart.notes).chain(rules).chain(ends) {
        assert_eq!(said.iter().filter(|t| *t == text).count(), 1, "`{text}` once among {said:?}");
    }
    for series in &chart.series {
        match series.style {
            Style::Dots(radius) => {
                let drawn: Vec<[f64; 2]> =
                    discs(figure, series.role).into_iter().filter(|d| d.1 == radius).map(|d| d.0).collect();
                let expected: Vec<[f64; 2]> =
                    series.points.iter().copied().filter(|p| in_range(chart, *p)).map(place).collect();
                assert_eq!(drawn.len(), expected.len(), "dots of {}", series.name);
                assert!(drawn.iter().zip(&expected).all(|(d, e)| near(*d, *e)), "dots of {}", series.name);
            }
            Style::Bars { .. } => {
                let areas = figure
                    .marks
                    .iter()
                    .filter(|mark| matches!(mark, Mark::Area { paint, .. } if paint.role == series.role));
                assert_eq!(areas.count(), series.points.len(), "bars of {}", series.name);
            }
            Style::Cells { .. } => {
                for (corners, role) in series.cells() {
                    let [from, to] = corners.map(place);
                    let drawn = figure.marks.iter().any(|mark| match mark {
                        Mark::Area { outline, paint } if paint.role == role => {
                            let [first, _, across, _] = outline[..] else { return false };
                            near(first.map(f64::from), from) && near(across.map(f64::from), to)
                        }
                        _ => false,
                    });
                    assert!(drawn, "cell {corners:?} of {}", series.name);
                }
            }
            Style::Line { width, dash } => {
                // Clipping cuts a line into runs and adds points at the edges; those in range stay as they are.
                let corners: Vec<[f64; 2]> = figure
                    .marks
                    .iter()
                    .filter_map(|mark| match mark {
                        Mark::Line { points, stroke, .. }
                            if (stroke.paint.role, stroke.width, stroke.dash)
                                == (series.role, width, dash) =>
                        {
                            Some(points.iter().map(|p| p.map(f64::from)))
                        }
                        _ => None,
                    })
                    .flatten()
                    .collect();
                for point in series.points.iter().copied().filter(|p| in_range(chart, *p)) {
                    let expected = place(point);
                    assert!(corners.iter().any(|c| near(*c, expected)), "{} at {point:?}", series.name);
                }
            }
        }
    }
    for marker in &chart.markers {
        let found = discs(figure, marker.role).into_iter().filter(|(at, _)| near(*at, place(marker.at)));
        assert_eq!(found.count(), 1, "{marker:?}");
    }
}

#[test]
fn a_file_shows_the_chart_that_it_was_given() {
    for settings in [
        &[][..],
        &[("view.units", "bits")],
        &[("network.sites", "1024"), ("regions.b", "400..500")],
        &[("network.boundary", "line"), ("network.receptive_field", "4")],
    ] {
        let (document, study) = study_of(settings);
        for compare in [false, true] {
            let chart = picture::scaling_plot(&document, &study, compare);
            // Beside an open line nothing stands that is known of a ring.
            let least = if document.network.boundary == Boundary::Line { 2 } else { 4 };
            assert!(chart.series.len() >= least && !chart.notes.is_empty());
            check_drawing(&chart, &chart.draw(560.0, 380.0));
            check_drawing(&chart, &chart.draw(900.0, 500.0));
        }
        let flow = picture::flow_plot(&document, &study);
        check_drawing(&flow, &flow.draw(560.0, 380.0));
    }
}

#[test]
fn any_chart_is_drawn_as_it_is() {
    // One of everything, with values that no formula of ours would give.
    let axis = |label: &str, range, at: [f64; 3]| Axis {
        label: label.into(),
        range,
        ticks: at.iter().map(|&at| Tick { at, label: format!("tick {at}") }).collect(),
    };
    let chart = Chart {
        title: "A title".into(),
        x: axis("abscissa", [-3.0, 7.0], [-2.5, 0.0, 6.9]),
        y: axis("ordinate", [-0.5, 0.25], [-0.4, -0.1, 0.2]),
        series: vec![
            Series {
                name: "dots".into(),
                role: Role::Text,
                style: Style::Dots(2.25),
                points: vec![[-3.0, -0.5], [1.1, 0.01], [7.0, 0.25], [7.1, 0.0], [1.0, 0.3]],
                spread: vec![0.1; 5],
                end_label: "last dot".into(),
            },
            Series {
                name: "line".into(),
                role: Role::Focus,
                style: Style::Line { width: 1.75, dash: Some([5.0, 2.0]) },
                points: vec![[-2.0, -2.0], [-1.0, 0.2], [2.0, 0.1], [4.0, 3.0], [6.0, -0.2]],
                spread: Vec::new(),
                end_label: String::new(),
            },
        ],
        markers: vec![Marker { at: [3.25, -0.125], role: Role::Region(Hue::B), name: "there".into() }],
        rules: vec![Rule { at: 5.5, label: "a rule".into() }],
        notes: vec!["first note".into(), "second note".into()],
    };
    let figure = chart.draw(640.0, 480.0);
    check_drawing(&chart, &figure);
    let [x, _] = scales(&chart, &figure);
    let rule = figure.marks.iter().any(|mark| {
        matches!(mark, Mark::Line { points, .. } if points.len() == 2
            && points.iter().all(|p| (f64::from(p[0]) - x.of(5.5)).abs() < SAME_PLACE))
    });
    assert!(rule, "the vertical rule stands at its value");
}

#[test]
fn the_csv_holds_the_points_of_the_plot_and_the_marker_is_the_answer() {
    for units in ["nats", "bits", "links"] {
        let (document, study) = study_of(&[("view.units", units), ("regions.a", "40..88,100..110")]);
        let chart = picture::scaling_plot(&document, &study, false);
        let unit = picture::unit(&document, &study).nats;
        let csv = String::from_utf8(files::scaling_table(&study).csv()).unwrap();
        let mut lines = csv.lines();
        assert_eq!(
            lines.next().unwrap(),
            "size [sites],log2_size,mean [nats],std [nats],min [nats],max [nats],fermion [nats],quantum_ising [nats],positions"
        );
        let rows: Vec<Vec<Option<f64>>> =
            lines.map(|line| line.split(',').map(|cell| cell.parse().ok()).collect()).collect();
        let series = |name: &str| chart.series.iter().find(|s| s.name.contains(name)).unwrap();
        // The plot divides the numbers of the file by its unit, and does nothing else. (On larger networks it
        // shows fewer sizes than the file has, because they crowd on a logarithmic axis.)
        let means = series("cut, mean");
        let expected: Vec<[f64; 2]> = rows.iter().map(|r| [r[1].unwrap(), r[2].unwrap() / unit]).collect();
        assert_eq!(means.points, expected, "{units}");
        for (row, spread) in rows.iter().zip(&means.spread) {
            let bar = (row[0].unwrap() as u64).is_power_of_two();
            // Between the powers of two bars would hide each other: there are none.
            assert!(if bar { *spread == row[3].unwrap() / unit } else { spread.is_nan() });
            assert!(row[4] <= row[2] && row[2] <= row[5]);
        }
        for (column, name) in [(6, "Dirac"), (7, "quantum Ising")] {
            let drawn = &series(name).points;
            assert!(!drawn.is_empty());
            for point in drawn {
                let row = rows.iter().find(|r| r[1] == Some(point[0]));
                // References reach sizes that the survey of a small network does not have.
                if let Some(row) = row {
                    assert_eq!(row[column].map(|s| s / unit), Some(point[1]), "{name} in {units}");
                }
            }
        }
        let answer = &study.answer.as_ref().unwrap().regions[0];
        assert_eq!(answer.region.len(), 58);
        assert_eq!(chart.markers.len(), 1);
        assert_eq!(chart.markers[0].at, [58_f64.log2(), answer.cut.capacity_nats / unit]);
        assert_eq!(chart.markers[0].role, Role::Region(Hue::A));
        assert_eq!(chart.y.label, format!("S_A ({units})"));
    }
}

#[test]
fn more_than_half_of_the_boundary_is_marked_at_the_size_of_the_rest() {
    let marker = |region: &str| {
        let (document, study) = study_of(&[("regions.a", region)]);
        picture::scaling_plot(&document, &study, false).markers[0].at
    };
    // S(A) = S of the complement, and the plot ends at N/2.
    assert_eq!(marker("10..210"), marker("210..266"));
}

#[cfg(feature = "gui")]
mod window;

#[cfg(feature = "gui")]
mod painted {
    //! The same charts as egui_plot paints them.

    use super::window::{Opening, Window, is_learned, set, wait};
    use super::{Chart, Role, Scale, Style, in_range, picture};
    use egui::{Pos2, Rect, Shape, vec2};
    use egui_kittest::kittest::{NodeT, Queryable};
    use holoscope::app::action::Action;
    use holoscope::app::painter::color;
    use holoscope::desk::{PlotKind, plots};
    use holoscope::figure::Theme;
    use holoscope::figure::page::runs;
    use std::time::Duration;

    fn open(settings: &[(&str, &str)]) -> Window {
        let size = vec2(1440.0, 1000.0);
        let mut window = Opening { size, ..Opening::of(set(settings)) }.open();
        wait(&mut window, "training and scaling curve", |desk| {
            is_learned(desk) && desk.survey.as_ref().is_some_and(|s| s.done) && desk.answer.is_some()
        });
        // What is shown is of the frame after.
        window.step();
        window
    }

    /// A text as it is painted: subscripts lose their underscore.
    fn painted(text: &str) -> String {
        runs(text).iter().map(|run| run.text).collect()
    }

    struct Painted {
        texts: Vec<(String, Rect)>,
        circles: Vec<(Pos2, f32, egui::Color32)>,
    }

    fn shapes(window: &Window) -> Painted {
        fn collect(shape: &Shape, all: &mut Painted) {
            match shape {
                Shape::Vec(shapes) => shapes.iter().for_each(|s| collect(s, all)),
                Shape::Text(text) => {
                    all.texts.push((
                        text.galley.text().to_string(),
                        text.galley.rect.translate(text.pos.to_vec2()),
                    ));
                }
                Shape::Circle(circle) => all.circles.push((circle.center, circle.radius, circle.fill)),
                _ => {}
            }
        }
        let mut all = Painted { texts: Vec::new(), circles: Vec::new() };
        window.output().shapes.iter().for_each(|s| collect(&s.shape, &mut all));
        all
    }

    /// Where on the screen a chart stands: between the label of its y axis, above it, and that of its x axis.
    fn area(all: &Painted, chart: &Chart) -> Rect {
        let (y_label, x_label) = (painted(&chart.y.label), painted(&chart.x.label));
        let of =
            |label: &str| all.texts.iter().filter(|(t, _)| t == label).map(|(_, r)| *r).collect::<Vec<_>>();
        for above in of(&y_label) {
            for below in of(&x_label) {
                // Within one panel: the x label is centred under a plot whose left edge is that of the y label.
                if below.top() > above.bottom()
                    && below.center().x > above.left()
                    && below.center().x < above.left() + 400.0
                {
                    let right = 2.0 * below.center().x - above.left();
                    return Rect::from_min_max(above.left_bottom(), Pos2::new(right, below.top()));
                }
            }
        }
        panic!("no chart `{y_label}` over `{x_label}`");
    }

    /// egui rounds text to whole pixels, and a label is centred on its tick: half a pixel each way.
    const TEXT: f64 = 1.0;
    /// Two ticks whose labels are off by a pixel each, at the ends of the axis, and rounding of the rest.
    const POINT: f64 = 1.5;

    /// A text without the ends of its lines, its spaces all alike.
    fn plain(text: &str) -> String {
        text.replace('\n', "").replace('\u{a0}', " ")
    }

    fn check(window: &Window, chart: &Chart) {
        let app = window.state().as_ref().unwrap();
        let all = shapes(window);
        let area = area(&all, chart);
        let inside: Vec<&(String, Rect)> =
            all.texts.iter().filter(|(_, r)| area.expand(4.0).contains(r.center())).collect();
        // Tick labels of x are the lowest row of the area, those of y the leftmost column.
        let bottom = inside.iter().map(|(_, r)| r.center().y).fold(f32::MIN, f32::max);
        let mut row: Vec<_> = inside.iter().filter(|(_, r)| (r.center().y - bottom).abs() < 3.0).collect();
        row.sort_by(|a, b| a.1.center().x.total_cmp(&b.1.center().x));
        let labels: Vec<&str> = row.iter().map(|(t, _)| t.as_str()).collect();
        let expected: Vec<&str> = chart.x.ticks.iter().map(|t| t.label.as_str()).collect();
        assert_eq!(labels, expected, "ticks of {}", chart.x.label);
        let positions: Vec<f64> = row.iter().map(|(_, r)| f64::from(r.center().x)).collect();
        let x = Scale::through(&chart.x.ticks, &positions, TEXT);

        let left = area.left() + 40.0;
        let mut column: Vec<_> = inside
            .iter()
            .filter(|(t, r)| r.right() < left && chart.y.ticks.iter().any(|tick| tick.label == *t))
            .collect();
        column.sort_by(|a, b| b.1.center().y.total_cmp(&a.1.center().y));
        column.retain(|(_, r)| (r.center().y - bottom).abs() >= 3.0);
        let labels: Vec<&str> = column.iter().map(|(t, _)| t.as_str()).collect();
        let expected: Vec<&str> = chart.y.ticks.iter().map(|t| t.label.as_str()).collect();
        assert_eq!(labels, expected, "ticks of {}", chart.y.label);
        let positions: Vec<f64> = column.iter().map(|(_, r)| f64::from(r.center().y)).collect();
        let y = Scale::through(&chart.y.ticks, &positions, TEXT);

        let near = |at: Pos2, p: [f64; 2]| {
            (f64::from(at.x) - x.of(p[0])).abs() < POINT && (f64::from(at.y) - y.of(p[1])).abs() < POINT
        };
        let fill = |role: Role| color(app.theme(), role);
        for series in &chart.series {
            let Style::Dots(radius) = series.style else { continue };
            let dots: Vec<Pos2> = all
                .circles
                .iter()
                .filter(|(at, r, c)| *r == radius && *c == fill(series.role) && area.contains(*at))
                .map(|(at, ..)| *at)
                .collect();
            for point in series.points.iter().filter(|p| in_range(chart, **p)) {
                assert!(dots.iter().any(|at| near(*at, *point)), "{} at {point:?}", series.name);
            }
            let alike = chart.series.iter().filter(|s| (s.style, s.role) == (series.style, series.role));
            let points: usize = alike.map(|s| s.points.len()).sum();
            assert!(dots.len() <= points, "{}: dots that no point has", series.name);
        }
        for marker in &chart.markers {
            let found =
                all.circles.iter().filter(|(at, _, c)| *c == fill(marker.role) && near(*at, marker.at));
            assert!(found.count() >= 1, "{marker:?}");
        }
        for text in chart.notes.iter().chain(chart.rules.iter().map(|r| &r.label)) {
            let text = painted(text);
            // Short parts of a note do not break: their spaces are such as keep them together.
            let there = all.texts.iter().any(|(t, _)| plain(t).contains(plain(&text).trim()));
            assert!(there, "`{text}` is not on the screen");
        }
    }

    #[test]
    fn the_window_paints_the_charts_that_files_hold() {
        for settings in [
            &[("learning.sites", "64"), ("learning.samples", "500"), ("theory.mass", "0.1")][..],
            &[("learning.sites", "64"), ("network.capacity", "unit"), ("view.units", "bits")],
        ] {
            let mut window = open(settings);
            window.state_mut().as_mut().unwrap().desk_mut().view.tab = holoscope::app::state::Tab::Flow;
            window.step();
            let charts = |window: &Window| {
                let desk = window.state().as_ref().unwrap().desk();
                let (document, study) = (&desk.document, desk.study());
                [picture::scaling_plot(document, &study, false), picture::flow_plot(document, &study)]
            };
            let [scaling, flow] = charts(&window);
            let names = |chart: &Chart| chart.series.iter().map(|s| s.name.clone()).collect::<Vec<_>>();
            assert!(names(&scaling).len() >= 4, "{:?}", names(&scaling));
            let learned = flow.series.iter().find(|s| s.name.contains("learned")).unwrap();
            // The coupling of each of the six layers but the topmost, a single spin: the quantum Ising chain
            // itself is no Ising pair interaction.
            assert_eq!(learned.points.len(), 5, "{:?}", learned.points);
            check(&window, &scaling);
            check(&window, &flow);
            // The other tab: what the optimiser did.
            window.get_by_label("Training tab").click();
            window.run_steps(4);
            assert_eq!(
                window.get_by_label("Training tab").accesskit_node().toggled(),
                Some(egui::accesskit::Toggled::True)
            );
            let desk = window.state().as_ref().unwrap().desk();
            let training = picture::training_plot(&desk.study(), None).unwrap();
            check(&window, &training);
            // Every other plot of what was learned, as its word in the tab shows it.
            for kind in PlotKind::OF_LAYERS.into_iter().chain([PlotKind::Flow, PlotKind::Plane]) {
                let desk = window.state_mut().as_mut().unwrap().desk_mut();
                desk.apply(Action::ShowPlot(kind), 0.0, Theme::Dark);
                let critical = kind.needs_critical() && desk.document.theory.mass != 0.0;
                for _ in 0..2500 {
                    let study = window.state().as_ref().unwrap().desk().study();
                    if !critical || study.critical.is_some() {
                        break;
                    }
                    window.step();
                    std::thread::sleep(Duration::from_millis(4));
                }
                window.run_steps(3);
                let desk = window.state().as_ref().unwrap().desk();
                assert!(desk.study().critical.is_some() || !critical);
                let chart = plots::chart(kind, &desk.document, &desk.study(), desk.view.plots).unwrap();
                assert!(chart.series.iter().any(|s| !s.points.is_empty()), "{kind:?} is empty");
                check(&window, &chart);
            }
        }
    }
}
