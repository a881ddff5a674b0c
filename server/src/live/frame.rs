//! A frame of the stream, ready to be sent: built once, and shared by all streams at the same position.

use std::{collections::HashMap, fmt::Write as _};

use axum::body::Bytes;
use domain::ids::{Millis, Seq};
use serde::Deserialize;
use uuid::Uuid;

use store::LogEvent;

/// The maximum number of changes in one frame.
const CHANGES: usize = 500;

/// The subject of an event. Of two events with the same subject, only the newer is sent: it has the whole state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Subject {
    Mailbox(Uuid),
    Run(Uuid),
    Attempt(Uuid),
    Slots,
    Counts,
    Delegation,
    /// An unknown kind of event: a subject of its own.
    Other(Seq),
}

/// An event of the log, as the stream needs it.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) seq: Seq,
    pub(super) created_at: Millis,
    pub(super) json: Box<str>,
    subject: Subject,
}

impl From<LogEvent> for Entry {
    fn from(event: LogEvent) -> Self {
        let subject = Subject::of(&event);
        Self { seq: event.seq, created_at: event.created_at, json: event.payload.into(), subject }
    }
}

impl Subject {
    fn of(event: &LogEvent) -> Self {
        let known = match event.kind.as_str() {
            "mailbox" => event.mailbox.map(|id| Self::Mailbox(id.0)),
            "run" => id(&event.payload).map(Self::Run),
            "attempt" => id(&event.payload).map(Self::Attempt),
            "slots" => Some(Self::Slots),
            "counts" => Some(Self::Counts),
            "delegation" => Some(Self::Delegation),
            _ => None,
        };
        known.unwrap_or(Self::Other(event.seq))
    }
}

/// The id of a payload's subject.
fn id(payload: &str) -> Option<Uuid> {
    #[derive(Deserialize)]
    struct Change {
        now: Named,
    }
    #[derive(Deserialize)]
    struct Named {
        id: Uuid,
    }
    serde_json::from_str(payload).ok().map(|Change { now: Named { id } }| id)
}

/// A [`domain::live::Batch`] as a server-sent event.
#[derive(Clone, Debug)]
pub struct Frame {
    pub(super) after: Seq,
    pub seq: Seq,
    pub bytes: Bytes,
}

impl Frame {
    /// Builds the frame after `after` from events without a gap. `None` without events.
    pub(super) fn of<'e>(after: Seq, events: impl Iterator<Item = &'e Entry>) -> Option<Self> {
        let mut newest: HashMap<Subject, &Entry> = HashMap::new();
        let (mut seq, mut oldest_at) = (after, None);
        for event in events {
            if newest.len() == CHANGES && !newest.contains_key(&event.subject) {
                break;
            }
            debug_assert_eq!(event.seq.0, seq.0 + 1, "a gap in the log");
            newest.insert(event.subject, event);
            seq = event.seq;
            oldest_at = oldest_at.or(Some(event.created_at));
        }
        let oldest_at = oldest_at?;
        let mut changes: Vec<&Entry> = newest.into_values().collect();
        changes.sort_unstable_by_key(|event| event.seq);
        let size: usize = changes.iter().map(|event| event.json.len() + 1).sum();
        let mut text = String::with_capacity(size + 160);
        // Payloads are JSON in one line, as `Log::push` has written them.
        _ = write!(
            text,
            "event: change\nid: {seq}\ndata: {{\"after\":{after},\"seq\":{seq},\"oldest_at\":{oldest_at},\"changes\":[",
            seq = seq.0,
            after = after.0,
        );
        for (n, change) in changes.iter().enumerate() {
            if n > 0 {
                text.push(',');
            }
            text.push_str(&change.json);
        }
        text.push_str("]}\n\n");
        Some(Self { after, seq, bytes: text.into() })
    }
}

#[cfg(test)]
mod tests;
