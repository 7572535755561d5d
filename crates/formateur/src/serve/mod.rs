//! The workbench in the browser: a server on this machine, everything it shows inside the program.

mod api;
mod builder;
mod evidence;
mod files;
mod jobs;
mod pages;
mod pictures;
mod safety;
mod scenario;

use crate::ask::Depth;
use crate::{Ended, load, threads};
use axum::Router;
use axum::routing::{delete, get, post};
use clap::Args;
use jobs::Jobs;
use std::error::Error;
use std::io::Write;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

#[derive(Args)]
pub struct Serve {
    /// Cases to show; without any, those below the current folder.
    cases: Vec<PathBuf>,
    /// The port; 0 takes a free one.
    #[arg(long, default_value_t = 7329)]
    port: u16,
    /// The address to listen on; beyond this machine only with a token, which is printed.
    #[arg(long, default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    bind: IpAddr,
    /// Names under which others reach it, for `--bind`: `desk.example:7329`; repeatable.
    #[arg(long, value_name = "HOST:PORT")]
    host: Vec<String>,
    /// Draws of a settled answer; options and why take a fifth.
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(8..=100_000))]
    draws: u32,
    /// The seed of the draws.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Threads for solving.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=1024))]
    threads: Option<u32>,
    /// Where first answers are kept between sessions; the user's cache folder unless said otherwise.
    #[arg(long, value_name = "FOLDER")]
    cache: Option<PathBuf>,
    /// The store of documents and claims: one file, made when the first document is added.
    #[arg(long, value_name = "S", default_value = "evidence.db", env = "FORMATEUR_STORE")]
    store: PathBuf,
    /// Who decides about claims; it stands in the store's ledger.
    #[arg(long, value_name = "NAME", env = "USER", default_value = "analyst")]
    by: String,
    /// Keep nothing between sessions.
    #[arg(long)]
    forget: bool,
}

/// A case the server shows.
pub struct Shown {
    /// Its part of an address: the folder's name.
    pub id: String,
    pub folder: PathBuf,
    /// Held while a file is compared and replaced.
    pub writing: tokio::sync::Mutex<()>,
}

/// What every request can reach.
pub struct Bench {
    pub cases: Vec<Shown>,
    pub jobs: Arc<Jobs>,
    pub depth: Depth,
    pub safety: safety::Safety,
    pub shelf: evidence::Shelf,
    pub assemblies: builder::Assemblies,
}

impl Bench {
    pub fn case(&self, id: &str) -> Option<&Shown> {
        self.cases.iter().find(|case| case.id == id)
    }
}

pub fn serve(args: &Serve) -> Result<Ended, Box<dyn Error>> {
    threads(args.threads)?;
    let cases = match found(&args.cases) {
        Ok(cases) => cases,
        Err(why) => {
            writeln!(anstream::stderr(), "error: {why}")?;
            return Ok(Ended::Usage);
        }
    };
    let keep = if args.forget { None } else { args.cache.clone().or_else(cache_folder) };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(SocketAddr::new(args.bind, args.port)).await?;
        let address = listener.local_addr()?;
        let token = if address.ip().is_loopback() { None } else { Some(safety::token()?) };
        let bench = Arc::new(Bench {
            cases,
            jobs: Jobs::new(keep),
            depth: Depth { draws: args.draws as usize, seed: args.seed, as_of: None },
            safety: safety::Safety::new(address, &args.host, token.clone()),
            shelf: evidence::Shelf::new(args.store.clone(), args.by.clone()),
            assemblies: builder::Assemblies::default(),
        });
        let shown =
            if address.ip().is_unspecified() { format!("localhost:{}", address.port()) } else { address.to_string() };
        let key = token.map_or_else(String::new, |token| format!("?token={token}"));
        // The address is all there is on standard output, so that scripts can read it.
        let mut out = anstream::stdout();
        writeln!(out, "http://{shown}/{key}")?;
        out.flush()?;
        axum::serve(listener, router(bench)).await?;
        Ok::<(), Box<dyn Error>>(())
    })?;
    Ok(Ended::Good)
}

