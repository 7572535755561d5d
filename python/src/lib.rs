//! The Python door: one function that runs a command line in this process. Everything else is Python, in `python/formateur`.

use formateur::call::Call;
use pyo3::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How often a run looks for Ctrl-C and tells its progress.
const LOOK: Duration = Duration::from_millis(100);

/// Runs a command line, without the program's name, in this process.
///
/// - `args`: as on the command line.
/// - `threads`: how many; 0 for one per core. The answer does not depend on it.
/// - `progress`: called with what is done and what there is to do, ten times a second at most; `None` for silence.
/// - Returns exit code, standard output and standard error.
///
/// Other Python threads go on meanwhile. A signal, such as Ctrl-C, is raised at once, as the interpreter raises it; what was
/// being solved is finished on its threads, which takes a fraction of a second in most cases, and thrown away: nothing is written.
#[pyfunction]
#[pyo3(signature = (args, threads = 0, progress = None))]
fn command(
    py: Python<'_>,
    args: Vec<OsString>,
    threads: usize,
    progress: Option<Py<PyAny>>,
) -> PyResult<(u8, String, String)> {
    let pool = pool(threads)?;
    let call = Arc::new(Call::default());
    let (sender, ended) = sync_channel(1);
    // Waiting is done without the interpreter's lock, in what Rust takes for another thread.
    let ended = Mutex::new(ended);
    let theirs = call.clone();
    let worker = std::thread::spawn(move || {
        let code = pool.install(|| theirs.run(args));
        // Who waited may have gone; then nobody wants to know.
        let _ = sender.send(code);
    });
    let mut told = (0, 0);
    let code = loop {
        match py.detach(|| ended.lock().unwrap_or_else(PoisonError::into_inner).recv_timeout(LOOK)) {
            Ok(code) => break Some(code),
            Err(RecvTimeoutError::Disconnected) => break None,
            Err(RecvTimeoutError::Timeout) => {}
        }
        let now = call.progress();
        let heard = match &progress {
            Some(progress) if now != told => progress.call1(py, now).map(|_| ()),
            _ => Ok(()),
        };
        told = now;
        if let Err(error) = heard.and_then(|()| py.check_signals()) {
            call.stop();
            return Err(error);
        }
    };
    let finished = py.detach(|| worker.join());
    match (code, finished) {
        (Some(code), Ok(())) => {
            let said = call.said();
            let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
            Ok((code, text(said.stdout), text(said.stderr)))
        }
        _ => Err(pyo3::exceptions::PyRuntimeError::new_err(
            "a mistake of the program itself: please report it with the case that shows it",
        )),
    }
}

/// Threads are kept from call to call, a pool for each number of them.
fn pool(threads: usize) -> PyResult<Arc<ThreadPool>> {
    static POOLS: Mutex<BTreeMap<usize, Arc<ThreadPool>>> = Mutex::new(BTreeMap::new());
    let mut pools = POOLS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(pool) = pools.get(&threads) {
        return Ok(pool.clone());
    }
    let pool = ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .map_err(|error| pyo3::exceptions::PyRuntimeError::new_err(error.to_string()))?;
    Ok(pools.entry(threads).or_insert(Arc::new(pool)).clone())
}

#[pymodule]
fn _engine(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", formateur::VERSION)?;
    module.add("PARQUET", formateur::PARQUET)?;
    module.add_function(wrap_pyfunction!(command, module)?)
}
