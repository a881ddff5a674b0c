//! `cargo xtask` alone: the list of all commands, from the tables that run them.

use crate::{
    jobs::{self, Job},
    test,
};

/// Prints every command with its parts.
pub(crate) fn print() {
    println!("cargo xtask run [--port 3000] [--mailboxes 1200] [--keep]");
    println!("    the console and a simulated Microsoft 365 on this machine; installs what is missing");
    println!("cargo xtask test [PART] [-- ARGUMENTS]");
    println!("    every check, or one part; for `native` and `e2e` the arguments go to the test runner");
    for part in test::PARTS {
        println!("      {:<10} {}", part.name, part.about);
    }
    println!("cargo xtask pictures [--update]");
    println!(
        "    every page and state, light and dark, wide and narrow, compared with the stored screenshots"
    );
    println!("cargo xtask bundle [--release]");
    println!("    WebAssembly, CSS and assets into the site folder");
    println!("cargo xtask docs");
    println!("    docs/configuration.md, from the server's own definition of its settings");
    println!("cargo xtask texts");
    println!("    every text that users can read, numbered, with its places in the code");
    println!("cargo xtask setup");
    println!("    toolchain, npm packages, Chromium and PostgreSQL, without building anything");
    jobs("bench", "long measurements", jobs::BENCH);
    jobs("soak", "long endurance tests", jobs::SOAK);
}

fn jobs(command: &str, about: &str, jobs: &[Job]) {
    println!("cargo xtask {command} NAME");
    println!("    {about}");
    if jobs.is_empty() {
        println!("      (none yet)");
    }
    for job in jobs {
        println!("      {:<10} {}", job.name, job.about);
    }
}
