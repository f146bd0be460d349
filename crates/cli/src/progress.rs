//! How far something is that takes a while.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::output::Output;

/// Lines are told this far apart.
const LINE_EVERY: u64 = 5_000;

/// Drawn where there is a terminal, told in lines elsewhere, silent beside JSON.
pub struct Progress {
    what: &'static str,
    bar: ProgressBar,
    tells_lines: bool,
    done: u64,
    /// How many there are, where that is known.
    all: Option<u64>,
}

impl Progress {
    /// `what` is counted, in the plural: `flights`.
    pub fn new(what: &'static str, is_terminal: bool, json: bool) -> Self {
        let target = if is_terminal {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(None, target)
            .with_style(ProgressStyle::default_spinner());
        Self {
            what,
            bar,
            tells_lines: !is_terminal && !json,
            done: 0,
            all: None,
        }
    }

    /// Of so many, in a bar; told in tenths where there is no terminal.
    #[must_use]
    pub fn of(mut self, all: u64) -> Self {
        self.all = Some(all.max(1));
        self.bar.set_length(all);
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {percent}% {msg} ({eta} to go)") {
            self.bar.set_style(style);
        }
        self
    }

    /// A bar over the bytes of a file, which the wrapped reader moves.
    pub fn over_file<R>(&self, file: R, bytes: u64) -> impl std::io::Read + use<R>
    where
        R: std::io::Read,
    {
        self.bar.set_length(bytes);
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {percent}% {msg} ({eta} to go)") {
            self.bar.set_style(style);
        }
        self.bar.wrap_read(file)
    }

    /// `more` are done.
    pub fn advance(&mut self, more: u64, output: &mut Output) {
        let before = self.done;
        self.done += more;
        self.bar.set_message(format!("{} {}", self.done, self.what));
        if self.all.is_some() {
            self.bar.set_position(self.done);
        }
        self.bar.tick();
        if !self.tells_lines {
            return;
        }
        match self.all {
            Some(all) if before * 10 / all != self.done * 10 / all => {
                output.remark(&format!("{} of {all} {}", self.done, self.what));
            }
            None if before / LINE_EVERY != self.done / LINE_EVERY => {
                output.remark(&format!("{} {}", self.done, self.what));
            }
            _ => (),
        }
    }

    /// Leaves the terminal as it was.
    pub fn finish(self) {
        self.bar.finish_and_clear();
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
