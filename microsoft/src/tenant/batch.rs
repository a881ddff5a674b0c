//! Up to [`MAX_BATCH_PARTS`] requests in one `$batch` ([JSON batching](https://learn.microsoft.com/graph/json-batching)).
//!
//! A batch saves round trips, not quota: every part is classified, throttled and retried separately.

mod parts;

use std::{
    collections::{BTreeSet, HashMap, HashSet, VecDeque},
    time::Duration,
};

use serde_json::json;
use tokio::time::Instant;

use parts::Requested;

use super::{
    Tenant,
    call::{ATTEMPTS, Call, Scope, is_retryable, is_stale_token, read},
    mailbox::{INBOX, SETTINGS, UserRequest, check_id, is_access_denied},
    users::USER,
};
use crate::{
    directory::{DirectoryUser, Purpose},
    failure::{Class, Failure},
    http::Answer,
};

const WHAT: &str = "POST $batch";
/// The longest wait before some parts are sent again. Parts that have to wait longer keep their failure, because the
/// others must not wait with them.
const MAX_PART_WAIT: Duration = Duration::from_secs(2);
/// The requests for one batch after which Graph is believed to reject all of it: with twenty parts, each part has been
/// rejected together with two others at most.
const MAX_REJECTIONS: u32 = 15;
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
    /// The kind, if it was requested and the inbox can be read.
    pub purpose: Option<Purpose>,
}

