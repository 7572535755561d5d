//! Files that are whole or not there: written beside their place, then moved into it.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// Puts a text in the place of a file that exists; whoever reads sees the old one or the new one.
///
/// - Permissions stay; a link stays a link.
pub fn replace(path: &Path, text: impl AsRef<[u8]>) -> io::Result<()> {
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
    let mut file = match File::create_new(path) {
        // Names are used once in a process: this one is of a process of the same number that was killed on the way.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && is_beside(path) => {
            fs::remove_file(path)?;
            File::create_new(path)?
        }
        other => other?,
    };
    file.write_all(text.as_ref())?;
    file.sync_all()
}

/// A name of its own in the same folder, so that moving from it is one step.
fn beside(path: &Path) -> io::Result<PathBuf> {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    let mut hidden = OsString::from(".");
    hidden.push(name);
    hidden.push(format!(".{}-{}.new", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed)));
    Ok(path.with_file_name(hidden))
}

fn is_beside(path: &Path) -> bool {
    path.file_name().is_some_and(|name| {
        let name = name.to_string_lossy();
        name.starts_with('.') && name.ends_with(".new")
    })
}

#[cfg(test)]
mod tests {
    use super::{beside, create, replace};
    use std::path::Path;

    #[test]
    fn what_a_killed_process_of_the_same_number_left_is_no_hindrance() {
        let folder = std::env::temp_dir().join(format!("formateur-write-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let file = folder.join("x");
        let left = beside(&file).expect("a name");
        let number = |path: &Path| -> u64 {
            let name = path.to_string_lossy().into_owned();
            name.rsplit('-').next().and_then(|n| n.strip_suffix(".new")).and_then(|n| n.parse().ok()).expect("a number")
        };
        // The next hundred names are taken.
        for n in 1..=100 {
            let next = left
                .to_string_lossy()
                .replace(&format!("-{}.new", number(&left)), &format!("-{}.new", number(&left) + n));
            std::fs::write(next, "half").expect("written");
        }
        create(&file, "one").expect("made");
        replace(&file, "two").expect("replaced");
        assert_eq!(std::fs::read_to_string(&file).expect("read"), "two");
        std::fs::remove_dir_all(&folder).expect("removed");
    }
}
