//! Going through the points of a workload: a seeded choice of them, or all of them in several sittings.
//!
//! In `./dev test` a [`Sweep`] gives at most a named number of points, with the first and last call of each
//! kind among them while there is room. When `KYOSEI_TORTURE` names a folder, as `./dev torture` does, it
//! gives every point, notes each that passed in a file of its own there, and leaves out what an earlier
//! sitting noted. A workload whose calls have changed since starts again. `./dev torture --fresh` forgets
//! all notes, and must be used after a change of the program that keeps its calls.

use std::collections::{BTreeSet, VecDeque};
use std::env;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use rand::seq::SliceRandom as _;

use super::{Counts, Point, Syscall};
use crate::Seed;

/// The environment variable that asks for every point and names the folder of the notes.
pub const TORTURE: &str = "KYOSEI_TORTURE";

/// Why a sweep could not be noted.
#[derive(Debug, thiserror::Error)]
#[error("cannot keep the notes of the sweep in {path}: {source}")]
pub struct SweepError {
    /// The file.
    path: PathBuf,
    /// What the system said.
    source: io::Error,
}

/// Points still to try.
#[derive(Debug)]
pub struct Sweep {
    left: VecDeque<Point>,
    notes: Option<(PathBuf, File)>,
}

impl Sweep {
    /// The points of a workload called `name` that makes `calls`: at most `most` of them, or all when
    /// `KYOSEI_TORTURE` is set.
    ///
    /// # Errors
    /// The notes of earlier sittings cannot be read or begun.
    pub fn new(name: &str, calls: &Counts, most: usize, seed: &Seed) -> Result<Self, SweepError> {
        match env::var_os(TORTURE) {
            Some(folder) => Self::whole(&Path::new(&folder).join(name), calls),
            None => Ok(Self { left: chosen(calls, most, seed).into(), notes: None }),
        }
    }

    /// Notes that the program held at `point`, so that no later sitting tries it again.
    ///
    /// # Errors
    /// The note cannot be written.
    pub fn passed(&mut self, point: Point) -> Result<(), SweepError> {
        let Some((path, file)) = &mut self.notes else { return Ok(()) };
        writeln!(file, "{point}").map_err(|source| SweepError { path: path.clone(), source })
    }

    fn whole(path: &Path, calls: &Counts) -> Result<Self, SweepError> {
        let failed = |source| SweepError { path: path.to_owned(), source };
        let heading = heading(calls);
        let noted = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(failed(error)),
        };
        let goes_on = noted.lines().next() == Some(&heading);
        let passed: BTreeSet<Point> =
            noted.lines().skip(1).filter(|_| goes_on).filter_map(read_point).collect();
        let mut file = OpenOptions::new().create(true).append(true).open(path).map_err(failed)?;
        if !goes_on {
            file.set_len(0).and_then(|()| writeln!(file, "{heading}")).map_err(failed)?;
        }
        let left = every(calls).filter(|point| !passed.contains(point)).collect();
        Ok(Self { left, notes: Some((path.to_owned(), file)) })
    }
}

impl Iterator for Sweep {
    type Item = Point;

    fn next(&mut self) -> Option<Point> {
        self.left.pop_front()
    }
}

fn every(calls: &Counts) -> impl Iterator<Item = Point> + '_ {
    calls.iter().flat_map(|(syscall, count)| (1..=*count).map(|nth| Point { syscall: *syscall, nth }))
}

/// First and last call of each kind, then others at random, in the order of the calls.
fn chosen(calls: &Counts, most: usize, seed: &Seed) -> Vec<Point> {
    let is_edge = |point: &Point| point.nth == 1 || calls.get(&point.syscall) == Some(&point.nth);
    let mut rng = seed.branch("sweep").rng();
    let (mut edges, mut others): (Vec<Point>, Vec<Point>) = every(calls).partition(is_edge);
    edges.shuffle(&mut rng);
    others.shuffle(&mut rng);
    let mut points: Vec<Point> = edges.into_iter().chain(others).take(most).collect();
    points.sort_unstable();
    points
}

/// The first line of the notes: what they are about.
fn heading(calls: &Counts) -> String {
    let counts: Vec<String> = calls.iter().map(|(syscall, count)| format!("{syscall}={count}")).collect();
    format!("calls: {}", counts.join(" "))
}

fn read_point(line: &str) -> Option<Point> {
    let (syscall, nth) = line.split_once(' ')?;
    Some(Point { syscall: Syscall::from_name(syscall)?, nth: nth.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::super::{Counts, Point, Syscall};
    use super::{Sweep, chosen};
    use crate::Seed;

    fn calls() -> Counts {
        Counts::from([(Syscall::Write, 100), (Syscall::Fsync, 3)])
    }

    #[test]
    fn a_choice_holds_the_first_and_last_of_each_kind_and_replays() {
        let points = chosen(&calls(), 10, &Seed::fixed(1));
        assert_eq!(points.len(), 10);
        for (syscall, nth) in
            [(Syscall::Write, 1), (Syscall::Write, 100), (Syscall::Fsync, 1), (Syscall::Fsync, 3)]
        {
            assert!(points.contains(&Point { syscall, nth }), "{syscall} {nth}");
        }
        assert_eq!(points, chosen(&calls(), 10, &Seed::fixed(1)));
        assert_ne!(points, chosen(&calls(), 10, &Seed::fixed(2)));
        assert_eq!(chosen(&calls(), usize::MAX, &Seed::fixed(1)).len(), 103);
    }

    #[test]
    fn torture_tries_every_point_and_goes_on_where_it_stopped() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("import");
        let mut first = Sweep::whole(&path, &calls()).unwrap();
        for _ in 0..40 {
            let point = first.next().unwrap();
            first.passed(point).unwrap();
        }
        // The point that was under way when the sitting ended was not noted: it is tried again.
        let under_way = first.next().unwrap();
        let second: Vec<Point> = Sweep::whole(&path, &calls()).unwrap().collect();
        assert_eq!(second.len(), 63);
        assert_eq!(second.first(), Some(&under_way));
    }

    #[test]
    fn torture_starts_again_when_the_workload_makes_other_calls() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("import");
        let mut first = Sweep::whole(&path, &calls()).unwrap();
        let point = first.next().unwrap();
        first.passed(point).unwrap();
        let other = Counts::from([(Syscall::Write, 100)]);
        assert_eq!(Sweep::whole(&path, &other).unwrap().count(), 100);
        assert_eq!(Sweep::whole(&path, &other).unwrap().count(), 100, "nothing of the old notes is left");
    }
}
