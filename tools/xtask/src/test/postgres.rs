//! A PostgreSQL for one test run: its own folder, port and process, all removed afterwards.

use std::{
    fs::{self, File},
    os::unix::{
        fs::{PermissionsExt as _, chown},
        process::CommandExt as _,
    },
    path::Path,
    process::Command,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use nix::{
    sys::signal::Signal,
    unistd::{User, geteuid},
};
use tempfile::TempDir;

use crate::{child::Running, network, setup::postgres, shell};

/// A running server; dropping it stops it and deletes its data.
pub(crate) struct Postgres {
    port: u16,
    // The order matters: the process must end before its folder is deleted.
    _process: Running,
    _folder: TempDir,
}

/// The role of the tests, and the name of the initial database, which it owns.
const ROLE: &str = "warmy";

/// Settings without durability: the tests need no data after a crash of the machine.
const FAST: &[&str] = &["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=400"];

impl Postgres {
    /// Creates a database cluster and starts it.
    pub(crate) fn start() -> Result<Self> {
        let bin = postgres::ready()?;
        let folder = tempfile::tempdir()?;
        let data = folder.path().join("data");
        // `initdb` and `postgres` refuse to run as root.
        let user = if geteuid().is_root() { Some(postgres_user(folder.path())?) } else { None };

        let mut initdb = program(&bin.join("initdb"), user.as_ref(), folder.path());
        initdb.args(["--no-sync", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C"]);
        shell::quiet(initdb.arg("--pgdata").arg(&data))?;
        // Row-level security does not apply to superusers, so the tests use an ordinary role, as a server should.
        let mut single = program(&bin.join("postgres"), user.as_ref(), folder.path());
        single.args(["--single", "-D"]).arg(&data).arg("postgres");
        shell::fed(
            &mut single,
            &format!("CREATE ROLE {ROLE} LOGIN CREATEDB\nCREATE DATABASE {ROLE} OWNER {ROLE}\n"),
        )?;

        let port = network::free_port()?;
        let log = folder.path().join("log");
        let output = File::create(&log)?;
        let mut server = program(&bin.join("postgres"), user.as_ref(), folder.path());
        server.arg("-D").arg(&data).args(["-h", "127.0.0.1", "-p", &port.to_string()]);
        server.args(["-c", "unix_socket_directories="]);
        server.args(FAST.iter().flat_map(|setting| ["-c", setting]));
        server.stdout(output.try_clone()?).stderr(output);
        // SIGINT is PostgreSQL's fast shutdown: it does not wait for clients.
        let mut process = Running::start("PostgreSQL", &mut server, Signal::SIGINT)?;
        await_ready(&mut process, &bin, port, &log)?;
        Ok(Self { port, _process: process, _folder: folder })
    }

    /// The URL of an empty database, for callers that need only one.
    pub(crate) fn database(&self) -> String {
        format!("{}/{ROLE}", self.url())
    }

    /// The URL of the server, where tests create their own databases.
    pub(crate) fn url(&self) -> String {
        format!("postgres://{ROLE}@127.0.0.1:{}", self.port)
    }
}

fn postgres_user(folder: &Path) -> Result<User> {
    let user = User::from_name("postgres")?.context("PostgreSQL's package created no user `postgres`")?;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
    chown(folder, Some(user.uid.as_raw()), Some(user.gid.as_raw()))?;
    Ok(user)
}

fn program(path: &Path, user: Option<&User>, folder: &Path) -> Command {
    let mut command = Command::new(path);
    command.current_dir(folder).env("LC_ALL", "C");
    if let Some(user) = user {
        command.uid(user.uid.as_raw()).gid(user.gid.as_raw());
    }
    command
}

fn await_ready(process: &mut Running, bin: &Path, port: u16, log: &Path) -> Result<()> {
    let deadline = Instant::now() + Duration::from_secs(30);
    let port = port.to_string();
    loop {
        let mut check = Command::new(bin.join("pg_isready"));
        if shell::ask(check.args(["-q", "-h", "127.0.0.1", "-p", &port])).is_some() {
            return Ok(());
        }
        if process.ended().is_some() || Instant::now() > deadline {
            bail!("PostgreSQL does not start:\n{}", fs::read_to_string(log).unwrap_or_default());
        }
        thread::sleep(Duration::from_millis(100));
    }
}
