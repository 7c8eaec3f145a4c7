//! Working through the points of a sweep: whole points side by side, each on one thread of its own.

use super::SweepError;
use super::measures::Point;
use super::plan::{MANIFEST, Manifest, Plan};
use super::records::{POINTS, Record, SESSION, TABLE, path, table};
use crate::desk::StudyError;
use crate::session::{SessionError, file};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// One part of a sweep that is spread over several computers: every `of`-th point from `index` on (from 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// Which, from 1.
    pub index: usize,
    /// How many there are.
    pub of: usize,
}

impl Shard {
    /// The only one.
    pub const WHOLE: Self = Self { index: 1, of: 1 };

    /// Whether a point is its own. Points that are neighbours go to different shards: large chains stand together
    /// and would all fall to one.
    #[must_use]
    pub const fn has(self, point: usize) -> bool {
        point % self.of == self.index - 1
    }
}

/// What whoever starts a sweep hands in.
pub struct Helpers<'a> {
    /// Asked between pieces of work of every point; `false` calls the sweep off.
    pub go_on: &'a (dyn Fn() -> bool + Sync),
    /// Told how many of the shard's points are done.
    pub done: &'a (dyn Fn(usize) + Sync),
    /// Writes a file, whole or not at all.
    pub write: &'a WriteFile<'a>,
}

/// Writes the bytes of a file of this path.
pub type WriteFile<'a> = dyn Fn(&Path, &[u8]) -> Result<(), SessionError> + Sync + 'a;

/// What came of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Outcome {
    /// Points of the sweep.
    pub points: usize,
    /// Those of the shard.
    pub of_shard: usize,
    /// Those of them that were there already.
    pub found: usize,
    /// Those that were measured now.
    pub measured: usize,
    /// Points of the shard that have no numbers, such as trainings that diverged.
    pub failed: usize,
    /// Whether all points of the sweep are there, and with them the table.
    pub complete: bool,
}

/// Works through a shard of a sweep. Results are kept in `folder`, one file a point, named by a digest of all that
/// determines it; points that are there are not measured again, so a sweep that was stopped, however that came,
/// goes on, and one that was extended measures only what is new. With the last point the table is written.
///
/// The numbers do not depend on how many `threads` there are.
///
/// # Errors
/// A folder that another sweep stands in, the disk, or called off.
pub fn run(
    plan: &Plan,
    folder: &Path,
    shard: Shard,
    threads: usize,
    helpers: &Helpers<'_>,
) -> Result<Outcome, SweepError> {
    prepare(plan, folder, helpers)?;
    let points = &plan.manifest.points;
    let own: Vec<usize> = (0..points.len()).filter(|point| shard.has(*point)).collect();
    let known: Vec<Option<Record>> = own.iter().map(|point| Record::read(folder, &points[*point])).collect();
    let open: Vec<usize> =
        own.iter().zip(&known).filter(|(_, record)| record.is_none()).map(|(point, _)| *point).collect();
    let found = own.len() - open.len();
    (helpers.done)(found);
    let failed = AtomicUsize::new(known.iter().flatten().filter(|r| r.failure.is_some()).count());
    let (next, finished) = (AtomicUsize::new(0), AtomicUsize::new(found));
    let stopped = AtomicBool::new(false);
    let trouble: Mutex<Option<SweepError>> = Mutex::new(None);
    let workers = threads.clamp(1, open.len().max(1));
    let work = || {
        let go_on = || (helpers.go_on)() && !stopped.load(Ordering::Relaxed);
        while let Some(point) = open.get(next.fetch_add(1, Ordering::Relaxed)) {
            let outcome = measured(plan, *point, &go_on).and_then(|record| {
                (helpers.write)(&path(folder, &points[*point]), &record.bytes())?;
                Ok(record)
            });
            match outcome {
                Ok(record) => {
                    failed.fetch_add(usize::from(record.failure.is_some()), Ordering::Relaxed);
                    (helpers.done)(finished.fetch_add(1, Ordering::Relaxed) + 1);
                }
                Err(error) => {
                    stopped.store(true, Ordering::Relaxed);
                    trouble.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
                    return;
                }
            }
        }
    };
    // Every point computes on one thread: the parts of a point in parallel as well would only wait for each other.
    let inner = (threads / workers).max(1);
    let pools: Vec<rayon::ThreadPool> = (0..workers)
        .map(|_| rayon::ThreadPoolBuilder::new().num_threads(inner).build())
        .collect::<Result<_, _>>()
        .map_err(|error| SweepError::Threads(error.to_string()))?;
    std::thread::scope(|scope| {
        for pool in &pools {
            scope.spawn(|| pool.install(work));
        }
    });
    if let Some(error) = trouble.into_inner().unwrap_or_else(PoisonError::into_inner) {
        return Err(match error {
            SweepError::CalledOff { .. } => {
                SweepError::CalledOff { done: finished.into_inner(), of: own.len() }
            }
            other => other,
        });
    }
    let records: Vec<Option<Record>> = points.iter().map(|digest| Record::read(folder, digest)).collect();
    let complete = records.iter().all(Option::is_some);
    if complete {
        (helpers.write)(&folder.join(TABLE), &table(&plan.manifest, &records).csv())?;
    }
    Ok(Outcome {
        points: points.len(),
        of_shard: own.len(),
        found,
        measured: open.len(),
        failed: failed.into_inner(),
        complete,
    })
}

/// Makes the folder that of this sweep. Points of an earlier one may stay: their names are other ones.
fn prepare(plan: &Plan, folder: &Path, helpers: &Helpers<'_>) -> Result<(), SweepError> {
    if let Some(known) = Manifest::read(folder)?.filter(|known| !plan.manifest.extends(known)) {
        return Err(SweepError::Occupied { folder: folder.into(), known: known.words() });
    }
    let inside = folder.join(POINTS);
    std::fs::create_dir_all(&inside)
        .map_err(|error| SweepError::Folder { folder: folder.into(), reason: error.to_string() })?;
    // A sweep that was killed goes on here: what it was writing, nobody finishes.
    [folder.join(MANIFEST), inside.join("point")].iter().for_each(|path| file::remove_leftovers(path));
    let known = Manifest::read(folder)?;
    if known.as_ref() != Some(&plan.manifest) {
        // A table of fewer values, or of another session, must not be taken for that of this one.
        match std::fs::remove_file(folder.join(TABLE)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(SweepError::Folder { folder: folder.into(), reason: error.to_string() });
            }
            _ => {}
        }
        (helpers.write)(&folder.join(SESSION), &file::to_bytes(&plan.base))?;
        (helpers.write)(&folder.join(MANIFEST), &plan.manifest.bytes())?;
    }
    Ok(())
}

/// The numbers of a point; what it cannot give is said in the record.
fn measured(plan: &Plan, point: usize, go_on: &dyn Fn() -> bool) -> Result<Record, SweepError> {
    let mut record = Record { settings: plan.manifest.settings(point), ..Record::default() };
    let mut subject = Point::new(plan.document(point)?, go_on);
    for measure in &plan.measures {
        match subject.take(measure) {
            Ok(quantities) => record.quantities.extend(quantities),
            Err(StudyError::CalledOff) => return Err(SweepError::CalledOff { done: 0, of: 0 }),
            Err(error) => {
                record.failure = Some(format!("{}: {error}", measure.name));
                break;
            }
        }
    }
    Ok(record)
}
