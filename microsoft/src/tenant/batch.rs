//! Up to [`MAX_BATCH_PARTS`] requests in one `$batch` ([JSON batching](https://learn.microsoft.com/graph/json-batching)).
//!
//! A batch saves round trips, not quota: every part is classified, throttled and retried separately.

mod parts;

use std::{collections::BTreeSet, time::Duration};

use serde_json::json;
use tokio::time::Instant;

use super::{
    Tenant,
    call::{ATTEMPTS, Call, is_retryable, is_stale_token, read},
    mailbox::{INBOX, SETTINGS, UserRequest, check_id, is_access_denied},
    users::USER,
};
use crate::{
    directory::{DirectoryUser, Purpose},
    failure::{Class, Failure},
    http::Answer,
};

const WHAT: &str = "POST $batch";
/// Microsoft's limit on the parts of a `$batch`, and so on the ids that [`Tenant::probe_inboxes`],
/// [`Tenant::mailbox_purposes`] and [`Tenant::users`] take at once.
pub const MAX_BATCH_PARTS: usize = 20;

/// The result of the probe of one mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probe {
    /// As passed by the caller.
    pub id: String,
    /// As of [`Tenant::inbox`].
    pub outcome: Result<(), Failure>,
}

impl Tenant {
    /// Probes the inboxes of up to [`MAX_BATCH_PARTS`] users in one batch; the results are in the order of `ids`.
    /// Parts that fail temporarily are sent again without the others. If access to a mailbox is denied while another
    /// one of the batch is readable, its failure is [`Class::OutOfScope`].
    ///
    /// # Errors
    /// If the whole batch fails: no token, a paused tenant, Microsoft unreachable; and [`Class::OurBug`] for more
    /// than [`MAX_BATCH_PARTS`] ids. A failure of one mailbox is in its [`Probe`].
    pub async fn probe_inboxes(&self, ids: &[String]) -> Result<Vec<Probe>, Failure> {
        let outcomes = self.send_each(ids, &INBOX).await?;
        Ok(ids.iter().cloned().zip(outcomes).map(|(id, outcome)| Probe { id, outcome }).collect())
    }

    /// Reads the kinds of up to [`MAX_BATCH_PARTS`] mailboxes in one batch; the results are in the order of `ids`.
    /// Only for mailboxes whose inbox is readable.
    ///
    /// # Errors
    /// As [`probe_inboxes`](Self::probe_inboxes).
    pub async fn mailbox_purposes(
        &self,
        ids: &[String],
    ) -> Result<Vec<(String, Result<Purpose, Failure>)>, Failure> {
        Ok(ids.iter().cloned().zip(self.send_each(ids, &SETTINGS).await?).collect())
    }

    /// Reads up to [`MAX_BATCH_PARTS`] complete users by their object ids: a property that is not set is null, never
    /// absent. For items of a delta round that contain only the changes. Needs `User.Read.All`.
    ///
    /// # Errors
    /// As [`probe_inboxes`](Self::probe_inboxes); [`Class::UserNotFound`] for a deleted user.
    pub async fn users(
        &self,
        ids: &[String],
    ) -> Result<Vec<(String, Result<DirectoryUser, Failure>)>, Failure> {
        Ok(ids.iter().cloned().zip(self.send_each(ids, &USER).await?).collect())
    }

