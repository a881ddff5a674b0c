//! Alert e-mails: their addresses and contents.

use serde::{Deserialize, Serialize};

use crate::{
    AppError,
    address::MAX_ADDRESS_LENGTH,
    ids::{AlertAddressId, DelegationId, Millis},
    reason::Reason,
    text::{clean, counted},
};

/// Maximum number of alert addresses of a workspace.
pub const MAX_ALERT_ADDRESSES: u32 = 10;

/// An address that receives the alerts of a workspace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertAddress {
    pub id: AlertAddressId,
    pub address: String,
    pub added_by: String,
    pub added_at: Millis,
    pub confirmation: Confirmation,
    /// The mail server's answer, while e-mails to this address fail.
    pub problem: Option<String>,
}

/// Whether the owner of an address wants the alerts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confirmation {
    Confirmed,
    /// Nothing else is sent until the owner answers.
    Asked,
    /// The question is sent then: the address got one less than a day before.
    AskedAt(Millis),
}

/// The alerts section of *Settings*.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alerts {
    /// Whether this installation can send e-mail.
    pub can_send: bool,
    pub addresses: Vec<AlertAddress>,
}

/// Parses a typed address.
///
/// # Errors
/// [`AppError::Invalid`] for the field `address`.
pub fn read_address(text: &str) -> Result<String, AppError> {
    let text = clean(text);
    let text = text.as_ref();
    let usable = text.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty() && domain.contains('.') && !domain.starts_with('.') && !domain.ends_with('.')
    });
    let plain = text.chars().all(|c| !c.is_whitespace() && !c.is_control() && !"<>()[],;:\\\"".contains(c));
    // Mail servers need an extension for others, which few have.
    if !usable
        || !plain
        || !text.is_ascii()
        || text.matches('@').count() != 1
        || text.len() > MAX_ADDRESS_LENGTH
    {
        return Err(AppError::invalid("address", "Type one e-mail address, like it@example.com."));
    }
    Ok(text.to_owned())
}

/// One topic of an alert e-mail, with the state at the time of writing. Problems that are over by then are left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AlertContent {
    /// The owner of the address is asked whether alerts may come.
    Confirm,
    /// No mailbox of an organisation can be checked or connected.
    Broken { organisation: String, reason: Option<Reason> },
    /// The organisation works again.
    Recovered { organisation: String },
    /// Mailboxes that need attention now, by reason, most first.
    Attention { organisation: String, delegation: DelegationId, reasons: Vec<(Option<Reason>, u32)> },
    /// New people who could be connected.
    Newcomers { organisation: String, delegation: DelegationId, people: u32 },
    /// Most slots, or all, are taken.
    Slots { name: String, taken: u32, limit: u32 },
    /// Warmy's credential for Microsoft expires.
    Credential { name: String, days: i64 },
}

impl AlertContent {
    /// Whether it requires action today.
    #[must_use]
    pub const fn is_urgent(&self) -> bool {
        matches!(self, Self::Broken { .. })
    }
}

/// The text that our credential expires in `days` days.
#[must_use]
pub fn credential_expiry_text(days: i64) -> String {
    match days {
        ..=0 => "Warmy’s credential for Microsoft has expired".to_owned(),
        days => {
            let left = counted(days.unsigned_abs(), "day", "days");
            format!("Warmy’s credential for Microsoft expires in {left}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn valid_addresses_are_accepted_and_others_refused() {
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
