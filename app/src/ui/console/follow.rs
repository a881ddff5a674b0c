//! Which organisation is in view, and loading its state.

use domain::{AppError, ids::DelegationId};
use leptos::{prelude::*, task::spawn_local};

use super::Console;
use crate::{
    api::{flat, mailboxes::load_snapshot},
    ui::{browser, live},
};

impl Console {
    /// Brings an organisation into view and follows it live.
    pub(crate) fn follow(self, delegation: DelegationId) {
        if self.delegation_id_now() == Some(delegation) {
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

    /// Loads everything again: the stream could not say what happened meanwhile.
    pub(crate) async fn reload(self, delegation: DelegationId) {
        match flat(load_snapshot(delegation).await) {
            Ok(snapshot) => {
                self.take(&snapshot);
                self.resets.update(|n| *n += 1);
            }
            // Removed, and its log was thrown away before the stream could say so.
            Err(AppError::NotFound) => browser::go("/"),
            // The stream tries again.
            Err(_) => {}
        }
    }
}
