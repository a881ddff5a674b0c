//! A child process: its output is captured, and it ends with the test, also after a panic.

use std::{process::ExitStatus, process::Stdio, time::Duration};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, BufReader},
    process::{Child, Command},
    sync::watch,
};

use super::TIMEOUT;

pub(crate) struct Program {
    name: String,
    child: Child,
    log: watch::Sender<String>,
}

impl Program {
    pub(crate) fn start(name: &str, command: &mut Command) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap_or_else(|error| panic!("{name} cannot be started: {error}"));
        let log = watch::Sender::new(String::new());
        capture(child.stdout.take().unwrap(), log.clone());
        capture(child.stderr.take().unwrap(), log.clone());
        Self { name: name.to_owned(), child, log }
    }

    /// The output so far.
    pub(crate) fn log(&self) -> String {
        self.log.borrow().clone()
    }

    /// Waits until the output after the first `from` bytes contains `words`. Returns the rest of that line.
    pub(crate) async fn wait_for_output(&self, from: usize, words: &str) -> String {
        let mut log = self.log.subscribe();
        let found = tokio::time::timeout(
            TIMEOUT,
            log.wait_for(|log| log[from..].split_once(words).is_some_and(|(_, rest)| rest.contains('\n'))),
        )
        .await;
        let Ok(Ok(log)) = found else { panic!("{} did not print {words:?}:\n{}", self.name, self.log()) };
        let (_, rest) = log[from..].split_once(words).unwrap();
        rest.lines().next().unwrap_or_default().trim().to_owned()
    }

    pub(crate) fn signal(&self, signal: Signal) {
        let id = self.child.id().expect("a process that still runs");
        kill(Pid::from_raw(i32::try_from(id).unwrap()), signal).unwrap();
    }

    /// Stops the process, and returns once none of its threads runs any more: the signal reaches them one by one.
    pub(crate) async fn freeze(&self) {
        self.signal(Signal::SIGSTOP);
        let tasks = format!("/proc/{}/task", self.child.id().expect("a process that still runs"));
        let stopped = |task: std::io::Result<std::fs::DirEntry>| {
            let Ok(stat) = std::fs::read_to_string(task.unwrap().path().join("stat")) else { return true };
            // The state follows the name, which stands in parentheses.
            stat.rsplit_once(") ").is_some_and(|(_, rest)| rest.starts_with('T'))
        };
        while !std::fs::read_dir(&tasks).unwrap().all(stopped) {
            tokio::task::yield_now().await;
        }
    }

    /// Lets every write of the process beyond the first `bytes` of a file fail, as on a full disk; `None` ends that.
    pub(crate) async fn limit_files(&self, bytes: Option<u32>) {
        let id = self.child.id().expect("a process that still runs").to_string();
        let limit = bytes.map_or("unlimited".to_owned(), |bytes| bytes.to_string());
        let limit = format!("--fsize={limit}:unlimited");
        let status = Command::new("prlimit").args(["--pid", &id, &limit]).status().await.unwrap();
        assert!(status.success(), "{status}");
    }

    /// Kills the process with SIGKILL.
    pub(crate) async fn kill(&mut self) {
        self.child.kill().await.unwrap();
    }

    pub(crate) async fn ended(&mut self, within: Duration) -> ExitStatus {
        let ended = tokio::time::timeout(within, self.child.wait()).await;
        ended
            .unwrap_or_else(|_| panic!("{} still runs after {within:?}:\n{}", self.name, self.log()))
            .unwrap()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let log = self.log.borrow();
        assert!(
            std::thread::panicking() || !log.contains("panicked at"),
            "{} has panicked:\n{}",
            self.name,
            *log
        );
        // A failed test prints the last output of its processes.
        if std::thread::panicking() {
            let lines: Vec<&str> = log.lines().collect();
            println!("--- {}\n{}", self.name, lines[lines.len().saturating_sub(30)..].join("\n"));
        }
    }
}

fn capture(output: impl AsyncRead + Send + Unpin + 'static, log: watch::Sender<String>) {
    tokio::spawn(async move {
        let mut lines = BufReader::new(output).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            log.send_modify(|log| {
                log.push_str(&line);
                log.push('\n');
            });
        }
    });
}
