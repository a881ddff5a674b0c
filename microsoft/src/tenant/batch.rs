//! Up to twenty questions in one `$batch`
//! ([JSON batching](https://learn.microsoft.com/graph/json-batching)).
//!
//! A batch saves round trips, not quota: every part is judged, throttled and retried by itself.

mod parts;

use std::{collections::BTreeSet, time::Duration};

use serde_json::json;
use tokio::time::Instant;

use super::{
    Tenant,
    call::{ATTEMPTS, Call, is_stale_token, is_worth_another, read},
    mailbox::{INBOX, Question, SETTINGS, check_id, is_access_denied},
    users::WHOLE,
};
use crate::{
    directory::{DirectoryUser, Purpose},
    failure::{Class, Failure},
    http::Answer,
};

const WHAT: &str = "POST $batch";
/// Microsoft's limit.
const LARGEST: usize = 20;

/// What a probe of one mailbox found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probe {
    /// As asked.
    pub id: String,
    /// As of [`Tenant::inbox`].
    pub outcome: Result<(), Failure>,
}

impl Tenant {
    /// Asks for the inboxes of up to 20 users at once; answers in the order asked. Parts that fail for the
    /// moment are asked again by themselves. A mailbox that is denied while another one of the same batch is
    /// not, is [`Class::OutOfScope`].
    ///
    /// # Errors
    /// If nothing at all could be asked: no token, a paused tenant, Microsoft unreachable; and
    /// [`Class::OurBug`] for more than 20 ids. What concerns one mailbox is in its [`Probe`].
    pub async fn probe_inboxes(&self, ids: &[String]) -> Result<Vec<Probe>, Failure> {
        let outcomes = self.ask_each(ids, &INBOX).await?;
        Ok(ids.iter().cloned().zip(outcomes).map(|(id, outcome)| Probe { id, outcome }).collect())
    }

    /// Asks for the kinds of up to 20 mailboxes at once; in the order asked. Ask only for mailboxes whose
    /// inbox answers.
    ///
    /// # Errors
    /// As [`probe_inboxes`](Self::probe_inboxes).
    pub async fn mailbox_purposes(
        &self,
        ids: &[String],
    ) -> Result<Vec<(String, Result<Purpose, Failure>)>, Failure> {
        Ok(ids.iter().cloned().zip(self.ask_each(ids, &SETTINGS).await?).collect())
    }

    /// Reads up to 20 users by their object ids, whole: what is not set is null, never absent. For items of a
    /// delta round that mention only what changed. Needs `User.Read.All`.
    ///
    /// # Errors
    /// As [`probe_inboxes`](Self::probe_inboxes); [`Class::UserNotFound`] for one who is gone.
    pub async fn users(
        &self,
        ids: &[String],
    ) -> Result<Vec<(String, Result<DirectoryUser, Failure>)>, Failure> {
        Ok(ids.iter().cloned().zip(self.ask_each(ids, &WHOLE).await?).collect())
    }

    async fn ask_each<T>(
        &self,
        ids: &[String],
        question: &Question<T>,
    ) -> Result<Vec<Result<T, Failure>>, Failure> {
        if ids.len() > LARGEST {
            return Err(Failure::new(Class::OurBug, format!("{WHAT}: more than {LARGEST} parts, not asked")));
        }
        let unasked = |id: &String| check_id(id, question.what).err().map(Err);
        let mut answers: Vec<Option<Result<Answer, Failure>>> = ids.iter().map(unasked).collect();
        self.fill(&mut answers, ids, question, self.deadline()).await?;

        // Before the roles are consulted: an inbox that answers proves a grant the token need not show.
        let scoped = answers.iter().flatten().any(Result::is_ok);
        let mut outcomes = Vec::with_capacity(ids.len());
        for answer in answers {
            let answer = match answer.unwrap_or_else(|| Err(unanswered(question.what))) {
                Err(failure) if scoped && is_access_denied(&failure) => {
                    Err(Failure { class: Class::OutOfScope, ..failure })
                }
                Err(failure) => Err(self.refine(failure, question.roles).await),
                Ok(answer) => Ok(answer),
            };
            outcomes.push((question.read)(answer));
        }
        Ok(outcomes)
    }

    /// Asks for what has no answer yet, and again for what failed only for the moment.
    async fn fill<T>(
        &self,
        answers: &mut [Option<Result<Answer, Failure>>],
        ids: &[String],
        question: &Question<T>,
        deadline: Instant,
    ) -> Result<(), Failure> {
        let mut pending: Vec<usize> = (0..ids.len()).filter(|&index| answers[index].is_none()).collect();
        let (mut round, mut refreshed) = (1, false);
        while !pending.is_empty() {
            let call = Call {
                what: WHAT,
                url: self.microsoft.cloud().graph_url(&["$batch"], ""),
                body: Some(json!({ "requests": parts::requests(&pending, ids, question) })),
                mailboxes: if question.of_exchange { named(&pending, ids) } else { Vec::new() },
            };
            let reply = match self.send(&call, deadline).await {
                Ok(reply) => reply,
                Err(failure) if round == 1 => return Err(failure),
                // Earlier rounds did bring something; what they left open keeps its own failure.
                Err(_) => return Ok(()),
            };
            let mut responses = parts::responses(read(&reply.answer, WHAT)?, &reply.answer, question.what);
            let (mut again, mut longest, mut stale) = (Vec::new(), None::<Failure>, false);
            for index in pending {
                let answer = responses.remove(&index).unwrap_or_else(|| Err(unanswered(question.what)));
                if let Err(failure) = &answer {
                    stale |= is_stale_token(failure);
                    if is_worth_another(failure) || is_stale_token(failure) {
                        again.push(index);
                        self.heed(failure);
                        longest = longest.max_by_wait(failure);
                    }
                }
                answers[index] = Some(answer);
            }
            pending = again;
            if stale && !refreshed {
                refreshed = true;
                self.lane.forget_token_of(reply.generation);
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

/// A part that the answer of the batch does not mention, or mentions twice.
fn unanswered(what: &str) -> Failure {
    Failure::new(Class::Unavailable, format!("{what}: no answer in the batch"))
}

trait MaxByWait {
    fn max_by_wait(self, other: &Failure) -> Self;
}

impl MaxByWait for Option<Failure> {
    /// The failure that asks for the longer wait.
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
