//! `cargo xtask bench scale`: the load of 10,000 organisations, calculated and simulated, and the first limit to break.

use anyhow::Result;

use crate::{shell, step::step, workspace::Workspace};

pub(crate) fn run() -> Result<()> {
    let workspace = Workspace::ready()?;
    let package = ["--quiet", "--release", "--package", "capacity"];
    step("Building the simulation", "half a minute the first time", || {
        shell::run(workspace.toolchain.cargo().arg("build").args(package))
    })?;
    step("Simulating two days, then growing the fleet until a limit breaks", "about 1 min", || {
        shell::run(workspace.toolchain.cargo().arg("run").args(package))
    })
}
