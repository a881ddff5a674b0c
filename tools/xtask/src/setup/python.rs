//! Packages from PyPI, each set in an environment of its own.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result};

use super::apt;
use crate::{shell, step::step};

/// Packages to install.
pub(crate) struct Packages<'a> {
    pub(crate) what: &'a str,
    /// How long that takes.
    pub(crate) about: &'a str,
    /// Their complete list with exact versions: nothing else is installed.
    pub(crate) requirements: &'a Path,
}

impl Packages<'_> {
    /// The folder with the programs of an environment in `folder`, installed when the list changed since the last time.
    pub(crate) fn ready(&self, folder: &Path) -> Result<PathBuf> {
        let wanted = fs::read_to_string(self.requirements).context("no requirements file")?;
        let environment = std::path::absolute(folder.join("venv"))?;
        let programs = environment.join("bin");
        let stamp = environment.join("installed-requirements.txt");
        if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
            return Ok(programs);
        }
        if !works() {
            apt::install(&["python3", "python3-venv"], "Installing Python", "about 15 s")?;
        }
        step(self.what, self.about, || {
            shell::quiet(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&environment))?;
            let mut pip = Command::new(programs.join("python"));
            pip.args([
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "--no-deps",
                "--no-compile",
            ]);
            pip.arg("--requirement").arg(self.requirements);
            shell::retried(|| shell::quiet(&mut pip).map(drop))?;
            // The list is pinned by hand and could be incomplete.
            shell::quiet(Command::new(programs.join("python")).args(["-m", "pip", "check"]))?;
            fs::write(stamp, wanted).context("cannot write into the environment")
        })?;
        Ok(programs)
    }
}

/// Installs Microsoft's Python clients. Returns the path of their interpreter.
pub(crate) fn clients_ready(folder: &Path) -> Result<PathBuf> {
    let clients = Packages {
        what: "Installing Microsoft's Python clients from PyPI",
        about: "about a minute, once",
        requirements: Path::new("simulator/clients/python/requirements.txt"),
    };
    Ok(clients.ready(folder)?.join("python"))
}

/// Whether there is a Python that can make environments: Debian ships `venv` without the pip inside it.
fn works() -> bool {
    shell::ask(Command::new("python3").args(["-c", "import venv, ensurepip"])).is_some()
}
