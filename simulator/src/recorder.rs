//! Every answer of Graph in a file, for a check against Microsoft's description of it.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use serde::de::IgnoredAny;
use serde_json::json;

/// Appends lines of JSON to a file. Each is whole when the answer leaves: a killed simulator loses none.
#[derive(Debug)]
pub(crate) struct Recorder {
    file: Mutex<File>,
}

impl Recorder {
    /// Opens a file for appending.
    ///
    /// # Errors
    /// When it cannot be made or written.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let file = OpenOptions::new().create(true).append(true).open(path)?;
        Ok(Self { file: Mutex::new(file) })
    }

    /// Writes one answer down: `{method, path, status, content_type, body}`. `path` is path and query below the
    /// version; `body` is JSON as it is, anything else a string. Parts of a batch are answers of their own,
    /// before the batch that holds them. A full disk is said in the log, and clients are answered all the same.
    pub(crate) fn push(&self, method: &str, path: &str, status: u16, content_type: &str, body: &str) {
        let is_json =
            content_type.starts_with("application/json") && serde_json::from_str::<IgnoredAny>(body).is_ok();
        // The body goes in as text: a page of 999 users is not taken apart to be put together again. Line breaks
        // in JSON are always between tokens.
        let body = if is_json { body.replace(['\r', '\n'], " ") } else { json!(body).to_string() };
        let line = format!(
            "{{\"method\":{},\"path\":{},\"status\":{status},\"content_type\":{},\"body\":{body}}}\n",
            json!(method),
            json!(path),
            json!(content_type)
        );
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(error) = file.write_all(line.as_bytes()) {
            tracing::error!(%error, "cannot record an answer");
        }
    }
}
