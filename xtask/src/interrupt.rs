//! Ctrl-C, SIGTERM and a closed terminal, as messages.

use std::sync::mpsc::{Receiver, channel};

use anyhow::{Context as _, Result};

/// From now on an interruption is a message on the channel instead of our end.
pub(crate) fn listen() -> Result<Receiver<()>> {
    let (sender, receiver) = channel();
    ctrlc::set_handler(move || {
        // The receiver is gone only when we are ending anyway.
        sender.send(()).ok();
    })
    .context("cannot listen for Ctrl-C")?;
    Ok(receiver)
}
