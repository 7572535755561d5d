//! Cases and packs from disk.

use case::diagnostic::Source;
use case::{Checked, Sources};
use sha2::{Digest, Sha256};
use std::io::Read;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// Procedure packs that come with the program; a case's own `packs/` folder goes before them.
const PACKS: &[(&str, &str)] = &[
    ("belgium", include_str!("../../../packs/belgium.toml")),
    ("bulgaria", include_str!("../../../packs/bulgaria.toml")),
    ("germany", include_str!("../../../packs/germany.toml")),
    ("iraq-2005", include_str!("../../../packs/iraq-2005.toml")),
    ("israel", include_str!("../../../packs/israel.toml")),
    ("italy", include_str!("../../../packs/italy.toml")),
    ("kosovo", include_str!("../../../packs/kosovo.toml")),
    ("lebanon", include_str!("../../../packs/lebanon.toml")),
    ("netherlands", include_str!("../../../packs/netherlands.toml")),
    ("spain", include_str!("../../../packs/spain.toml")),
    ("sweden", include_str!("../../../packs/sweden.toml")),
    ("united-kingdom", include_str!("../../../packs/united-kingdom.toml")),
    ("history", include_str!("../../../data/formation/fit/record.toml")),
];

/// Read no more than this of a file, so that a huge one costs nothing; the case room says what is too long.
const MOST_BYTES: u64 = 4 * 1024 * 1024 + 1;

/// What went wrong outside the author's text.
#[derive(Debug, Error)]
pub enum LoadError {
    #[error("cannot read {path}")]
    Read { path: PathBuf, source: std::io::Error },
    #[error("{path} is not UTF-8 text (byte {at})")]
    NotText { path: PathBuf, at: usize },
    #[error("{path} holds no case.toml: a case is a folder with that file in it")]
    NoCase { path: PathBuf },
}

/// A case as read and checked.
pub struct Loaded {
    /// The folder's name.
    pub id: String,
    /// The texts it was read from, with every pack there is.
    pub sources: Sources,
    pub checked: Checked,
    /// SHA-256 of every file read, names included.
    pub hash: String,
}

/// Reads the case in a folder (or by its `case.toml`).
pub fn load(path: &Path) -> Result<Loaded, LoadError> {
    load_with(path, &[], None)
}

/// The same with values replaced, and with the tables of another file added to the case's.
pub fn load_with(path: &Path, replaced: &[(String, String)], added: Option<&Path>) -> Result<Loaded, LoadError> {
    from_disk(path, replaced, added, None)
}

/// The same as if one of its files, named as in the folder, held another text: what an editor is about to save.
pub fn load_as_if(path: &Path, name: &str, text: &str) -> Result<Loaded, LoadError> {
    from_disk(path, &[], None, Some((name, text)))
}

fn from_disk(
    path: &Path,
    replaced: &[(String, String)],
    added: Option<&Path>,
    instead: Option<(&str, &str)>,
) -> Result<Loaded, LoadError> {
    let folder = if path.file_name().is_some_and(|name| name == "case.toml") {
        path.parent().map_or_else(|| PathBuf::from("."), Path::to_path_buf)
    } else {
        path.to_path_buf()
    };
    let file = folder.join("case.toml");
    if folder.is_dir() && !file.exists() {
        return Err(LoadError::NoCase { path: folder });
    }
    let mut situation = text(&file)?;
    if let Some(added) = added {
        situation.push('\n');
        situation.push_str(&text(added)?);
    }
    let mut sources = Sources {
        case: Source::new(shown(&file), situation),
        claims: optional(&folder.join("claims.toml"))?,
        log: optional(&folder.join("log.toml"))?,
        packs: packs(&folder)?,
        tables: Vec::new(),
    };
    if let Some((name, text)) = instead {
        let source = Source::new(shown(&folder.join(name)), text);
        match name {
            "case.toml" => sources.case = source,
            "claims.toml" => sources.claims = Some(source),
            "log.toml" => sources.log = Some(source),
            _ if name.ends_with(".csv") => {}
            _ => {
                let stem = Path::new(name).file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
                sources.packs.retain(|(known, _)| *known != stem);
                sources.packs.insert(0, (stem, source));
            }
        }
    }
    let mut sources = Sources { tables: tables(&folder, &sources.case.text)?, ..sources };
    if let Some((name, text)) = instead.filter(|(name, _)| name.ends_with(".csv")) {
        sources.tables.retain(|(known, _)| known != name);
        sources.tables.push((name.to_owned(), Source::new(shown(&folder.join(name)), text)));
        sources.tables.sort_by(|a, b| a.0.cmp(&b.0));
    }
    let id = std::path::absolute(&folder)
        .ok()
        .and_then(|folder| folder.file_name().map(|name| name.to_string_lossy().into_owned()))
        .unwrap_or_else(|| "case".into());
    Ok(read(id, sources, replaced))
}