    async fn send_each<T>(
        &self,
        ids: &[String],
        request: &UserRequest<T>,
    ) -> Result<Vec<Result<T, Failure>>, Failure> {
        if ids.len() > MAX_BATCH_PARTS {
            let text = format!("{WHAT}: more than {MAX_BATCH_PARTS} parts, not sent");
            return Err(Failure::new(Class::OurBug, text));
        }
        let invalid = |id: &String| check_id(id, request.what).err().map(Err);
        let mut answers: Vec<Option<Result<Answer, Failure>>> = ids.iter().map(invalid).collect();
        self.fill(&mut answers, ids, request, self.deadline()).await?;

        // Checked before the roles: a readable inbox proves a grant that need not appear in the token.
        let any_readable = answers.iter().flatten().any(Result::is_ok);
        let mut outcomes = Vec::with_capacity(ids.len());
        for answer in answers {
            let answer = match answer.unwrap_or_else(|| Err(unanswered(request.what))) {
                Err(failure) if any_readable && is_access_denied(&failure) => {
                    Err(Failure { class: Class::OutOfScope, ..failure })
                }
                Err(failure) => Err(self.refine(failure, request.roles).await),
                Ok(answer) => Ok(answer),
            };
            outcomes.push((request.read)(answer));
        }
        Ok(outcomes)
    }

    /// Fetches the missing answers, and repeats the parts that fail temporarily.
    async fn fill<T>(
        &self,
        answers: &mut [Option<Result<Answer, Failure>>],
        ids: &[String],
        request: &UserRequest<T>,
        deadline: Instant,
    ) -> Result<(), Failure> {
        let mut pending: Vec<usize> = (0..ids.len()).filter(|&index| answers[index].is_none()).collect();
        let (mut round, mut refreshed) = (1, false);
        while !pending.is_empty() {
            let call = Call {
                what: WHAT,
                url: self.microsoft.cloud().graph_url(&["$batch"], ""),
                body: Some(json!({ "requests": parts::requests(&pending, ids, request) })),
                mailboxes: if request.uses_exchange { named(&pending, ids) } else { Vec::new() },
            };
            let reply = match self.send(&call, deadline).await {
                Ok(reply) => reply,
                Err(failure) if round == 1 => return Err(failure),
                // Earlier rounds had answers; each remaining part has its own failure.
                Err(_) => return Ok(()),
            };
            let mut responses = parts::responses(read(&reply.answer, WHAT)?, &reply.answer, request.what);
            let (mut again, mut longest, mut stale) = (Vec::new(), None::<Failure>, false);
            for index in pending {
                let answer = responses.remove(&index).unwrap_or_else(|| Err(unanswered(request.what)));
                if let Err(failure) = &answer {
                    stale |= is_stale_token(failure);
                    if is_retryable(failure) || is_stale_token(failure) {
                        again.push(index);
                        self.pause_if_requested(failure);
                        longest = longest.max_by_wait(failure);
                    }
                }
                answers[index] = Some(answer);
            }
            pending = again;
            if stale && !refreshed {
                refreshed = true;
                self.limits.invalidate_token_of(reply.generation);
                continue;
            }
            match longest {
                Some(failure) if round < ATTEMPTS => {
                    if self.wait(round, failure, deadline).await.is_err() {
                        return Ok(());
                    }
                }
                _ => return Ok(()),
            }
            round += 1;
        }
        Ok(())
    }
}

/// The mailboxes of these parts, each once.
fn named(parts: &[usize], ids: &[String]) -> Vec<String> {
    parts.iter().map(|&part| ids[part].clone()).collect::<BTreeSet<_>>().into_iter().collect()
}

/// The failure of a part that the answer of the batch does not contain, or contains twice.
fn unanswered(what: &str) -> Failure {
    Failure::new(Class::Unavailable, format!("{what}: no answer in the batch"))
}

trait MaxByWait {
    fn max_by_wait(self, other: &Failure) -> Self;
}

impl MaxByWait for Option<Failure> {
    /// The failure with the longer requested wait.
    fn max_by_wait(self, other: &Failure) -> Self {
        let wait = |failure: &Failure| failure.retry_after.unwrap_or(Duration::ZERO);
        match self {
            Some(own) if wait(&own) >= wait(other) => Some(own),
            _ => Some(other.clone()),
        }
    }
}

/// Reads any answer as one of a batch of inboxes.
#[cfg(test)]
pub(crate) fn read_any(answer: &Answer) {
    if let Ok(body) = read(answer, WHAT) {
        parts::responses(body, answer, INBOX.what);
    }
}