impl Tenant {
    /// Probes the inboxes of up to [`MAX_BATCH_PARTS`] users in one batch; the results are in the order of `ids`.
    /// Parts that fail temporarily are sent again without the others, unless they have to wait for long. If access to a
    /// mailbox is denied while another one of the batch is readable, its failure is [`Class::OutOfScope`].
    ///
    /// If Graph rejects the batch itself, its halves are sent one by one: only the mailbox that causes it fails. If
    /// nothing of it is accepted in fifteen requests, the cause is not a mailbox, and the batch fails.
    ///
    /// # Errors
    /// If the whole batch fails: no token, a paused tenant, Microsoft unreachable; and [`Class::OurBug`] for more
    /// than [`MAX_BATCH_PARTS`] ids. A failure of one mailbox is in its [`Probe`].
    pub async fn probe_inboxes(&self, ids: &[String]) -> Result<Vec<Probe>, Failure> {
        let outcomes = self.send_each(ids, &INBOX).await?;
        Ok(ids
            .iter()
            .cloned()
            .zip(outcomes)
            .map(|(id, outcome)| Probe { id, outcome, purpose: None })
            .collect())
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

    /// Probes inbox and kind of up to ten mailboxes in one batch; the results are in the order of `ids`. A mailbox that
    /// can be read, but whose kind cannot, has [`Purpose::Unknown`].
    ///
    /// # Errors
    /// As [`probe_inboxes`](Self::probe_inboxes).
    pub async fn probe_mailboxes(&self, ids: &[String]) -> Result<Vec<Probe>, Failure> {
        let inboxes = ids.iter().map(|id| Requested { id, shape: &INBOX.shape });
        let kinds = ids.iter().map(|id| Requested { id, shape: &SETTINGS.shape });
        let parts: Vec<Requested<'_>> = inboxes.chain(kinds).collect();
        let mut inboxes = self.send_parts(&parts).await?;
        let kinds = inboxes.split_off(ids.len());
        let probes = ids.iter().zip(inboxes).zip(kinds).map(|((id, inbox), kind)| {
            let outcome = (INBOX.read)(inbox);
            let purpose = outcome.is_ok().then(|| (SETTINGS.read)(kind).unwrap_or(Purpose::Unknown));
            Probe { id: id.clone(), outcome, purpose }
        });
        Ok(probes.collect())
    }

    async fn send_each<T>(
        &self,
        ids: &[String],
        request: &UserRequest<T>,
    ) -> Result<Vec<Result<T, Failure>>, Failure> {
        let parts: Vec<Requested<'_>> =
            ids.iter().map(|id| Requested { id, shape: &request.shape }).collect();
        Ok(self.send_parts(&parts).await?.into_iter().map(request.read).collect())
    }

    /// The answers of these parts, in their order.
    async fn send_parts(&self, parts: &[Requested<'_>]) -> Result<Vec<Result<Answer, Failure>>, Failure> {
        if parts.len() > MAX_BATCH_PARTS {
            let text = format!("{WHAT}: more than {MAX_BATCH_PARTS} parts, not sent");
            return Err(Failure::new(Class::OurBug, text));
        }
        let invalid = |part: &Requested<'_>| check_id(part.id, part.shape.what).err().map(Err);
        let mut answers: Vec<Option<Result<Answer, Failure>>> = parts.iter().map(invalid).collect();
        // The parts still to be sent, as start and end, larger ones first.
        let mut pending = VecDeque::from([(0, parts.len())]);
        let (mut sent, mut accepted) = (0, false);
        while let Some((start, end)) = pending.pop_front() {
            sent += 1;
            match self.fill(&mut answers[start..end], &parts[start..end], self.deadline()).await {
                Ok(()) => accepted = true,
                Err(failure) if is_rejection(&failure) && !accepted && sent == MAX_REJECTIONS => {
                    return Err(Failure { class: Class::Unknown, ..failure });
                }
                Err(failure) if is_rejection(&failure) && end - start > 1 => {
                    let middle = start.midpoint(end);
                    pending.extend([(start, middle), (middle, end)]);
                }
                Err(failure) if is_rejection(&failure) && parts.len() > 1 => {
                    answers[start] = Some(Err(failure));
                }
                Err(failure) => return Err(failure),
            }
        }
        let answers: Vec<_> = parts
            .iter()
            .zip(answers)
            .map(|(part, answer)| (part, answer.unwrap_or_else(|| Err(unanswered(part.shape.what)))))
            .collect();
        // Checked before the roles: a readable inbox proves a grant that need not appear in the token.
        let readable: HashSet<&str> =
            answers.iter().filter(|(_, answer)| answer.is_ok()).map(|(part, _)| part.shape.what).collect();
        let mut outcomes = Vec::with_capacity(parts.len());
        for (part, answer) in answers {
            outcomes.push(match answer {
                Err(failure) if readable.contains(part.shape.what) && is_access_denied(&failure) => {
                    Err(Failure { class: Class::OutOfScope, ..failure })
                }
                Err(failure) => Err(self.refine(failure, part.shape.roles).await),
                Ok(answer) => Ok(answer),
            });
        }
        Ok(outcomes)
    }

    /// Fetches the missing answers, and repeats the parts that fail temporarily.
    async fn fill(
        &self,
        answers: &mut [Option<Result<Answer, Failure>>],
        parts: &[Requested<'_>],
        deadline: Instant,
    ) -> Result<(), Failure> {
        let mut pending: Vec<usize> = (0..parts.len()).filter(|&index| answers[index].is_none()).collect();
        let (mut round, mut refreshed) = (1, false);
        while !pending.is_empty() {
            let call = Call {
                what: WHAT,
                url: self.microsoft.cloud().graph_url(&["$batch"], ""),
                body: Some(json!({ "requests": parts::requests(&pending, parts) })),
                mailboxes: named(&pending, parts),
                units: units(&pending, parts),
                head: None,
            };
            let reply = match self.send(&call, deadline).await {
                Ok(reply) => reply,
                Err(failure) if answers.iter().all(Option::is_none) => return Err(failure),
                // Earlier rounds had answers; each remaining part has its own failure.
                Err(_) => return Ok(()),
            };
            let body = match read(&reply.answer, WHAT) {
                Ok(body) => body,
                Err(failure) if round < ATTEMPTS => {
                    self.wait(round, failure, Scope::Call, deadline).await?;
                    round += 1;
                    continue;
                }
                Err(failure) if answers.iter().all(Option::is_none) => return Err(failure),
                Err(_) => return Ok(()),
            };
            let mut responses = parts::responses(body, &reply.answer, parts);
            let (mut again, mut longest, mut stale) = (Vec::new(), None::<Failure>, false);
            let throttles = is_throttled(&pending, parts, &responses);
            for index in pending {
                let answer =
                    responses.remove(&index).unwrap_or_else(|| Err(unanswered(parts[index].shape.what)));
                let answer = answer.map_err(|failure| match failure.class {
                    Class::Throttled if !throttles => Failure { class: Class::MailboxThrottled, ..failure },
                    Class::MailboxThrottled if throttles => Failure { class: Class::Throttled, ..failure },
                    _ => failure,
                });
                if let Err(failure) = &answer {
                    stale |= is_stale_token(failure);
                    if throttles {
                        self.pause_if_requested(failure);
                    }
                    let soon = throttles || failure.retry_after.is_none_or(|wait| wait <= MAX_PART_WAIT);
                    if (is_retryable(failure) && soon) || is_stale_token(failure) {
                        again.push(index);
                        longest = longest.max_by_wait(failure);
                    }
                }
                answers[index] = Some(answer);
            }
            let scope = if throttles { Scope::Tenant } else { Scope::Call };
            pending = again;
            if stale && !refreshed {
                refreshed = true;
                self.limits.invalidate_token_of(reply.generation);
                continue;
            }
            match longest {
                Some(failure) if round < ATTEMPTS => {
                    if self.wait(round, failure, scope, deadline).await.is_err() {
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

/// The mailboxes that these parts call, each once; none for parts that the directory answers.
fn named(pending: &[usize], parts: &[Requested<'_>]) -> Vec<String> {
    let mailboxes = pending.iter().map(|&part| &parts[part]).filter(|part| part.shape.uses_exchange);
    mailboxes.map(|part| part.id.to_owned()).collect::<BTreeSet<_>>().into_iter().collect()
}

/// The directory's units that these parts cost; each part counts like a call of its own.
fn units(pending: &[usize], parts: &[Requested<'_>]) -> u32 {
    let read = pending.iter().filter(|&&part| !parts[part].shape.uses_exchange).count();
    u32::try_from(read).unwrap_or(u32::MAX)
}

/// Whether most users of these parts, and more than one, were throttled: then the limit is the tenant's, not that of a
/// mailbox.
fn is_throttled(
    pending: &[usize],
    parts: &[Requested<'_>],
    responses: &HashMap<usize, Result<Answer, Failure>>,
) -> bool {
    let throttled = |part: &usize| {
        let class = responses.get(part).and_then(|answer| answer.as_ref().err()).map(|failure| failure.class);
        matches!(class, Some(Class::Throttled | Class::MailboxThrottled))
    };
    let users = |parts_of: &mut dyn Iterator<Item = usize>| {
        parts_of.map(|part| parts[part].id).collect::<HashSet<_>>().len()
    };
    let all = users(&mut pending.iter().copied());
    let some = users(&mut pending.iter().copied().filter(throttled));
    some > 1 && some * 2 > all
}

/// Whether Graph rejected the request itself, which one odd id can cause.
fn is_rejection(failure: &Failure) -> bool {
    failure.class == Class::OurBug && failure.status.is_some()
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
        parts::responses(body, answer, &[Requested { id: "", shape: &INBOX.shape }; MAX_BATCH_PARTS]);
    }
}
