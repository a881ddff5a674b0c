//! Brotli and gzip beside every text and WebAssembly file, so that no request has to compress.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use anyhow::Result;
use flate2::{Compression, write::GzEncoder};

use super::stamp;

const WORTH_IT: &[&str] = &["js", "wasm", "css", "svg", "html", "json", "txt", "webmanifest", "ico"];

/// Compresses text and WebAssembly files, and keeps results that are smaller; images and fonts are compressed already.
pub(crate) fn folder(root: &Path) -> Result<()> {
    for file in stamp::files(root)? {
        let extension = file.extension().unwrap_or_default().to_string_lossy().into_owned();
        if !WORTH_IT.contains(&extension.as_str()) {
            continue;
        }
        let bytes = fs::read(&file)?;
        for (suffix, small) in [("br", brotli_11(&bytes)?), ("gz", gzip(&bytes)?)] {
            if small.len() < bytes.len() {
                fs::write(with_suffix(&file, suffix), small)?;
            }
        }
    }
    Ok(())
}

/// `warmy.css` with `br` is `warmy.css.br`.
pub(crate) fn with_suffix(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(suffix);
    name.into()
}

fn brotli_11(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut small = Vec::new();
    let parameters = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, ..Default::default() };
    brotli::BrotliCompress(&mut &*bytes, &mut small, &parameters)?;
    Ok(small)
}

fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}
