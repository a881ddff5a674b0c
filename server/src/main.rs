//! The server's binary. See `server --help`.

use clap::Parser;

#[tokio::main(worker_threads = 4)]
async fn main() -> anyhow::Result<()> {
    // One TLS provider for the process, installed before its first use.
    _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    server::cli::Cli::parse().execute().await
}
