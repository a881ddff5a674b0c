//! Ctrl-C, SIGTERM and a closed terminal, as messages.

use std::sync::mpsc::{Receiver, channel};

use anyhow::{Context as _, Result};

/// From now on an interruption sends a message on the channel instead of ending xtask.
pub(crate) fn listen() -> Result<Receiver<()>> {
    let (sender, receiver) = channel();
    ctrlc::set_handler(move || {
        // The receiver is dropped only when xtask is ending anyway.
        sender.send(()).ok();
    })
    .context("cannot listen for Ctrl-C")?;
    Ok(receiver)
}
