//! A command called from a program instead of a terminal: what it says is kept, how far it is can be read, it can be stopped.
//!
//! Commands write to [`stdout`] and [`stderr`] and tell their progress; where a [`Call`] is under way on the thread, all three
//! go to it.

use std::cell::RefCell;
use std::ffi::OsString;
use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// A command under way. Shared between who runs it and who waits for it.
#[derive(Debug, Default)]
pub struct Call {
    said: Mutex<Said>,
    stopped: AtomicBool,
    done: AtomicUsize,
    total: AtomicUsize,
}

/// What a command wrote.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Said {
    pub stdout: Vec<u8>,
    pub stderr: Vec<u8>,
}

impl Call {
    /// Runs a command line, without the program's name, to its end.
    ///
    /// - Returns the exit code of the command line, 130 where it was stopped.
    /// - Threads are those of the pool it is called in (`rayon::ThreadPool::install`): `--threads` is not heeded.
    ///
    /// ```
    /// let call = std::sync::Arc::new(formateur::call::Call::default());
    /// let code = call.run(["show".into(), "procedure".into(), "sweden".into()]);
    /// assert_eq!(code, 0);
    /// assert!(String::from_utf8(call.said().stdout).is_ok_and(|text| text.contains("Speaker")));
    /// ```
    pub fn run(self: &Arc<Call>, args: impl IntoIterator<Item = OsString>) -> u8 {
        let before = CALL.with(|call| call.replace(Some(self.clone())));
        let args = std::iter::once(OsString::from("formateur")).chain(args);
        let ended = catch_unwind(AssertUnwindSafe(|| crate::command(args)));
        CALL.with(|call| call.replace(before));
        match ended {
            Ok(code) => code,
            Err(cause) if cause.is::<Stopped>() => 130,
            Err(cause) => resume_unwind(cause),
        }
    }

    /// Asks the command to stop: it does so after the draws that are being solved, a fraction of a second in most cases.
    /// Commands without a progress bar run to their end. From here on no file is written or replaced, so that who asked need
    /// not wait for it.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    /// How much of the work is done, and how much there is: draws or solutions; (0, 0) before it is known.
    pub fn progress(&self) -> (usize, usize) {
        (self.done.load(Ordering::Relaxed), self.total.load(Ordering::Relaxed))
    }

    /// What was written up to now.
    pub fn said(&self) -> Said {
        self.said.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn begin(&self, total: usize) {
        self.done.store(0, Ordering::Relaxed);
        self.total.store(total, Ordering::Relaxed);
    }

    /// So many more are done. Leaves the computation, through all its threads, where it was asked to stop.
    pub(crate) fn add(&self, n: usize) {
        self.done.fetch_add(n, Ordering::Relaxed);
        self.heed();
    }

    /// Leaves the computation where it was asked to stop.
    fn heed(&self) {
        if self.stopped.load(Ordering::Relaxed) {
            // Unwinding without a message is the one way out of a parallel loop that leaves nothing half done.
            resume_unwind(Box::new(Stopped));
        }
    }
}

/// Leaves the command under way on this thread where it was asked to stop: what nobody waits for changes no file.
pub(crate) fn heed() {
    if let Some(call) = under_way() {
        call.heed();
    }
}

/// Why a command's stack was unwound.
struct Stopped;

thread_local! {
    static CALL: RefCell<Option<Arc<Call>>> = const { RefCell::new(None) };
}

/// The call under way on this thread.
pub(crate) fn under_way() -> Option<Arc<Call>> {
    CALL.with(|call| call.borrow().clone())
}

/// Standard output, or what stands for it.
pub(crate) fn stdout() -> Stream {
    Stream { call: under_way(), is_error: false }
}

/// Standard error, or what stands for it.
pub(crate) fn stderr() -> Stream {
    Stream { call: under_way(), is_error: true }
}

/// One of the two streams. On a terminal colours are kept, elsewhere and in a call they are taken out.
pub(crate) struct Stream {
    call: Option<Arc<Call>>,
    is_error: bool,
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes)?;
        Ok(bytes.len())
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        match &self.call {
            Some(call) => {
                let mut said = call.said.lock().unwrap_or_else(PoisonError::into_inner);
                let to = if self.is_error { &mut said.stderr } else { &mut said.stdout };
                anstream::StripStream::new(to).write_all(bytes)
            }
            None if self.is_error => anstream::stderr().write_all(bytes),
            None => anstream::stdout().write_all(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &self.call {
            Some(_) => Ok(()),
            None if self.is_error => anstream::stderr().flush(),
            None => anstream::stdout().flush(),
        }
    }
}
