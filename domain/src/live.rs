//! The live stream's wire format: state-based changes, safe to apply twice.

use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{Error as _, MapAccess, Visitor},
};

use crate::{
    consent::AttemptView,
    delegation::DelegationView,
    ids::{Millis, Seq},
    mailbox::{Counts, MailboxRow},
    run::RunView,
    slots::Pool,
};

/// One changed object, in its new state.
///
/// In JSON the kind comes first: `{"kind": "run", "now": …}`. It is read in that order only, because a reader for any
/// order adds 10 kB to the browser's download.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", content = "now", rename_all = "snake_case")]
pub enum Change {
    Mailbox(Box<MailboxRow>),
    Run(Box<RunView>),
    Slots(Vec<Pool>),
    Counts(Counts),
    Delegation(Box<DelegationView>),
    Attempt(Box<AttemptView>),
}

impl Change {
    /// The name under which the log stores it.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Mailbox(_) => "mailbox",
            Self::Run(_) => "run",
            Self::Slots(_) => "slots",
            Self::Counts(_) => "counts",
            Self::Delegation(_) => "delegation",
            Self::Attempt(_) => "attempt",
        }
    }
}

impl<'de> Deserialize<'de> for Change {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ChangeReader)
    }
}

struct ChangeReader;

impl<'de> Visitor<'de> for ChangeReader {
    type Value = Change;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a change: its kind, then its object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Change, A::Error> {
        let kind = match map.next_entry::<String, String>()? {
            Some((key, kind)) if key == "kind" => kind,
            _ => return Err(A::Error::missing_field("kind")),
        };
        if map.next_key::<String>()?.as_deref() != Some("now") {
            return Err(A::Error::missing_field("now"));
        }
        Ok(match kind.as_str() {
            "mailbox" => Change::Mailbox(map.next_value()?),
            "run" => Change::Run(map.next_value()?),
            "slots" => Change::Slots(map.next_value()?),
            "counts" => Change::Counts(map.next_value()?),
            "delegation" => Change::Delegation(map.next_value()?),
            "attempt" => Change::Attempt(map.next_value()?),
            other => return Err(A::Error::custom(format_args!("unknown kind of change {other:?}"))),
        })
    }
}

/// One frame of the stream: all changes after `after`, up to and including `seq`.
///
/// Of several states of the same object it has only the newest, so it may have fewer changes than numbers. No number is
/// skipped: the next frame's `after` is this one's `seq`, which is also the position to resume from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Batch {
    pub after: Seq,
    pub seq: Seq,
    /// Time of the first change that the frame covers: gives the greatest delay of the frame.
    pub oldest_at: Millis,
    pub changes: Vec<Change>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_change_is_read_as_it_was_written() {
        let changes = [
            Change::Slots(Vec::new()),
            Change::Counts(Counts { available: 3, failed: 1, all: 4, ..Counts::default() }),
        ];
        for change in changes {
            let json = serde_json::to_string(&change).unwrap();
            assert!(json.starts_with(&format!("{{\"kind\":\"{}\",\"now\":", change.kind())), "{json}");
            assert_eq!(serde_json::from_str::<Change>(&json).unwrap(), change);
        }
        for wrong in
            ["{}", "1", r#"{"now":[],"kind":"slots"}"#, r#"{"kind":"no"}"#, r#"{"kind":"no","now":1}"#]
        {
            assert!(serde_json::from_str::<Change>(wrong).is_err(), "{wrong}");
        }
    }
}
