//! E-mail about what needs somebody: to whom, and what is said.

use serde::{Deserialize, Serialize};

use crate::{
    AppError,
    ids::{AlertAddressId, DelegationId, Millis},
    reason::Reason,
    text::counted,
};

/// Addresses that a workspace's alerts go to, at most.
pub const MOST: u32 = 10;

/// The longest address that mail servers take (RFC 5321).
const LONGEST: usize = 254;

/// Somebody who gets the alerts of a workspace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertAddress {
    pub id: AlertAddressId,
    pub address: String,
    pub added_by: String,
    pub added_at: Millis,
    /// What the mail server answered, while nothing arrives there.
    pub problem: Option<String>,
}

/// What *Settings* shows of alerts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alerts {
    /// Whether this installation can send e-mail.
    pub can_send: bool,
    pub addresses: Vec<AlertAddress>,
}

/// Reads an address as people type it.
///
/// # Errors
/// [`AppError::Invalid`] for the field `address`.
pub fn read_address(text: &str) -> Result<String, AppError> {
    let text = text.trim();
    let usable = text.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty() && domain.contains('.') && !domain.starts_with('.') && !domain.ends_with('.')
    });
    let plain = text.chars().all(|c| !c.is_whitespace() && !c.is_control() && !"<>()[],;:\\\"".contains(c));
    if !usable || !plain || text.matches('@').count() != 1 || text.len() > LONGEST {
        return Err(AppError::invalid("address", "Type one e-mail address, like it@example.com."));
    }
    Ok(text.to_owned())
}

/// One thing to say, as it is when the letter is written: what is over by then is not told any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Matter {
    /// Somebody wants alerts to go to this address.
    Welcome { by: String },
    /// Nothing of an organisation can be checked or connected.
    Broken { organisation: String, reason: Option<Reason> },
    /// It works again.
    Recovered { organisation: String },
    /// Mailboxes that need attention now, by reason, most first.
    Attention { organisation: String, delegation: DelegationId, reasons: Vec<(Option<Reason>, u32)> },
    /// People who came and could be connected.
    Newcomers { organisation: String, delegation: DelegationId, people: u32 },
    /// Most slots, or all, are taken.
    Slots { name: String, taken: u32, limit: u32 },
    /// What Warmy shows to Microsoft ends.
    Credential { name: String, days: i64 },
}

impl Matter {
    /// Whether somebody has to do something today.
    #[must_use]
    pub const fn is_urgent(&self) -> bool {
        matches!(self, Self::Broken { .. })
    }
}

/// What our credential's end is called, with so many days left.
#[must_use]
pub fn credential_ends(days: i64) -> String {
    match days {
        ..=0 => "Warmy’s credential for Microsoft has expired".to_owned(),
        days => {
            let left = counted(days.unsigned_abs(), "day", "days");
            format!("Warmy’s credential for Microsoft ends in {left}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_people_type_them() {
        assert_eq!(read_address(" it@example.com\n").unwrap(), "it@example.com");
        assert_eq!(read_address("o'hara+alerts@mail.example.com").unwrap(), "o'hara+alerts@mail.example.com");
        for wrong in [
            "",
            "it",
            "it@",
            "@example.com",
            "it@example",
            "a@b@c.de",
            "a b@c.de",
            "It <it@example.com>",
            "it@example.com\r\nbcc:x@y.de",
            "it@.com",
            "a@b.c,d@e.f",
        ] {
            assert!(read_address(wrong).is_err(), "{wrong:?}");
        }
        assert!(read_address(&format!("{}@example.com", "a".repeat(300))).is_err());
    }
}
