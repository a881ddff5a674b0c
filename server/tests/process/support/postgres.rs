//! A PostgreSQL server for one test, which can be stopped and restarted.

use std::{
    fs,
    os::unix::fs::{PermissionsExt, chown},
    path::{Path, PathBuf},
    time::Duration,
};

use nix::{
    sys::signal::Signal,
    unistd::{User, geteuid},
};
use tempfile::TempDir;
use tokio::process::Command;

use super::{program::Program, wait_until};

pub(crate) struct Postgres {
    bin: PathBuf,
    user: Option<User>,
    port: u16,
    server: Option<Program>,
    // Dropped after the process.
    folder: TempDir,
}

impl Postgres {
    pub(crate) async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        // `initdb` and `postgres` refuse to run as root.
        let user =
            geteuid().is_root().then(|| User::from_name("postgres").unwrap().expect("a user `postgres`"));
        if let Some(user) = &user {
            fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
            chown(folder.path(), Some(user.uid.as_raw()), Some(user.gid.as_raw())).unwrap();
        }
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut postgres = Self { bin: programs(), user, port, server: None, folder };
        let mut initdb = postgres.command("initdb");
        initdb.args(["--no-sync", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C"]);
        let made = initdb.arg("--pgdata").arg(postgres.data()).output().await.unwrap();
        assert!(made.status.success(), "initdb: {}", String::from_utf8_lossy(&made.stderr));
        postgres.resume().await;
        postgres
    }

    /// The URL, without a database.
    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}", self.port)
    }

    /// Stops it without waiting for its clients.
    pub(crate) async fn stop(&mut self) {
        let mut server = self.server.take().expect("a running PostgreSQL");
        server.signal(Signal::SIGINT);
        server.ended(Duration::from_secs(30)).await;
    }

    /// Starts it again and waits until it answers.
    pub(crate) async fn resume(&mut self) {
        let mut server = self.command("postgres");
        server.arg("-D").arg(self.data()).args(["-h", "127.0.0.1", "-p", &self.port.to_string()]);
        server.args(["-c", "unix_socket_directories=", "-c", "fsync=off", "-c", "full_page_writes=off"]);
        self.server = Some(Program::start("PostgreSQL", &mut server));
        wait_until("PostgreSQL answers", async || {
            let mut check = self.command("pg_isready");
            check.args(["-q", "-h", "127.0.0.1", "-p", &self.port.to_string()]);
            check.status().await.unwrap().success().then_some(())
        })
        .await;
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.bin.join(program));
        command.current_dir(self.folder.path()).env("LC_ALL", "C").kill_on_drop(true);
        if let Some(user) = &self.user {
            command.uid(user.uid.as_raw()).gid(user.gid.as_raw());
        }
        command
    }
}

/// The folder of the newest version from Debian's packages, or else of the `initdb` in the path.
fn programs() -> PathBuf {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = versions
        .filter_map(|entry| {
            Some((entry.file_name().to_str()?.parse::<u32>().ok()?, entry.path().join("bin")))
        })
        .filter(|(_, bin)| bin.join("initdb").is_file())
        .max();
    let in_path = || {
        let path = std::env::var_os("PATH")?;
        std::env::split_paths(&path).find(|folder: &PathBuf| Path::join(folder, "initdb").is_file())
    };
    newest.map(|(_, bin)| bin).or_else(in_path).expect("PostgreSQL's programs, with `initdb`")
}
