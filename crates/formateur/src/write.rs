//! Files that are whole or not there: written beside their place, then moved into it.

use crate::call;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Puts a text in the place of a file that exists; whoever reads sees the old one or the new one.
///
/// - Permissions stay; a link stays a link.
pub fn replace(path: &Path, text: impl AsRef<[u8]>) -> io::Result<()> {
    call::heed();
    let path = fs::canonicalize(path)?;
    let beside = beside(&path)?;
    let written = write_new(&beside, text)
        .and_then(|()| fs::set_permissions(&beside, fs::metadata(&path)?.permissions()))
        .and_then(|()| fs::rename(&beside, &path));
    if written.is_err() {
        let _ = fs::remove_file(&beside);
    }
    written
}

/// Writes a file, in the place of one that exists.
pub fn whole(path: &Path, text: impl AsRef<[u8]>) -> io::Result<()> {
    if path.exists() { replace(path, text) } else { create(path, text) }
}

/// Makes a file that does not exist yet, whole or not at all.
pub fn create(path: &Path, text: impl AsRef<[u8]>) -> io::Result<()> {
    call::heed();
    let beside = beside(path)?;
    let written = write_new(&beside, text).and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        let _ = fs::remove_file(&beside);
    }
    written
}

/// Makes a folder with files in it, all of them or nothing.
///
/// - `files`: paths within the folder, with `/`, and their texts.
/// - An error of kind `AlreadyExists` where something of that name is there.
pub fn folder(path: &Path, files: &[(&str, &str)]) -> io::Result<()> {
    if fs::symlink_metadata(path).is_ok() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    let beside = beside(path)?;
    fs::create_dir(&beside)?;
    let made = fill(&beside, files).and_then(|()| fs::rename(&beside, path));
    if made.is_err() {
        let _ = fs::remove_dir_all(&beside);
    }
    made
}

fn fill(folder: &Path, files: &[(&str, &str)]) -> io::Result<()> {
    for (name, text) in files {
        let file = folder.join(name);
        if let Some(parent) = file.parent() {
            fs::create_dir_all(parent)?;
        }
        write_new(&file, text)?;
    }
    Ok(())
}

fn write_new(path: &Path, text: impl AsRef<[u8]>) -> io::Result<()> {
    let mut file = File::create_new(path)?;
    file.write_all(text.as_ref())?;
    file.sync_all()
}

/// A name of its own in the same folder, so that moving from it is one step.
fn beside(path: &Path) -> io::Result<PathBuf> {
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    let mut hidden = OsString::from(".");
    hidden.push(name);
    hidden.push(format!(".{}", std::process::id()));
    Ok(path.with_file_name(hidden))
}
