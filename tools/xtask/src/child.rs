//! Child programs: started, monitored, and stopped by process id.

use std::{
    io::{BufRead as _, BufReader, Read},
    os::unix::process::CommandExt as _,
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc::{Receiver, Sender, channel},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

/// A running program; dropping it stops it.
pub(crate) struct Running {
    name: &'static str,
    child: Child,
    stop: Signal,
    lines: Option<Receiver<String>>,
}

impl Running {
    /// Starts a program in a process group of its own, so that Ctrl-C reaches only xtask, which then stops its programs
    /// in order. `stop` is the signal that ends the program.
    pub(crate) fn start(name: &'static str, command: &mut Command, stop: Signal) -> Result<Self> {
        let child = command.process_group(0).stdin(Stdio::null()).spawn();
        Ok(Self { name, child: child.with_context(|| format!("cannot start {name}"))?, stop, lines: None })
    }

    /// The same, showing its output with its name before every line. The lines of standard output are also stored for
    /// [`Self::line_starting_with`].
    pub(crate) fn start_shown(name: &'static str, command: &mut Command, stop: Signal) -> Result<Self> {
        let mut running = Self::start(name, command.stdout(Stdio::piped()).stderr(Stdio::piped()), stop)?;
        let (sender, receiver) = channel();
        if let Some(output) = running.child.stdout.take() {
            show(name, output, Some(sender));
        }
        if let Some(output) = running.child.stderr.take() {
            show(name, output, None);
        }
        running.lines = Some(receiver);
        Ok(running)
    }

    /// Waits for a line of standard output that starts with `prefix` and returns its rest.
    pub(crate) fn line_starting_with(&self, prefix: &str, limit: Duration) -> Option<String> {
        let deadline = Instant::now() + limit;
        let lines = self.lines.as_ref()?;
        loop {
            let line = lines.recv_timeout(deadline.saturating_duration_since(Instant::now())).ok()?;
            if let Some(rest) = line.strip_prefix(prefix) {
                return Some(rest.trim().to_owned());
            }
        }
    }

    /// Its exit status, if it has ended.
    pub(crate) fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    fn stop(&mut self) {
        if self.ended().is_some() {
            return;
        }
        let pid = i32::try_from(self.child.id()).map(Pid::from_raw);
        if pid.is_ok_and(|pid| kill(pid, self.stop).is_ok()) {
            let deadline = Instant::now() + Duration::from_secs(10);
            while Instant::now() < deadline {
                if self.ended().is_some() {
                    return;
                }
                thread::sleep(Duration::from_millis(20));
            }
            eprintln!("{} does not stop: ending it", self.name);
        }
        // An error means that it has ended already.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop();
    }
}

fn show(name: &'static str, output: impl Read + Send + 'static, lines: Option<Sender<String>>) {
    thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            println!("{name:>9} │ {line}");
            if let Some(lines) = &lines {
                // Without a receiver the line is only shown.
                lines.send(line).ok();
            }
        }
    });
}
