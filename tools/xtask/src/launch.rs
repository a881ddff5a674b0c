//! `cargo xtask`: compiles the project's commands and executes them.
//!
//! The commands depend on a CSS bundler and wasm-bindgen, which take about a minute to compile on a new machine. This
//! program has no dependencies, so it starts at once and can report that.

use std::{
    env,
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, ExitCode, ExitStatus},
    thread,
    time::{Duration, Instant},
};

/// A build that takes longer than this compiles something and is reported.
const NOTICEABLE: Duration = Duration::from_secs(1);

fn main() -> ExitCode {
    let target = env::current_exe().ok().and_then(|exe| Some(exe.parent()?.parent()?.to_owned()));
    let Some(target) = target else { return failed("cannot find the folder of this program") };
    match commands(&target) {
        Ok(program) => {
            let error = Command::new(&program).args(env::args_os().skip(1)).exec();
            failed(&format!("cannot start {}: {error}", program.display()))
        }
        Err(error) => failed(&error),
    }
}

/// Compiles the commands when they are missing or older than their source, and reports it when that takes time.
fn commands(target: &Path) -> Result<PathBuf, String> {
    let program = target.join("debug/commands");
    let first = !program.is_file();
    if first {
        eprintln!("▸ Compiling the project's own commands (about a minute, on two cores; once)");
    }
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["build", "--package", "xtask", "--bin", "commands", "--features", "commands"]);
    cargo.arg("--target-dir").arg(target);
    if !first {
        cargo.arg("--quiet");
    }
    let mut cargo = cargo.spawn().map_err(|error| format!("cannot start cargo: {error}"))?;
    let status = wait(&mut cargo, first).map_err(|error| format!("cannot wait for cargo: {error}"))?;
    if status.success() { Ok(program) } else { Err("the project's commands do not compile".to_owned()) }
}

/// Waits for a build and reports it when it takes time, unless it is `reported` already.
fn wait(build: &mut Child, reported: bool) -> std::io::Result<ExitStatus> {
    let start = Instant::now();
    while !reported && start.elapsed() < NOTICEABLE {
        if let Some(status) = build.try_wait()? {
            return Ok(status);
        }
        thread::sleep(Duration::from_millis(5));
    }
    if !reported {
        eprintln!("▸ Compiling the project's own commands, which have changed (some seconds)");
    }
    build.wait()
}

fn failed(why: &str) -> ExitCode {
    eprintln!("error: {why}");
    ExitCode::FAILURE
}
