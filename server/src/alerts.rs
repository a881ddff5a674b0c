//! Sends the alerts of workspaces by e-mail. What a letter says, and when it is tried again, is the store's to say.

mod mailer;
mod words;

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::store::Store;

pub use mailer::{MailError, Mailer};
pub use words::{Words, words};

/// How often is looked when nothing rings: another replica's news, and letters whose wait is over.
const LOOK: Duration = Duration::from_secs(2);

/// Until the process stops. One letter at a time: a mail server that is slow is not to be asked twice as much.
pub async fn keep(store: Store, mailer: Mailer, shutdown: CancellationToken) {
    loop {
        let next = tokio::select! {
            next = store.next_letter() => next,
            () = shutdown.cancelled() => return,
        };
        match next {
            Ok(Some(letter)) => {
                let outcome = mailer.send(&letter).await;
                if let Err(answer) = &outcome {
                    tracing::warn!(letter = %letter.id, answer, "an alert was not sent");
                }
                if let Err(error) = store.letter_sent(&letter, outcome).await {
                    tracing::warn!(%error, "cannot write what came of an alert: it is sent again");
                }
                continue;
            }
            Ok(None) => {}
            Err(error) => tracing::warn!(%error, "cannot look for alerts; trying again"),
        }
        tokio::select! {
            () = store.letters.notified() => {}
            () = tokio::time::sleep(LOOK) => {}
            () = shutdown.cancelled() => return,
        }
    }
}
