//! Microsoft's Python clients, in an environment of their own.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result};

use super::apt;
use crate::{shell, step::step};

/// The interpreter of an environment in `folder` with the packages of a requirements file, installed when the file
/// changed since the last time.
pub(crate) fn ready(folder: &Path, requirements: &Path) -> Result<PathBuf> {
    let wanted = fs::read_to_string(requirements).context("no requirements file")?;
    let environment = std::path::absolute(folder.join("venv"))?;
    let python = environment.join("bin/python");
    let stamp = environment.join("installed-requirements.txt");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(python);
    }
    if !works() {
        apt::install(&["python3", "python3-venv"], "Installing Python", "about 15 s")?;
    }
    step("Installing Microsoft's Python clients from PyPI", "about 2 min, once: half a gigabyte", || {
        shell::quiet(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&environment))?;
        let mut pip = Command::new(&python);
        pip.args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--no-deps",
            "--requirement",
        ]);
        pip.arg(requirements);
        shell::retried(|| shell::quiet(&mut pip).map(drop))?;
        // Pinned by hand as it is, the list could be incomplete.
        shell::quiet(Command::new(&python).args(["-m", "pip", "check"]))?;
        fs::write(stamp, wanted).context("cannot write into the environment")
    })?;
    Ok(python)
}

/// Whether there is a Python that can make environments: Debian ships `venv` without the pip inside it.
fn works() -> bool {
    shell::ask(Command::new("python3").args(["-c", "import venv, ensurepip"])).is_some()
}
