//! Reads a pasted list of addresses: from a mail's recipients, a spreadsheet, an export, or typed by hand.

use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Serialize};

use crate::{Reason, connection::Connection, ids::RowNumber, purpose::Purpose};

/// The maximum number of addresses that are looked up at once.
pub const MAX_ADDRESSES: usize = 10_000;

/// The longest accepted address; [RFC 5321](https://www.rfc-editor.org/rfc/rfc5321#section-4.5.3.1) allows less.
const MAX_ADDRESS_LENGTH: usize = 320;

/// A parsed list of addresses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pasted {
    /// In lower case, in the order of the list, each once.
    pub addresses: Vec<String>,
    /// Number of repeated addresses.
    pub repeated: u32,
    /// Words with an @ that are not addresses.
    pub unreadable: Vec<String>,
}

impl Pasted {
    /// Extracts every address from a text. Other text (names, brackets, commas, columns of a table) is skipped.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let mut pasted = Self::default();
        let mut seen = HashSet::new();
        // A file of UTF-16, read as UTF-8, has a NUL after every letter.
        let text = if text.contains('\0') { text.replace('\0', "") } else { text.to_owned() };
        for word in text.split(is_between).filter(|word| word.contains('@')) {
            match address(word) {
                Some(address) if seen.contains(&address) => pasted.repeated += 1,
                Some(address) => {
                    seen.insert(address.clone());
                    pasted.addresses.push(address);
                }
                None => pasted.unreadable.push(word.chars().take(MAX_ADDRESS_LENGTH).collect()),
            }
        }
        pasted
    }
}

/// Whether the character separates addresses: it never occurs in an address in use.
fn is_between(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(
            c,
            ',' | ';' | '|' | '<' | '>' | '(' | ')' | '[' | ']' | '{' | '}' | '"' | '\\' | '“' | '”' | '„' | '«'
                | '»' | '，' | '；' | '、' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'
                | '\u{feff}' | '\u{fffd}'
        )
}

fn address(word: &str) -> Option<String> {
    let lower = word.to_lowercase();
    let mut word = lower.as_str();
    for scheme in ["mailto:", "smtp:"] {
        word = word.strip_prefix(scheme).unwrap_or(word);
    }
    // The query of a `mailto:` link.
    let word = word.split_once('?').map_or(word, |(before, _)| before);
    let word = word.trim_matches(|c: char| matches!(c, '\'' | '`' | '’' | '‘' | '.' | ':' | '!' | '=' | '*'));
    let (local, domain) = word.split_once('@')?;
    let readable = !local.is_empty() && word.len() <= MAX_ADDRESS_LENGTH && crate::address::is_domain(domain);
    readable.then(|| format!("{local}@{domain}"))
}

/// The mailbox found for an address of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Match {
    pub row: RowNumber,
    pub connection: Connection,
    pub reason: Option<Reason>,
    /// In a run that is not finished.
    pub busy: bool,
}

/// The result of looking up a list of addresses.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// Mailboxes that can be selected, in the order of the list.
    pub rows: Vec<RowNumber>,
    /// Numbers of mailboxes that cannot be selected, each with the reason as text.
    pub left: Vec<(String, u32)>,
    /// Number of addresses whose mailbox was already found by another address of the list.
    pub same: u32,
    /// Addresses that no mailbox of the delegation has.
    pub missing: Vec<String>,
}

impl Found {
    /// Classifies the mailbox found for each address, in the order of the list.
    pub fn sort_out<'a>(
        purpose: Purpose,
        answers: impl IntoIterator<Item = (&'a str, Option<Match>)>,
    ) -> Self {
        let (mut found, mut seen, mut left) = (Self::default(), HashSet::new(), BTreeMap::new());
        for (address, answer) in answers {
            match answer {
                None => found.missing.push(address.to_owned()),
                Some(answer) if !seen.insert(answer.row) => found.same += 1,
                Some(answer) if purpose.takes(answer.connection, answer.busy) => found.rows.push(answer.row),
                Some(answer) => *left.entry(why_not(answer)).or_insert(0) += 1,
            }
        }
        found.left = left.into_iter().map(|(words, count)| (words.to_owned(), count)).collect();
        found
    }
}

fn why_not(answer: Match) -> &'static str {
    match answer.connection {
        _ if answer.busy => "in a run just now",
        Connection::Connected => "already connected",
        Connection::NeedsAttention => "connected already, and in need of attention",
        Connection::Queued | Connection::Connecting => "in a run just now",
        Connection::Ineligible => answer.reason.map_or("can’t be connected", Reason::title),
        Connection::Excluded => "excluded",
        Connection::Removed => "left the organisation",
        Connection::Available | Connection::Failed | Connection::Disconnected => "not connected",
    }
}

#[cfg(test)]
mod tests;
