//! `cargo xtask bench scale`: what ten thousand organisations cost, on paper and by a simulation, and what breaks first.

use anyhow::Result;

use crate::{shell, step::step, workspace::Workspace};

pub(crate) fn run() -> Result<()> {
    let workspace = Workspace::ready()?;
    let package = ["--quiet", "--release", "--package", "scale"];
    step("Building the simulation", "half a minute the first time", || {
        shell::run(workspace.toolchain.cargo().arg("build").args(package))
    })?;
    step("Two days of the fleet, then growing until something breaks", "about 1 min", || {
        shell::run(workspace.toolchain.cargo().arg("run").args(package))
    })
}
