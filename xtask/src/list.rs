//! `cargo xtask` alone: everything there is, from the same tables that run it.

use crate::{bench, soak, test};

/// Prints every command with its parts.
pub(crate) fn print() {
    println!("cargo xtask run [--port 3000] [--mailboxes 1200] [--keep]");
    println!("    the console and a simulated Microsoft 365 on this machine; installs what is missing");
    println!("cargo xtask test [PART] [-- ARGUMENTS]");
    println!("    every check, or one part; for `native` and `e2e` the arguments go to the test runner");
    for part in test::PARTS {
        println!("      {:<10} {}", part.name, part.about);
    }
    println!("cargo xtask bundle [--release]");
    println!("    WebAssembly, CSS and assets into the site folder");
    println!("cargo xtask setup");
    println!("    toolchain, npm packages, Chromium and PostgreSQL, without building anything");
    jobs("bench", "long measurements", &bench::JOBS.iter().map(|j| (j.name, j.about)).collect::<Vec<_>>());
    jobs("soak", "long endurance tests", &soak::JOBS.iter().map(|j| (j.name, j.about)).collect::<Vec<_>>());
}

fn jobs(command: &str, about: &str, jobs: &[(&str, &str)]) {
    println!("cargo xtask {command} NAME");
    println!("    {about}");
    if jobs.is_empty() {
        println!("      (none yet)");
    }
    for (name, about) in jobs {
        println!("      {name:<10} {about}");
    }
}
