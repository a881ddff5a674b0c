//! Debian's packages, for the few things that no language registry has.

use std::process::Command;

use anyhow::{Result, bail};

use crate::{shell, step::step};

/// Installs packages; `what` and `about` are the label of the step and its usual duration.
pub(crate) fn install(packages: &[&str], what: &str, about: &str) -> Result<()> {
    if shell::ask(Command::new("apt-get").arg("--version")).is_none() {
        bail!("{what}: this system has no apt-get; please install {} yourself", packages.join(", "));
    }
    let mut prefix: Vec<&str> = Vec::new();
    if !nix::unistd::geteuid().is_root() {
        prefix.push("sudo");
    }
    step(what, about, || {
        shell::retried(|| shell::quiet(&mut apt_get(&prefix, &["update", "-qq"])).map(drop))?;
        let mut arguments = vec!["install", "-y", "-qq", "--no-install-recommends"];
        arguments.extend(packages);
        shell::retried(|| shell::quiet(&mut apt_get(&prefix, &arguments)).map(drop))
    })
}

fn apt_get(prefix: &[&str], arguments: &[&str]) -> Command {
    let mut words = prefix.iter().copied().chain(["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
    let mut command = Command::new(words.next().unwrap_or("env"));
    command.args(words).args(arguments);
    command
}