fn router(bench: Arc<Bench>) -> Router {
    Router::new()
        .route("/", get(pages::home))
        .route("/assets/{name}", get(pages::asset))
        .route("/case/{case}", get(pages::overview))
        .route("/case/{case}/options", get(pages::options))
        .route("/case/{case}/whatif", get(pages::whatif))
        .route("/case/{case}/paths", get(pages::paths))
        .route("/case/{case}/chamber", get(pages::chamber))
        .route("/case/{case}/evidence", get(pages::evidence))
        .route("/case/{case}/news", get(pages::news))
        .route("/case/{case}/trust", get(pages::trust))
        .route("/case/{case}/files", get(pages::files))
        .route("/api/openapi.json", get(api::openapi))
        .route("/api/cases", get(api::cases))
        .route("/api/cases/{case}/ask/{question}", get(api::ask))
        .route("/api/cases/{case}/whatif", post(api::whatif))
        .route("/api/cases/{case}/jobs", post(api::start))
        .route("/api/jobs/{job}", get(api::job).delete(api::stop))
        .route("/api/jobs/{job}/events", get(api::events))
        .route("/api/cases/{case}/files", get(files::list))
        .route("/api/cases/{case}/files/{*name}", get(files::read).put(files::save).post(files::check))
        .route("/api/cases/{case}/plot/{picture}", get(pictures::picture))
        .route("/api/cases/{case}/scenario", get(scenario::out).post(scenario::into))
        .route("/api/cases/{case}/coalition", get(builder::coalition))
        .route("/api/cases/{case}/evidence", get(evidence::all))
        .route("/api/cases/{case}/evidence/documents", post(evidence::add))
        .route("/api/cases/{case}/evidence/propose", post(evidence::propose))
        .route("/api/cases/{case}/evidence/claims/{claim}", post(evidence::decide))
        .route("/api/cases/{case}/evidence/put-down", post(evidence::put_down))
        .route("/api/cases/{case}/news", post(files::news))
        .route("/api/cases/{case}/news/last", delete(files::undo))
        .fallback(api::nowhere)
        .layer(axum::middleware::from_fn_with_state(bench.clone(), safety::guard))
        .with_state(bench)
}

/// The cases named, or those in this folder or in `cases/`.
fn found(named: &[PathBuf]) -> Result<Vec<Shown>, String> {
    let mut folders: Vec<PathBuf> = Vec::new();
    for path in named {
        let folder = if path.ends_with("case.toml") {
            path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_path_buf()
        } else {
            path.clone()
        };
        if !folder.join("case.toml").is_file() {
            return Err(load::LoadError::NoCase { path: folder }.to_string());
        }
        folders.push(folder);
    }
    if named.is_empty() {
        if Path::new("case.toml").is_file() {
            folders.push(PathBuf::from("."));
        }
        for parent in [".", "cases"] {
            let entries = std::fs::read_dir(parent).into_iter().flatten().filter_map(Result::ok);
            folders.extend(entries.map(|e| e.path()).filter(|p| p.join("case.toml").is_file()));
        }
        folders.sort();
    }
    if folders.is_empty() {
        return Err("no case here: name one, or begin one with `formateur new FOLDER`".into());
    }
    let mut cases: Vec<Shown> = Vec::new();
    for folder in folders {
        let folder =
            std::fs::canonicalize(&folder).map_err(|error| format!("cannot read {}: {error}", folder.display()))?;
        let name: String = folder
            .file_name()
            .map(|n| n.to_string_lossy().into_owned())
            .unwrap_or_default()
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() || c == '-' || c == '_' { c } else { '-' })
            .collect();
        let name = if name.is_empty() { "case".to_owned() } else { name };
        let mut id = name.clone();
        let mut n = 2;
        while cases.iter().any(|c| c.id == id) {
            id = format!("{name}-{n}");
            n += 1;
        }
        cases.push(Shown { id, folder, writing: tokio::sync::Mutex::new(()) });
    }
    Ok(cases)
}

fn cache_folder() -> Option<PathBuf> {
    let base = std::env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .filter(|p| p.is_absolute())
        .or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache")))?;
    Some(base.join("formateur"))
}
