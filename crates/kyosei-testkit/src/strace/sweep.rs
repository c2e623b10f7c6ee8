//! Going through the points of a workload: a seeded choice of them, or all of them in several sittings.
//!
//! In `./dev test` a [`Sweep`] gives at most a named number of points, with the first and last call of each
//! kind among them while there is room. In `./dev torture` it gives every point, notes each that passed in a
//! file of its own, and leaves out what an earlier sitting noted. When the program was built anew or makes
//! other calls, the notes no longer count and it starts again.

use std::collections::{BTreeSet, VecDeque};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use rand::seq::SliceRandom as _;

use super::{Counts, Point, Syscall};
use crate::{Seed, torture};

/// Why a sweep could not be noted.
#[derive(Debug, thiserror::Error)]
#[error("cannot keep notes of the sweep: {path}: {source}")]
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
    /// The points of the workload `name`, in which the file `program` makes `calls`: at most `most` of them,
    /// or all under torture.
    ///
    /// # Errors
    /// The program's file or the notes of earlier sittings cannot be read, or new notes not begun.
    pub fn new(
        name: &str,
        program: &Path,
        calls: &Counts,
        most: usize,
        seed: &Seed,
    ) -> Result<Self, SweepError> {
        match torture::folder() {
            Some(folder) => Self::whole(&folder.join(name), program, calls),
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

    fn whole(path: &Path, program: &Path, calls: &Counts) -> Result<Self, SweepError> {
        let failed = |path: &Path, source| SweepError { path: path.to_owned(), source };
        let heading = heading(program, calls).map_err(|source| failed(program, source))?;
        let noted = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(failed(path, error)),
        };
        let goes_on = noted.lines().next() == Some(&heading);
        let passed: BTreeSet<Point> =
            noted.lines().skip(1).filter(|_| goes_on).filter_map(read_point).collect();
        let open = OpenOptions::new().create(true).append(true).open(path);
        let mut file = open.map_err(|source| failed(path, source))?;
        if !goes_on {
            let begun = file.set_len(0).and_then(|()| writeln!(file, "{heading}"));
            begun.map_err(|source| failed(path, source))?;
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

/// The first line of the notes: which build of the program and which calls they are about.
fn heading(program: &Path, calls: &Counts) -> io::Result<String> {
    let metadata = fs::metadata(program)?;
    let built = metadata.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
    let counts: Vec<String> = calls.iter().map(|(syscall, count)| format!("{syscall}={count}")).collect();
    Ok(format!("program of {} bytes, built {built}: {}", metadata.len(), counts.join(" ")))
}

fn read_point(line: &str) -> Option<Point> {
    let (syscall, nth) = line.split_once(' ')?;
    Some(Point { syscall: Syscall::from_name(syscall)?, nth: nth.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;

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

    /// A folder, the path of notes in it, and the file of a program.
    fn sitting() -> (tempfile::TempDir, PathBuf, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let (notes, program) = (folder.path().join("import"), folder.path().join("program"));
        fs::write(&program, "built once").unwrap();
        (folder, notes, program)
    }

    #[test]
    fn torture_tries_every_point_and_goes_on_where_it_stopped() {
        let (_folder, notes, program) = sitting();
        let mut first = Sweep::whole(&notes, &program, &calls()).unwrap();
        for _ in 0..40 {
            let point = first.next().unwrap();
            first.passed(point).unwrap();
        }
        // The point that was under way when the sitting ended was not noted: it is tried again.
        let under_way = first.next().unwrap();
        let second: Vec<Point> = Sweep::whole(&notes, &program, &calls()).unwrap().collect();
        assert_eq!(second.len(), 63);
        assert_eq!(second.first(), Some(&under_way));
    }

    #[test]
    fn torture_starts_again_when_the_program_was_built_anew_or_makes_other_calls() {
        let (_folder, notes, program) = sitting();
        let pass_one = |calls: &Counts| {
            let mut sweep = Sweep::whole(&notes, &program, calls).unwrap();
            let point = sweep.next().unwrap();
            sweep.passed(point).unwrap();
            sweep.count()
        };
        assert_eq!([pass_one(&calls()), pass_one(&calls())], [102, 101], "positive control: notes count");
        fs::write(&program, "built a second time").unwrap();
        assert_eq!(pass_one(&calls()), 102);
        assert_eq!(pass_one(&Counts::from([(Syscall::Write, 100)])), 99);
    }
}
