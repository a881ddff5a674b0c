//! Records every answer of Graph in a file, for a check against Microsoft's API description.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use serde::de::IgnoredAny;
use serde_json::json;

/// Appends lines of JSON to a file. A line is written before its answer is sent, so a killed simulator loses none.
#[derive(Debug)]
pub(crate) struct Recorder {
    file: Mutex<File>,
}

impl Recorder {
    /// Opens a file for appending.
    ///
    /// # Errors
    /// When it cannot be created or opened for writing.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let file = OpenOptions::new().create(true).append(true).open(path)?;
        Ok(Self { file: Mutex::new(file) })
    }

    /// Appends one answer: `{method, path, status, content_type, body}`. `path` is path and query below the version;
    /// a JSON `body` is embedded, any other is a string. Parts of a batch are separate answers, before their batch. A
    /// write error is logged and does not affect the client.
    pub(crate) fn push(&self, method: &str, path: &str, status: u16, content_type: &str, body: &str) {
        let is_json =
            content_type.starts_with("application/json") && serde_json::from_str::<IgnoredAny>(body).is_ok();
        // The body is embedded as text, to avoid parsing and serialising a page of 999 users. Line breaks in JSON are
        // always between tokens.
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
