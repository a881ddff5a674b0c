//! Running other programs to their end.

use std::{
    io::Write as _,
    process::{Command, Output, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};

/// Runs a command to its end with its output on ours. A non-zero exit is an error that names the command.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let name = describe(command);
    let status = command.status().with_context(|| format!("cannot start `{name}`"))?;
    if !status.success() {
        bail!("`{name}` failed ({status})");
    }
    Ok(())
}

/// The same command, started by another one that prepares its surroundings.
pub(crate) fn inside(outer: &[&str], command: &Command) -> Command {
    let (program, arguments) = outer.split_first().unwrap_or((&"env", &[]));
    let mut inside = Command::new(program);
    inside.args(arguments).arg(command.get_program()).args(command.get_args());
    inside.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    if let Some(folder) = command.get_current_dir() {
        inside.current_dir(folder);
    }
    inside
}

/// Runs a command to its end and returns its output; a failing command's output is printed.
pub(crate) fn quiet(command: &mut Command) -> Result<String> {
    let name = describe(command);
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("cannot start `{name}`"))?;
    if !output.status.success() {
        eprintln!("{}", String::from_utf8_lossy(&output.stdout));
        eprintln!("{}", String::from_utf8_lossy(&output.stderr));
        bail!("`{name}` failed ({})", output.status);
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs a command that reads `text` from its input.
pub(crate) fn fed(command: &mut Command, text: &str) -> Result<()> {
    let name = describe(command);
    let piped = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = piped.spawn().with_context(|| format!("cannot start `{name}`"))?;
    // The input is closed at the end of the statement, which ends the text.
    child.stdin.take().context("its input is piped")?.write_all(text.as_bytes())?;
    let output = child.wait_with_output()?;
    if !output.status.success() {
        bail!("`{name}` failed ({}): {}", output.status, String::from_utf8_lossy(&output.stderr));
    }
    Ok(())
}

/// The output of a command that succeeds, or nothing: checks whether something is installed or ready.
pub(crate) fn ask(command: &mut Command) -> Option<String> {
    let Output { status, stdout, .. } = command.stdin(Stdio::null()).output().ok()?;
    status.success().then(|| String::from_utf8_lossy(&stdout).trim().to_owned())
}

/// Tries up to three times, because package servers fail now and then.
pub(crate) fn retried(mut attempt: impl FnMut() -> Result<()>) -> Result<()> {
    for left in (0..3_u32).rev() {
        match attempt() {
            Ok(()) => return Ok(()),
            Err(error) if left == 0 => return Err(error),
            Err(error) => {
                eprintln!("  {error:#}; trying again");
                thread::sleep(Duration::from_secs(3));
            }
        }
    }
    Ok(())
}

/// Whether a silent command succeeds within a limit; it is stopped when it does not.
pub(crate) fn succeeds_within(command: &mut Command, limit: Duration) -> bool {
    let silent = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let Ok(mut child) = silent.spawn() else { return false };
    let deadline = Instant::now() + limit;
    while Instant::now() < deadline {
        match child.try_wait() {
            Ok(Some(status)) => return status.success(),
            Ok(None) => thread::sleep(Duration::from_millis(50)),
            Err(_) => break,
        }
    }
    // An error means that it has ended already.
    child.kill().ok();
    child.wait().ok();
    false
}

fn describe(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}
