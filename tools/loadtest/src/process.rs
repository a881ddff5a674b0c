//! Processor time and memory of a process, from Linux's `/proc`.

use std::fs;

use anyhow::{Context as _, Result};

/// A process by its id.
#[derive(Clone, Copy)]
pub(crate) struct Process(pub(crate) u32);

impl Process {
    /// Processor time so far, in seconds.
    pub(crate) fn cpu_seconds(self) -> Result<f64> {
        /// Linux reports hundredths of a second to every program, whatever its internal tick is.
        const TICKS: f64 = 100.0;
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.0)).context("the server is gone")?;
        // The name, in parentheses, may hold spaces.
        let fields = stat.rsplit_once(") ").map_or("", |(_, rest)| rest).split(' ').skip(11).take(2);
        Ok(fields.filter_map(|field| field.parse::<f64>().ok()).sum::<f64>() / TICKS)
    }

    /// The peak of its resident memory, in MB.
    pub(crate) fn peak_mb(self) -> Result<f64> {
        self.status("VmHWM:")
    }

    /// Its resident memory, in MB.
    pub(crate) fn memory_mb(self) -> Result<f64> {
        self.status("VmRSS:")
    }

    fn status(self, name: &str) -> Result<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.0)).context("the server is gone")?;
        let line = status.lines().find_map(|line| line.strip_prefix(name)).context(name.to_owned())?;
        let kilobytes: f64 = line.trim().trim_end_matches(" kB").parse()?;
        Ok(kilobytes / 1024.0)
    }
}
