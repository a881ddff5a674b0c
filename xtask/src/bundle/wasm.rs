//! WebAssembly: the JavaScript glue by wasm-bindgen, in process, and binaryen's optimiser for release.

use std::{collections::BTreeMap, fs, path::Path, process::Command};

use anyhow::{Context as _, Result};
use wasm_bindgen_cli_support::Bindgen;

use super::files::content_hash;
use crate::{build::Mode, setup::npm, shell};

/// What wasm-bindgen makes of a compiled library.
pub(crate) struct Glue {
    pub(crate) js: String,
    pub(crate) wasm: Vec<u8>,
    /// JavaScript that Rust crates bring along, by its path beside the glue.
    pub(crate) snippets: BTreeMap<String, String>,
}

/// Generates the glue for `<script type="module">`.
pub(crate) fn bind(compiled: &Path, name: &str, mode: Mode) -> Result<Glue> {
    let mut bindgen = Bindgen::new();
    bindgen.input_path(compiled).out_name(name).web(true)?.typescript(false);
    // Leptos's script says where the WebAssembly is: the glue must not guess.
    bindgen.omit_default_module_path(true).remove_name_section(mode == Mode::Release);
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

/// `wasm-opt -Oz`, with the WebAssembly features that Rust uses and every browser of ours has.
pub(crate) fn optimise(wasm: Vec<u8>) -> Result<Vec<u8>> {
    let folder = tempfile::tempdir()?;
    let (input, output) = (folder.path().join("in.wasm"), folder.path().join("out.wasm"));
    fs::write(&input, wasm)?;
    let mut wasm_opt = Command::new(npm::bin("wasm-opt"));
    wasm_opt.args(["-Oz", "--enable-bulk-memory", "--enable-nontrapping-float-to-int"]);
    wasm_opt.args(["--enable-sign-ext", "--enable-mutable-globals", "--enable-reference-types"]);
    wasm_opt.args(["--enable-multivalue", "--enable-extended-const"]);
    shell::quiet(wasm_opt.arg(&input).arg("-o").arg(&output))?;
    Ok(fs::read(output)?)
}
