//! A progress bar on standard error, for work longer than a second and only where somebody looks.

use crate::call::{self, Call};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Counts finished pieces of work.
pub struct Progress {
    bar: ProgressBar,
    begun: Instant,
    wanted: bool,
    call: Option<Arc<Call>>,
}

impl Progress {
    /// For `total` pieces, called `what`.
    pub fn new(total: usize, what: &str, quiet: bool) -> Progress {
        let bar = ProgressBar::with_draw_target(Some(total as u64), ProgressDrawTarget::hidden());
        let style = ProgressStyle::with_template("  {bar:30} {pos}/{len} {msg}, {eta} left")
            .unwrap_or_else(|_| ProgressStyle::default_bar());
        bar.set_style(style);
        bar.set_message(what.to_owned());
        let call = call::under_way();
        if let Some(call) = &call {
            call.begin(total);
        }
        let wanted = !quiet && call.is_none() && std::io::stderr().is_terminal();
        Progress { bar, begun: Instant::now(), wanted, call }
    }

    /// So many more are done.
    pub fn add(&self, n: usize) {
        if self.wanted && self.bar.is_hidden() && self.begun.elapsed() > Duration::from_secs(1) {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        self.bar.inc(n as u64);
        if let Some(call) = &self.call {
            call.add(n);
        }
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
