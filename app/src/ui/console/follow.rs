//! Choosing the organisation in view, and loading its state.

use domain::{AppError, ids::DelegationId};
use leptos::{prelude::*, task::spawn_local};

use super::Console;
use crate::{
    api::{flat, mailboxes::load_snapshot},
    ui::{browser, live},
};

impl Console {
    /// Shows an organisation and follows its live stream.
    pub(crate) fn follow(self, delegation: DelegationId) {
        if self.delegation_id_untracked() == Some(delegation) {
            live::start(self, delegation);
            return;
        }
        spawn_local(async move {
            match flat(load_snapshot(delegation).await) {
                Ok(snapshot) => {
                    self.take(&snapshot);
                    self.resets.update(|n| *n += 1);
                    live::start(self, delegation);
                }
                Err(error) => self.notice(&error),
            }
        });
    }

    /// Loads everything again, because the stream could not resume.
    pub(crate) async fn reload(self, delegation: DelegationId) {
        match flat(load_snapshot(delegation).await) {
            // Another organisation may be in view by now.
            Ok(_) if self.delegation_id_untracked() != Some(delegation) => {}
            Ok(snapshot) => {
                self.take(&snapshot);
                self.resets.update(|n| *n += 1);
            }
            // Removed, and its log was deleted before the stream could report it.
            Err(AppError::NotFound) => browser::go("/"),
            // The stream tries again.
            Err(_) => {}
        }
    }
}
