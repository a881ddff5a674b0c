//! WebAssembly: the JavaScript glue by wasm-bindgen, in process, and binaryen's optimiser for release.

use std::{collections::BTreeMap, fs, path::Path, process::Command};

use anyhow::{Context as _, Result};
use wasm_bindgen_cli_support::Bindgen;

use super::files::content_hash;
use crate::{setup::npm, shell};

/// The output of wasm-bindgen for a compiled library.
pub(crate) struct Glue {
    pub(crate) js: String,
    pub(crate) wasm: Vec<u8>,
    /// JavaScript that Rust crates contain, by its path beside the glue.
    pub(crate) snippets: BTreeMap<String, String>,
}

/// Generates the glue for `<script type="module">`.
pub(crate) fn bind(compiled: &Path, name: &str) -> Result<Glue> {
    let mut bindgen = Bindgen::new();
    bindgen.input_path(compiled).out_name(name).web(true)?.typescript(false);
    // Leptos's script passes the location of the WebAssembly: the glue must not guess it.
    bindgen.omit_default_module_path(true);
    let mut output = bindgen.generate_output().context("wasm-bindgen")?;
    let mut snippets = BTreeMap::new();
    for (crate_name, inline) in output.snippets() {
        for (number, source) in inline.iter().enumerate() {
            snippets.insert(format!("{crate_name}/inline{number}.js"), source.clone());
        }
    }
    for (path, source) in output.local_modules() {
        snippets.insert(path.clone(), source.clone());
    }
    let js = output.js().replace("./snippets/", &format!("./{}/", snippet_folder(&snippets)));
    Ok(Glue { js, wasm: output.wasm_mut().emit_wasm(), snippets })
}

/// Writes the snippets where the glue imports them from.
pub(crate) fn write_snippets(snippets: &BTreeMap<String, String>, package: &Path) -> Result<()> {
    let folder = package.join(snippet_folder(snippets));
    for (path, source) in snippets {
        let file = folder.join(path);
        fs::create_dir_all(file.parent().context("a snippet has no folder")?)?;
        fs::write(file, source)?;
    }
    Ok(())
}

/// Named by content, because everything in the package folder may be cached for ever.
fn snippet_folder(snippets: &BTreeMap<String, String>) -> String {
    let all: String = snippets.iter().map(|(path, source)| format!("{path}\n{source}\n")).collect();
    format!("snippets.{}", content_hash(all.as_bytes()))
}

/// Passes of wasm-opt: none that expands code, because the size after Brotli counts. All of `-Oz` gives 10 % more bytes
/// to download and takes six times as long.
const PASSES: [&str; 4] = [
    "--duplicate-function-elimination",
    "--remove-unused-module-elements",
    "--optimize-instructions",
    // Functions of one module are similar, so Brotli compresses them better side by side.
    "--reorder-functions-by-name",
];

/// Runs `wasm-opt` with the WebAssembly features that Rust uses and all supported browsers have. It needs the names of
/// the functions and omits them from its output.
pub(crate) fn optimise(wasm: Vec<u8>) -> Result<Vec<u8>> {
    let folder = tempfile::tempdir()?;
    let (input, output) = (folder.path().join("in.wasm"), folder.path().join("out.wasm"));
    fs::write(&input, wasm)?;
    let mut wasm_opt = Command::new(npm::bin("wasm-opt"));
    wasm_opt.args(PASSES).args(["--enable-bulk-memory", "--enable-nontrapping-float-to-int"]);
    wasm_opt.args(["--enable-sign-ext", "--enable-mutable-globals", "--enable-reference-types"]);
    wasm_opt.args(["--enable-multivalue", "--enable-extended-const"]);
    shell::quiet(wasm_opt.arg(&input).arg("-o").arg(&output))?;
    Ok(fs::read(output)?)
}
