//! Ports of this machine.

use std::net::{Ipv4Addr, TcpListener};

use anyhow::{Context as _, Result, bail};

/// A port without a listener.
pub(crate) fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no free port")?;
    Ok(listener.local_addr()?.port())
}

/// Fails with an explanation when a port is in use.
pub(crate) fn must_be_free(port: u16, of: &str) -> Result<()> {
    if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_err() {
        bail!("port {port} for {of} is taken: stop what uses it, or choose another with --port");
    }
    Ok(())
}
