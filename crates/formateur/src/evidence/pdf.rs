//! PDFs are read in a process of their own: a file that makes the reader hang, overflow its stack or eat the memory ends that
//! process and nothing else.

use crate::Ended;
use ::evidence::read::{Format, Read, read, sha256};
use serde_json::{Value, json};
use std::error::Error;
use std::io::{Read as _, Write};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const LONGEST: Duration = Duration::from_mins(1);
/// Resident memory at which the reader is stopped, where the system tells.
const MOST_MEMORY: u64 = 2 << 30;

/// What the child does: bytes in, one JSON object out.
pub fn child() -> Result<Ended, Box<dyn Error>> {
    let mut bytes = Vec::new();
    std::io::stdin().lock().read_to_end(&mut bytes)?;
    // What a broken file makes the reader say is no use to anybody.
    std::panic::set_hook(Box::new(|_| {}));
    let said = match read("document.pdf", &bytes) {
        Ok(read) => json!({ "text": read.text, "flags": read.flags }),
        Err(error) => json!({ "error": error.to_string() }),
    };
    serde_json::to_writer(std::io::stdout().lock(), &said)?;
    Ok(Ended::Good)
}

/// The text of a PDF; the inner error is the file's fault.
pub fn in_child(bytes: &[u8]) -> Result<Result<Read, String>, Box<dyn Error>> {
    let mut child = Command::new(std::env::current_exe()?)
        .args(["evidence", "read-pdf"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let mut input = child.stdin.take().ok_or("no way to the reader")?;
    let mut output = child.stdout.take().ok_or("no way from the reader")?;
    let owned = bytes.to_vec();
    let writer = std::thread::spawn(move || input.write_all(&owned));
    let reader = std::thread::spawn(move || {
        let mut said = Vec::new();
        output.read_to_end(&mut said).map(|_| said)
    });
    let ended = wait(&mut child)?;
    let _ = writer.join();
    let said = reader.join().map_err(|_| "the reader's answer was lost")??;
    if let Some(why) = ended {
        return Ok(Err(why));
    }
    let Ok(said) = serde_json::from_slice::<Value>(&said) else {
        return Ok(Err("the PDF cannot be read: its structure is broken".into()));
    };
    if let Some(error) = said["error"].as_str() {
        return Ok(Err(error.to_owned()));
    }
    let flags = said["flags"].as_array().into_iter().flatten().filter_map(|f| f.as_str().map(str::to_owned)).collect();
    let text = said["text"].as_str().unwrap_or_default().to_owned();
    Ok(Ok(Read { format: Format::Pdf, file_sha256: sha256(bytes), text, title: None, flags }))
}

/// Waits for the reader; says why it was stopped, if it was.
fn wait(child: &mut Child) -> Result<Option<String>, Box<dyn Error>> {
    let begun = Instant::now();
    loop {
        if child.try_wait()?.is_some() {
            return Ok(None);
        }
        let why = if begun.elapsed() > LONGEST {
            "reading it takes too long"
        } else if memory(child.id()).is_some_and(|bytes| bytes > MOST_MEMORY) {
            "reading it takes too much memory"
        } else {
            std::thread::sleep(Duration::from_millis(10));
            continue;
        };
        child.kill()?;
        child.wait()?;
        return Ok(Some(format!("the PDF cannot be read: {why}")));
    }
}

/// Resident memory of a process in bytes, where the system tells.
fn memory(process: u32) -> Option<u64> {
    let text = std::fs::read_to_string(format!("/proc/{process}/statm")).ok()?;
    text.split_whitespace().nth(1)?.parse::<u64>().ok().map(|pages| pages * 4096)
}
