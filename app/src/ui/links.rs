//! Addresses of the console's own pages and of those we send people to.

use domain::{
    Reason,
    ids::{DelegationId, RunId},
    list::ListQuery,
    workspace::Me,
};

/// Percent-encodes a value for a query. Server and browser must agree on every byte, so neither's own is used.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push('%');
            for nibble in [byte >> 4, byte & 15] {
                out.push(char::from(b"0123456789ABCDEF"[usize::from(nibble)]));
            }
        }
    }
    out
}

/// The list of mailboxes with everything that narrows and orders it.
pub(crate) fn mailboxes(delegation: Option<DelegationId>, query: &ListQuery) -> String {
    let mut url = "/mailboxes".to_owned();
    let d = delegation.map(|d| ("d", d.to_string()));
    for (i, (key, value)) in d.into_iter().chain(query.to_pairs()).enumerate() {
        url.push(if i == 0 { '?' } else { '&' });
        url.push_str(key);
        url.push('=');
        url.push_str(&escape(&value));
    }
    url
}

pub(crate) fn run(id: RunId) -> String {
    format!("/runs/{id}")
}

/// The Help entry of a reason.
pub(crate) fn help(reason: Reason) -> String {
    format!("/help#{}", reason.code())
}

/// A WhatsApp conversation with our support that starts with the ids we need and no personal data.
pub(crate) fn whatsapp(me: &Me) -> Option<String> {
    let number = me.support.whatsapp.as_deref()?;
    let mut text = format!("Warmy Domain Delegation\nworkspace {}", me.workspace);
    for tid in me.delegations.iter().filter_map(|d| d.tid.as_deref()) {
        text.push_str("\ntenant ");
        text.push_str(tid);
    }
    Some(format!("https://wa.me/{}?text={}", escape(number), escape(&text)))
}

#[cfg(test)]
mod tests {
    use domain::list::Tab;

    use super::*;

    #[test]
    fn everything_that_is_not_plain_is_escaped() {
        assert_eq!(escape("a-Z_0.~"), "a-Z_0.~");
        assert_eq!(escape("R&D 李"), "R%26D%20%E6%9D%8E");
    }

    #[test]
    fn a_list_has_its_address() {
        assert_eq!(mailboxes(None, &ListQuery::default()), "/mailboxes");
        let query = ListQuery { tab: Tab::All, search: "a b".into(), ..ListQuery::default() };
        assert_eq!(mailboxes(None, &query), "/mailboxes?tab=all&q=a%20b");
    }
}
