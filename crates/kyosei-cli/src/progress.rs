//! A bar on standard error for long work, only where a person is watching.

use std::io::IsTerminal;
use std::ops::ControlFlow;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use kyosei_intake::preview::Progress;

/// A bar with a title; silent when standard error is no terminal.
pub struct Bar(ProgressBar);

impl Bar {
    /// Shows a bar.
    pub fn new(title: &str) -> Self {
        let target = if std::io::stderr().is_terminal() {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(None, target);
        if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} {eta}") {
            bar.set_style(style);
        }
        bar.set_message(title.to_owned());
        bar.enable_steady_tick(Duration::from_millis(200));
        Self(bar)
    }

    /// Takes over how far the work is. It never stops it: an interrupt ends the program, and nothing was saved.
    pub fn report(&self, progress: Progress) -> ControlFlow<()> {
        self.set(progress.done, progress.total);
        ControlFlow::Continue(())
    }

    /// Shows that `done` of `total` is done.
    pub fn set(&self, done: usize, total: usize) {
        self.0.set_length(u64::try_from(total).unwrap_or(u64::MAX));
        self.0.set_position(u64::try_from(done).unwrap_or(u64::MAX));
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
