//! A toolchain with WebAssembly where rustup's server cannot be reached but Debian's packages can.
//!
//! Debian's `rustc-web` ships a compiler and the source of its standard library, not the wasm32 library
//! itself: it is built once from that source, and the result is registered with rustup as `wasm`.

use std::{fs, path::Path, process::Command};

use anyhow::{Context as _, Result, ensure};

use super::{
    apt,
    wasm::{WASM, has_wasm},
};
use crate::{shell, step::step};

/// rustup's name for it.
pub(crate) const NAME: &str = "wasm";
/// clippy and rustfmt of the same version.
pub(crate) const LINTS: &[&str] = &["rust-web-clippy", "rustfmt-web"];

const COMPILER: &[&str] = &["rustc-web", "cargo-web", "rust-web-src"];
const HOST: &str = "x86_64-unknown-linux-gnu";
const RUSTLIB: &str = "/usr/lib/rustlib";

/// Installs compiler, lints and library, and links them into rustup.
pub(crate) fn install() -> Result<()> {
    ensure!(cfg!(all(target_os = "linux", target_arch = "x86_64")), "run `rustup target add {WASM}`");
    apt::install(&[COMPILER, LINTS].concat(), "Installing Debian's Rust", "about 30 s")?;
    step("Building the WebAssembly standard library", "about 35 s", build_library)?;
    link_linker()?;
    shell::quiet(Command::new("rustup").args(["toolchain", "link", NAME, "/usr"]))?;
    ensure!(has_wasm(Some(NAME)), "the toolchain `{NAME}` still has no {WASM} library");
    Ok(())
}

/// `sysroot`'s development dependencies come from the Rust registry; the library's real ones are vendored.
fn build_library() -> Result<()> {
    let folder = tempfile::tempdir()?;
    shell::run(Command::new("cp").arg("-r").arg(format!("{RUSTLIB}/src/rust/library")).arg(folder.path()))?;
    let library = folder.path().join("library");
    let mut cargo = Command::new("/usr/bin/cargo");
    cargo.current_dir(&library).args(["build", "--quiet", "--release", "--target", WASM, "-p", "sysroot"]);
    cargo.args(["--features", "panic-unwind compiler-builtins-mem"]);
    cargo.env("RUSTC", "/usr/bin/rustc").env("RUSTC_BOOTSTRAP", "1").env_remove("RUSTUP_TOOLCHAIN");
    cargo.env("RUSTFLAGS", "-Zforce-unstable-if-unmarked -Cembed-bitcode=yes");
    cargo.env("CARGO_TARGET_DIR", library.join("target"));
    shell::retried(|| shell::quiet(&mut cargo).map(drop))?;

    let destination = Path::new(RUSTLIB).join(WASM).join("lib");
    fs::create_dir_all(&destination)?;
    for entry in fs::read_dir(library.join("target").join(WASM).join("release/deps"))? {
        let path = entry?.path();
        if let Some(name) = path.file_name().filter(|_| path.extension().is_some_and(|e| e == "rlib")) {
            fs::copy(&path, destination.join(name)).with_context(|| format!("cannot write {name:?}"))?;
        }
    }
    Ok(())
}

/// Links to rustup's WebAssembly linker, because Debian's package has none; by symlink, so that it finds its libLLVM.
fn link_linker() -> Result<()> {
    let sysroot = shell::quiet(Command::new("rustc").args(["--print", "sysroot"]))?;
    let source = Path::new(sysroot.trim()).join("lib/rustlib").join(HOST).join("bin");
    let destination = Path::new(RUSTLIB).join(HOST).join("bin");
    fs::create_dir_all(&destination)?;
    for name in ["rust-lld", "gcc-ld"] {
        let link = destination.join(name);
        if link.is_symlink() {
            fs::remove_file(&link)?;
        }
        std::os::unix::fs::symlink(source.join(name), &link)?;
    }
    Ok(())
}
