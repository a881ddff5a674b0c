//! One stylesheet from many: `@import`s resolved, prefixes and fallbacks for our browsers, no white space.

use std::path::Path;

use anyhow::{Result, anyhow};
use lightningcss::{
    bundler::{Bundler, FileProvider},
    stylesheet::{MinifyOptions, ParserOptions, PrinterOptions},
    targets::{Browsers, Targets},
};

/// Bundles and minifies. A file that is missing or cannot be parsed is an error with its location.
pub(crate) fn bundle(entry: &Path, browsers: &str) -> Result<String> {
    let targets: Targets = Browsers::from_browserslist([browsers])?.into();
    let files = FileProvider::new();
    let mut bundler = Bundler::new(&files, None, ParserOptions::default());
    let mut sheet = bundler.bundle(entry).map_err(|error| anyhow!("CSS: {error}"))?;
    let minify = MinifyOptions { targets, ..MinifyOptions::default() };
    sheet.minify(minify).map_err(|error| anyhow!("CSS: {error}"))?;
    let print = PrinterOptions { minify: true, targets, ..PrinterOptions::default() };
    Ok(sheet.to_css(print).map_err(|error| anyhow!("CSS: {error}"))?.code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_are_inlined_into_their_layers() -> Result<()> {
        let folder = tempfile::tempdir()?;
        std::fs::write(folder.path().join("base.css"), "h1 { color: red }")?;
        let entry = folder.path().join("main.css");
        std::fs::write(&entry, "@layer base, parts; @import 'base.css' layer(base);")?;
        assert_eq!(bundle(&entry, "chrome >= 123")?, "@layer base{h1{color:red}}@layer parts;");
        Ok(())
    }

    #[test]
    fn a_missing_import_is_an_error() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let entry = folder.path().join("main.css");
        std::fs::write(&entry, "@import 'nowhere.css';")?;
        assert!(bundle(&entry, "chrome >= 123").is_err());
        Ok(())
    }
}
