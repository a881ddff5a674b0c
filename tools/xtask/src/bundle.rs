//! Builds the folder that the server serves: WebAssembly with its JavaScript glue, one stylesheet, assets. For release
//! they are also optimised, named by content and compressed ahead of time.

mod assets;
mod css;
mod files;
pub(crate) mod precompress;
mod stamp;
mod wasm;

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};

use crate::{
    build::{self, Mode},
    setup::npm,
    step::step,
    workspace::Workspace,
};
pub(crate) use files::Site;

/// The command's arguments.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// As deployed: optimised, hashed, compressed
    #[arg(long)]
    release: bool,
}

/// `cargo xtask bundle`.
pub(crate) fn run(args: &Args) -> Result<()> {
    let mode = if args.release { Mode::Release } else { Mode::Dev };
    let site = ready(&Workspace::ready()?, mode)?;
    println!("{}", site.root.display());
    Ok(())
}

/// The site, built when its inputs changed since the last time.
///
/// Development and release have a folder each, so that `run` and `test` do not overwrite each other's work.
pub(crate) fn ready(workspace: &Workspace, mode: Mode) -> Result<Site> {
    let leptos = &workspace.leptos;
    if mode == Mode::Release {
        npm::ready()?;
    }
    let compiled = build::frontend(workspace, mode)?;
    let site = Site::new(workspace, mode);
    let inputs = stamp::of(&compiled, &leptos.style_file, &leptos.assets_dir)?;
    let stamp = site.root.with_extension("stamp");
    if fs::read_to_string(&stamp).is_ok_and(|last| last == inputs) && site.is_complete() {
        return Ok(site);
    }
    let about = if mode == Mode::Release { "about 30 s" } else { "a few seconds" };
    step("Bundling WebAssembly, CSS and assets", about, || {
        remove(&stamp)?;
        build_site(workspace, &site, &compiled)?;
        fs::write(&stamp, inputs).context("cannot write the stamp")
    })?;
    Ok(site)
}

fn build_site(workspace: &Workspace, site: &Site, compiled: &Path) -> Result<()> {
    let leptos = &workspace.leptos;
    if site.root.exists() {
        fs::remove_dir_all(&site.root)?;
    }
    fs::create_dir_all(site.package())?;
    assets::copy(&leptos.assets_dir, &site.root)?;
    let glue = wasm::bind(compiled, &leptos.output_name)?;
    let optimised = if site.mode == Mode::Release { wasm::optimise(glue.wasm)? } else { glue.wasm };
    let css = css::bundle(&leptos.style_file, &leptos.browserquery)?;
    wasm::write_snippets(&glue.snippets, &site.package())?;
    site.write(&glue.js, &optimised, &css)?;
    if site.mode == Mode::Release {
        precompress::folder(&site.root)?;
    }
    Ok(())
}

fn remove(path: &PathBuf) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}
