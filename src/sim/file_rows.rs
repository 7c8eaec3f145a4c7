//! The user's samples as training and held-out set.

use super::parameters::TrainingTask;
use crate::lattice::SpinSamples;
use crate::numerics::streams::stream;
use crate::theory::UserSamples;
use rand::RngExt;
use std::sync::Arc;

/// Name of the stream that draws the rows that are held out.
const STREAM: &str = "user samples held out";
/// Spins copied in one piece: a few milliseconds.
const SPINS_PER_PIECE: usize = 1 << 20;

/// Which of `rows` rows are trained on and which are held out: a fifth, drawn without replacement, both in
/// the order of the file. Every row is in one of the two.
#[must_use]
pub fn split_rows(rows: usize, seed: u64) -> [Vec<usize>; 2] {
    let held_out = (rows / 5).max(1).min(rows);
    let mut stream = stream(seed, STREAM, 0);
    let mut order: Vec<usize> = (0..rows).collect();
    // The first steps of Fisher and Yates: the places drawn so far are a uniform choice.
    for place in 0..held_out {
        let other = stream.random_range(place..rows);
        order.swap(place, other);
    }
    let mut is_held_out = vec![false; rows];
    for row in &order[..held_out] {
        is_held_out[*row] = true;
    }
    let with = |wanted: bool| (0..rows).filter(|row| is_held_out[*row] == wanted).collect();
    [with(false), with(true)]
}

/// The copy of a file's rows into the two sets, column by column.
pub(super) struct FileRows {
    samples: Arc<UserSamples>,
    rows: [Vec<usize>; 2],
    next_site: usize,
}

impl FileRows {
    /// Stands ready to copy the rows that a task asks for, the first ones of the file.
    pub(super) fn new(task: &TrainingTask, samples: Option<&Arc<UserSamples>>) -> Result<Self, String> {
        let Some(samples) = samples else {
            return Err("theory.kind = samples: no spins were read; choose a file of samples, or let the one that is named be read".into());
        };
        if task.samples != Some(samples.digest) {
            return Err("theory.kind = samples: the spins at hand are of another file than the session's; \
                        choose the file anew"
                .into());
        }
        if samples.digest.sites != task.learning.sites {
            return Err(format!(
                "learning.sites = {}: the samples have {} sites; set learning.sites to that",
                task.learning.sites, samples.digest.sites
            ));
        }
        let rows = split_rows(task.samples_used() as usize, task.learning.seed);
        Ok(Self { samples: Arc::clone(samples), rows, next_site: 0 })
    }

    /// Rows of the training and of the held-out set.
    pub(super) fn counts(&self) -> [usize; 2] {
        [0, 1].map(|set: usize| self.rows[set].len())
    }

    /// Integrated autocorrelation time of the file's rows.
    pub(super) fn autocorrelation_time(&self) -> f64 {
        self.samples.autocorrelation_time
    }

    /// Those of the rows of the training and of the held-out set, in rows of the set.
    ///
    /// A row chosen by chance, a share f of them, meets the row t before it in its set with probability f, so that
    /// `τ = 1 + 2 Σρ` becomes `1 + f (τ − 1)`.
    pub(super) fn autocorrelation_times(&self) -> [f64; 2] {
        let counts = self.counts().map(|n| n as f64);
        let all = counts[0] + counts[1];
        counts.map(|n| 1.0 + n / all * (self.samples.autocorrelation_time.max(1.0) - 1.0))
    }