/// A case from its texts.
///
/// - `id`: what the folder would be called.
pub fn read(id: String, sources: Sources, replaced: &[(String, String)]) -> Loaded {
    let checked = case::read_with(&id, &sources, replaced);
    let mut hasher = Sha256::new();
    for source in &checked.sources {
        // Names without their folder, so that a case keeps its hash wherever it lies.
        let name = source.name.rsplit('/').next().unwrap_or(&source.name);
        hasher.update((name.len() as u64).to_le_bytes());
        hasher.update(name.as_bytes());
        hasher.update((source.text.len() as u64).to_le_bytes());
        hasher.update(source.text.as_bytes());
    }
    let hash = hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    Loaded { id, sources, checked, hash }
}

/// The text of an embedded pack, or of a pack file.
pub fn pack(name: &str) -> Result<Option<Source>, LoadError> {
    if let Some((name, text)) = PACKS.iter().find(|(known, _)| *known == name && name != "history") {
        return Ok(Some(Source::new(format!("packs/{name}.toml"), *text)));
    }
    let path = Path::new(name);
    if path.is_file() { Ok(Some(Source::new(shown(path), text(path)?))) } else { Ok(None) }
}

fn packs(folder: &Path) -> Result<Vec<(String, Source)>, LoadError> {
    let mut packs = Vec::new();
    for path in own_packs(folder)? {
        let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        packs.push((name, Source::new(shown(&path), text(&path)?)));
    }
    for (name, text) in PACKS {
        if packs.iter().all(|(own, _)| own != name) {
            packs.push(((*name).to_owned(), Source::new(format!("packs/{name}.toml"), *text)));
        }
    }
    Ok(packs)
}

/// The tables beside a case that its text names, in order of their names.
fn tables(folder: &Path, situation: &str) -> Result<Vec<(String, Source)>, LoadError> {
    let mut tables = Vec::new();
    for name in named_tables(folder, situation) {
        let path = folder.join(&name);
        tables.push((name, Source::new(shown(&path), text(&path)?)));
    }
    Ok(tables)
}

/// The names of these tables.
pub fn named_tables(folder: &Path, situation: &str) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| entry.ok().map(|e| e.path())).collect();
    paths.retain(|path| path.extension().is_some_and(|e| e == "csv"));
    paths.sort();
    let name = |path: &PathBuf| path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    paths.iter().map(name).filter(|name| situation.contains(name.as_str())).collect()
}

/// The pack files in a case's own folder, in order of their names.
pub fn own_packs(folder: &Path) -> Result<Vec<PathBuf>, LoadError> {
    let own = folder.join("packs");
    if !own.is_dir() {
        return Ok(Vec::new());
    }
    let entries = std::fs::read_dir(&own).map_err(|source| LoadError::Read { path: own.clone(), source })?;
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| entry.ok().map(|e| e.path())).collect();
    paths.retain(|path| path.extension().is_some_and(|e| e == "toml"));
    paths.sort();
    Ok(paths)
}

fn optional(path: &Path) -> Result<Option<Source>, LoadError> {
    if path.exists() { Ok(Some(Source::new(shown(path), text(path)?))) } else { Ok(None) }
}

fn shown(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

/// A file's text, as far as anybody will read it.
pub fn text(path: &Path) -> Result<String, LoadError> {
    let read = |source| LoadError::Read { path: path.to_path_buf(), source };
    let mut bytes = Vec::new();
    std::fs::File::open(path).map_err(read)?.take(MOST_BYTES).read_to_end(&mut bytes).map_err(read)?;
    let cut = bytes.len() as u64 == MOST_BYTES;
    String::from_utf8(bytes).or_else(|error| {
        let at = error.utf8_error().valid_up_to();
        let mut bytes = error.into_bytes();
        if cut && bytes.len() - at < 4 {
            // The cut fell into a character; the file is too long anyway, and the checker says so.
            bytes.truncate(at);
            bytes.resize(MOST_BYTES as usize, b' ');
            return Ok(String::from_utf8_lossy(&bytes).into_owned());
        }
        Err(LoadError::NotText { path: path.to_path_buf(), at })
    })
}
