//! `server cert`: the certificate by which we prove our identity to Microsoft.

mod describe;
mod make;

use std::path::PathBuf;

use anyhow::Context;
use clap::Subcommand;
use microsoft::{Certificate, CertificateFacts};
use time::OffsetDateTime;

pub use make::{Made, make};

#[derive(Debug, Subcommand)]
pub enum CertCommand {
    /// Make an RSA key and a self-signed certificate for it, and print what to do with them. Never overwrites a file.
    New {
        /// Folder for the files; created if it is missing.
        #[arg(long, default_value = ".")]
        out: PathBuf,
        /// Days for which the certificate is valid.
        #[arg(long, default_value_t = 365, value_parser = clap::value_parser!(u16).range(1..=3650))]
        days: u16,
        /// The certificate's name, by which to recognise it. It has no other effect.
        #[arg(long, default_value = "Warmy Domain Delegation")]
        name: String,
    },
    /// Show the thumbprints and the expiry of a certificate (PEM or DER).
    Show { file: PathBuf },
}

impl CertCommand {
    /// Executes the command at the time `now`, and returns the text to print.
    ///
    /// # Errors
    /// A file that exists already, or cannot be written or read.
    pub fn execute(&self, now: OffsetDateTime) -> anyhow::Result<String> {
        match self {
            Self::New { out, days, name } => Ok(describe::made(&make(out, name, *days, now)?, now)),
            Self::Show { file } => {
                let content = std::fs::read(file).with_context(|| format!("reading {}", file.display()))?;
                let facts = CertificateFacts::read(&content).with_context(|| file.display().to_string())?;
                let has_key = Certificate::from_pem(&content, None).is_ok();
                Ok(describe::facts(&facts, now) + describe::key(has_key))
            }
        }
    }
}

#[cfg(test)]
mod tests;
