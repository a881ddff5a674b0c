//! Reads a pasted list of addresses: from a mail's recipients, a spreadsheet, an export, or typed by hand.

use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Serialize};

use crate::{Reason, connection::Connection, ids::RowNumber, purpose::Purpose, text::plain};

/// The maximum number of addresses that are looked up at once.
pub const MAX_ADDRESSES: usize = 10_000;

/// The longest accepted address; [RFC 5321](https://www.rfc-editor.org/rfc/rfc5321#section-4.5.3.1) allows less.
const MAX_ADDRESS_LENGTH: usize = 320;

/// A parsed list of addresses. Every line of the list is in it: by its addresses, or as a line that is not readable.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pasted {
    /// In lower case, in the order of the list, each once.
    pub addresses: Vec<String>,
    /// Number of repeated addresses.
    pub repeated: u32,
    /// Words with an @ that are not addresses.
    pub unreadable: Vec<String>,
    /// Lines without an @: headings, names, notes.
    pub without: Vec<String>,
}

impl Pasted {
    /// Extracts every address from a text. Other text in the line of an address (names, brackets, commas, columns of a
    /// table) is skipped.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let mut pasted = Self::default();
        let mut seen = HashSet::new();
        for line in plain(text).split(['\n', '\r']).filter(|line| line.chars().any(char::is_alphanumeric)) {
            if !line.contains('@') {
                pasted.without.push(shortened(line.trim()));
                continue;
            }
            for word in line.split(is_between).flat_map(joined).filter(|word| word.contains('@')) {
                match address(word) {
                    Some(address) if seen.contains(&address) => pasted.repeated += 1,
                    Some(address) => {
                        seen.insert(address.clone());
                        pasted.addresses.push(address);
                    }
                    None => pasted.unreadable.push(shortened(word)),
                }
            }
        }
        pasted
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(MAX_ADDRESS_LENGTH).collect()
}

/// Whether the character separates addresses: it never occurs in an address in use.
fn is_between(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, ',' | ';' | '|' | '<' | '>' | '(' | ')' | '[' | ']' | '{' | '}' | '"' | '\\')
}

/// The kinds of address in exports.
const SCHEMES: [&str; 6] = ["smtp:", "mailto:", "sip:", "im:", "x500:", "eum:"];

/// The addresses of a word in which several are joined without a blank: `a@x.com/b@x.com`, `SMTP:a@x.com+smtp:b@x.com`.
fn joined(word: &str) -> Vec<&str> {
    if word.matches('@').count() < 2 {
        return vec![word];
    }
    let lower = word.to_ascii_lowercase();
    // Before a scheme, a plus sign separates; elsewhere it belongs to an address.
    let begins = |rest: &str| SCHEMES.iter().any(|scheme| rest.starts_with(scheme));
    let separates = |(at, c): (usize, char)| match c {
        '+' => lower.get(at + 1..).is_some_and(begins),
        c => matches!(c, '/' | '&' | '–' | '—' | '·' | '•' | '…' | '#' | '='),
    };
    let mut parts = Vec::new();
    let mut from = 0;
    for (at, c) in word.char_indices().filter(|found| separates(*found)) {
        parts.push(&word[from..at]);
        from = at + c.len_utf8();
    }
    parts.push(&word[from..]);
    let all_are = parts.iter().filter(|part| !part.is_empty()).all(|part| part.matches('@').count() == 1);
    if all_are { parts } else { vec![word] }
}

fn address(word: &str) -> Option<String> {
    let lower = word.to_lowercase();
    // Bullets before it, marks after it.
    let around = |c: char| {
        matches!(
            c,
            '\'' | '.'
                | ':'
                | '!'
                | '?'
                | '='
                | '*'
                | '#'
                | '/'
                | '-'
                | '–'
                | '—'
                | '…'
                | '•'
                | '·'
                | '▪'
                | '◦'
                | '‣'
                | '→'
                | '&'
        )
    };
    let mut word = lower.trim_matches(around);
    for scheme in SCHEMES {
        word = word.strip_prefix(scheme).unwrap_or(word);
    }
    // The query of a `mailto:` link.
    let word = word.split_once('?').map_or(word, |(before, _)| before);
    let word = word.trim_matches(around);
    let (local, domain) = word.split_once('@')?;
    let readable = !local.is_empty() && word.len() <= MAX_ADDRESS_LENGTH && is_domain(domain);
    readable.then(|| format!("{local}@{domain}"))
}

/// Whether a text is a domain name with at least one dot.
pub(crate) fn is_domain(domain: &str) -> bool {
    domain.len() <= 253
        && domain.contains('.')
        && domain.split('.').all(|label| {
            !label.is_empty()
                && label.len() <= 63
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.chars().all(|c| c.is_alphanumeric() || c == '-')
        })
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
    /// Addresses of mailboxes that cannot be selected, by the reason as text.
    pub left: Vec<(String, Vec<String>)>,
    /// Addresses whose mailbox was already found by another address of the list.
    pub same: Vec<String>,
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
                Some(answer) if !seen.insert(answer.row) => found.same.push(address.to_owned()),
                Some(answer) if purpose.takes(answer.connection, answer.busy) => found.rows.push(answer.row),
                Some(answer) => left.entry(why_not(answer)).or_insert_with(Vec::new).push(address.to_owned()),
            }
        }
        found.left = left.into_iter().map(|(words, addresses)| (words.to_owned(), addresses)).collect();
        found
    }
}

fn why_not(answer: Match) -> &'static str {
    match answer.connection {
        _ if answer.busy => "in another run",
        Connection::Connected => "already connected",
        Connection::NeedsAttention => "already connected, needs attention",
        Connection::Queued | Connection::Connecting => "in another run",
        Connection::Ineligible => answer.reason.map_or("can’t be connected", Reason::title),
        Connection::Excluded => "excluded",
        Connection::Removed => "left the organisation",
        Connection::Available | Connection::Failed | Connection::Disconnected => "not connected",
    }
}

#[cfg(test)]
mod tests;