    /// Copies some columns; `true` when the last one is there.
    pub(super) fn advance(&mut self, sets: &mut [SpinSamples; 2]) -> bool {
        let spins = &self.samples.spins;
        let columns = (SPINS_PER_PIECE / spins.samples().max(1)).max(1);
        let end = (self.next_site + columns).min(spins.sites());
        for site in self.next_site..end {
            let from = spins.column(site);
            for (set, rows) in sets.iter_mut().zip(&self.rows) {
                let to = set.column_mut(site);
                for (i, row) in rows.iter().enumerate() {
                    to[i / 64] |= (from[row / 64] >> (row % 64) & 1) << (i % 64);
                }
            }
        }
        self.next_site = end;
        end == spins.sites()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lattice::Boundary;
    use crate::sim::{Engine, Phase, TheoryKind, Trainer, TrainerCommand, training_samples};
    use crate::theory::SamplesDigest;

    fn task(kind: TheoryKind, samples: u64) -> TrainingTask {
        let mut task = TrainingTask::example(kind, Boundary::Ring);
        (task.theory.k1, task.theory.k2, task.theory.mass) = (0.2, 0.8, 0.0);
        (task.learning.sites, task.learning.samples, task.layers) = (16, samples, 4);
        task
    }

    fn user_samples(spins: SpinSamples) -> Arc<UserSamples> {
        let digest =
            SamplesDigest { sha256: [7; 32], samples: spins.samples() as u64, sites: spins.sites() as u64 };
        Arc::new(UserSamples { spins, digest, autocorrelation_time: 1.0 })
    }

    #[test]
    fn a_fifth_of_the_rows_is_held_out_and_none_is_lost() {
        for (rows, held_out) in [(100, 20), (104, 20), (105, 21), (5, 1), (1, 1)] {
            let [training, out] = split_rows(rows, 1);
            assert_eq!((training.len(), out.len()), (rows - held_out, held_out));
            let mut all = [training.clone(), out.clone()].concat();
            all.sort_unstable();
            assert_eq!(all, (0..rows).collect::<Vec<_>>());
            assert!(training.is_sorted() && out.is_sorted());
        }
        assert_ne!(split_rows(100, 1), split_rows(100, 2));
        assert_eq!(split_rows(100, 1), split_rows(100, 1));
        // Each of 50 rows is held out in a fifth of 2,000 draws: 400, binomial, five deviations of √(400 · 0.8).
        let mut times = [0; 50];
        for seed in 0..2000 {
            split_rows(50, seed)[1].iter().for_each(|row| times[*row] += 1);
        }
        assert!(times.iter().all(|n| (*n - 400_i32).abs() < 90), "{times:?}");
    }

    #[test]
    fn rows_of_a_theory_through_a_file_give_the_weights_of_the_theory_itself() {
        // The theory's training rows stand where the split trains, anything where it holds out: then both
        // see the same rows in the same order, with biases, as K1 breaks the symmetry that samples never have.
        let chain = task(TheoryKind::Chain, 400);
        let drawn = training_samples(&chain, 400).unwrap();
        let [training, _] = split_rows(500, chain.learning.seed);
        assert_eq!(training.len(), 400);
        let mut file = SpinSamples::all_down(500, 16);
        for (i, row) in training.iter().enumerate() {
            (0..16).for_each(|site| file.set(*row, site, drawn.is_up(i, site)));
        }
        let file = user_samples(file);
        let of_file = TrainingTask { samples: Some(file.digest), ..task(TheoryKind::Samples, 100_000) };
        // Contrastive divergence keeps the pass of the best held-out likelihood: there the split does matter.
        for shared_weights in [true, false] {
            let how = |mut task: TrainingTask| {
                task.learning.shared_weights = shared_weights;
                task
            };
            let own = Trainer::run(how(chain), |_| true).unwrap();
            let read = Trainer::run_on(how(of_file), None, Some(Arc::clone(&file)), |_| true).unwrap();
            assert_eq!((own.layers.len(), read.layers.len()), (4, 4));
            for (own, read) in own.layers.iter().zip(&read.layers) {
                assert_eq!(own.rbm, read.rbm);
                let (own, read) = (own.report.as_ref().unwrap(), read.report.as_ref().unwrap());
                assert_eq!(own.nll_per_spin, read.nll_per_spin);
            }
            let [bottom, above] = [0, 1].map(|k: usize| read.layers[k].report.clone().unwrap());
            assert_eq!((bottom.kl_per_spin, bottom.trace_mean, bottom.trace_std), (None, None, None));
            assert_eq!((bottom.free_energy_visible, bottom.correlation_length), (None, None));
            assert_eq!(bottom.absent_reason.as_deref(), Some("of samples from a file P(v) is not known"));
            assert!(above.kl_per_spin.unwrap() > -1e-12 && above.absent_reason.is_none());
            assert_eq!(read.sampling.unwrap().method, "file");
            assert!(read.spins.iter().zip(0..16).all(|(up, site)| *up == drawn.is_up(0, site)));
        }
    }

    #[test]
    fn only_the_first_rows_are_used_when_fewer_are_asked_for() {
        let drawn = training_samples(&task(TheoryKind::Chain, 400), 400).unwrap();
        let (all, first) = (user_samples(drawn.clone()), user_samples(drawn.subset(0..150)));
        let run = |file: &Arc<UserSamples>, samples| {
            let task = TrainingTask { samples: Some(file.digest), ..task(TheoryKind::Samples, samples) };
            Trainer::run_on(task, None, Some(Arc::clone(file)), |_| true).unwrap().stack().layers
        };
        assert_eq!(run(&all, 150), run(&first, 150));
        assert_eq!(run(&first, 150), run(&first, 1_000_000));
        assert_ne!(run(&all, 150), run(&all, 400));
        let of = |samples| TrainingTask { samples: Some(first.digest), ..task(TheoryKind::Samples, samples) };
        assert!(of(150).same_stack(&of(400)) && !of(150).same_stack(&of(149)));
    }

    /// Every row `times` times, one after the other: ρ(t) = 1 − t/times, τ = times.
    fn repeated(rows: &SpinSamples, times: usize, autocorrelation_time: f64) -> Arc<UserSamples> {
        let mut spins = SpinSamples::all_down(times * rows.samples(), rows.sites());
        for row in 0..spins.samples() {
            (0..rows.sites()).for_each(|site| spins.set(row, site, rows.is_up(row / times, site)));
        }
        let file = user_samples(spins);
        Arc::new(UserSamples { spins: file.spins.clone(), digest: file.digest, autocorrelation_time })
    }

    fn learned(file: Arc<UserSamples>, shared_weights: bool) -> crate::sim::TrainingSnapshot {
        let mut task = TrainingTask { samples: Some(file.digest), ..task(TheoryKind::Samples, 100_000) };
        task.layers = 1;
        task.learning.shared_weights = shared_weights;
        Trainer::run_on(task, None, Some(file), |_| true).unwrap()
    }

    #[test]
    fn coins_that_are_repeated_buy_no_links() {
        // Noise brings half a nat a parameter: with own weights 16 nats from 100 rows, which must bring 74. Taken for
        // 1,280 independent rows they would be 205 nats at a price of 115.
        let mut coins = task(TheoryKind::Chain, 100);
        (coins.theory.k1, coins.theory.k2) = (0.0, 0.0);
        let coins = training_samples(&coins, 100).unwrap();
        assert!(learned(repeated(&coins, 16, 1.0), false).layers[0].rbm.has_links());
        for shared_weights in [true, false] {
            let layer = &learned(repeated(&coins, 16, 16.0), shared_weights).layers[0];
            assert!(!layer.rbm.has_links(), "{shared_weights}: {:?}", layer.rbm);
        }
    }

    #[test]
    fn errors_of_a_file_of_repeated_rows_are_those_of_its_rows() {
        let rows = training_samples(&task(TheoryKind::Chain, 400), 400).unwrap();
        let report = |times: usize| {
            let run = learned(repeated(&rows, times, times as f64), true);
            (run.layers[0].report.clone().unwrap(), run.observables[1].error)
        };
        let ((once, bond_once), (often, bond_often)) = (report(1), report(8));
        // Of 8 copies chosen with probability f, n f rows are worth n f/(1 + f (τ − 1)): training 388 after 320,
        // held out 267 after 80. The scatter of 320 and of 80 rows is itself known to 4 % and 8 %; four of these.
        let [training, held_out] = [(320.0_f64 / 387.9).sqrt(), (80.0_f64 / 266.7).sqrt()];
        let weight = |r: &crate::rbm::LayerReport| r.weight_errors[0].unwrap();
        let k2 = |r: &crate::rbm::LayerReport| r.k_eff_error.unwrap().k2.unwrap();
        for (once, often, ratio, within) in [
            (once.nll_error, often.nll_error, training, 0.16),
            (bond_once, bond_often, training, 0.16),
            (weight(&once), weight(&often), training, 0.16),
            (k2(&once), k2(&often), training, 0.16),
            (once.nll_held_out_error.unwrap(), often.nll_held_out_error.unwrap(), held_out, 0.32),
        ] {
            assert!((often / once / ratio - 1.0).abs() < within, "{once} {often} {ratio}");
        }
    }

    #[test]
    fn weights_that_are_there_show_the_row_that_their_training_showed() {
        let drawn = training_samples(&task(TheoryKind::Chain, 400), 400).unwrap();
        let file = user_samples(drawn);
        // A seed that holds the first row out.
        let seed = (0..).find(|seed| split_rows(400, *seed)[1][0] == 0).unwrap();
        let mut task = TrainingTask { samples: Some(file.digest), ..task(TheoryKind::Samples, 100_000) };
        task.learning.seed = seed;
        let trained = Trainer::run_on(task, None, Some(Arc::clone(&file)), |_| true).unwrap();
        let mut trainer = Trainer::default();
        let known = Some(Arc::new(trained.stack()));
        trainer.apply(TrainerCommand::Start { task, known, starts: None, samples: Some(file) });
        let shown = trainer.snapshot().unwrap();
        assert_eq!((&shown.spins, &shown.nodes), (&trained.spins, &trained.nodes));
    }

    #[test]
    fn rows_chosen_by_chance_forget_sooner() {
        let rows = training_samples(&task(TheoryKind::Chain, 400), 100).unwrap();
        let times = |time: f64| {
            let file = repeated(&rows, 4, time);
            let task = TrainingTask { samples: Some(file.digest), ..task(TheoryKind::Samples, 100_000) };
            FileRows::new(&task, Some(&file)).unwrap().autocorrelation_times()
        };
        for (found, expected) in times(51.0).into_iter().zip([41.0, 11.0]) {
            approx::assert_abs_diff_eq!(found, expected, epsilon = 1e-12);
        }
        assert_eq!([times(0.7), times(f64::NAN), times(1.0)], [[1.0; 2]; 3]);
    }

    #[test]
    fn samples_that_are_not_there_are_refused_in_a_sentence() {
        let file = user_samples(SpinSamples::all_down(100, 16));
        let named = TrainingTask { samples: Some(file.digest), ..task(TheoryKind::Samples, 100) };
        let of = |task: TrainingTask, samples: Option<Arc<UserSamples>>| {
            Trainer::run_on(task, None, samples, |_| true).unwrap_err()
        };
        assert!(of(named, None).contains("no spins were read"));
        assert!(of(task(TheoryKind::Samples, 100), Some(Arc::clone(&file))).contains("another file"));
        let mut other = named;
        other.learning.sites = 32;
        other.layers = 5;
        assert!(of(other, Some(Arc::clone(&file))).contains("the samples have 16 sites"));
    }

    #[test]
    fn a_file_of_up_spins_alone_is_learned() {
        let mut up = SpinSamples::all_down(200, 16);
        (0..200).for_each(|row| (0..16).for_each(|site| up.set(row, site, true)));
        let file = user_samples(up);
        let task = TrainingTask { samples: Some(file.digest), ..task(TheoryKind::Samples, 200) };
        let learned = Trainer::run_on(task, None, Some(file), |_| true).unwrap();
        assert_eq!(learned.phase, Phase::Done);
        // P is one configuration: its entropy, and so the best −ln p, is 0.
        let nll = learned.layers[0].report.as_ref().unwrap().nll_per_spin;
        assert!((0.0..0.01).contains(&nll), "{nll}");
        assert!(learned.layers.iter().all(|l| l.rbm.slot_weights().iter().all(|w| w.is_finite())));
    }
}
