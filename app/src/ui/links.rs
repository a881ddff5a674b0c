//! Addresses of the console's pages and of external pages.

mod text;

use domain::{
    Reason,
    activity::ActivityQuery,
    ids::{DelegationId, MailboxId, RunId},
    list::ListQuery,
    workspace::Me,
};

/// Percent-encodes a value for a query. Server and browser must produce the same bytes, so neither's own function is
/// used.
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

/// The list of mailboxes with its filters and order.
#[must_use]
pub fn mailboxes(delegation: Option<DelegationId>, query: &ListQuery) -> String {
    let mut pairs = query.to_pairs();
    if let Some(delegation) = delegation {
        pairs.insert(0, ("d", delegation.to_string()));
    }
    with_pairs("/mailboxes", pairs)
}

/// The same list on one page for paper.
pub(crate) fn printed_mailboxes(delegation: DelegationId, query: &ListQuery) -> String {
    with_pairs("/mailboxes/print", [vec![("d", delegation.to_string())], query.to_pairs()].concat())
}

/// The audit log, as a page or as a file, with its filters.
pub(crate) fn activity(path: &str, query: &ActivityQuery) -> String {
    with_pairs(path, query.to_pairs())
}

fn with_pairs(path: &str, pairs: Vec<(&'static str, String)>) -> String {
    let mut url = path.to_owned();
    for (i, (key, value)) in pairs.into_iter().enumerate() {
        url.push(if i == 0 { '?' } else { '&' });
        url.push_str(key);
        url.push('=');
        url.push_str(&escape(&value));
    }
    url
}

/// The same list with the panel of one mailbox open beside it.
pub(crate) fn mailbox(delegation: Option<DelegationId>, query: &ListQuery, id: MailboxId) -> String {
    with_pair(mailboxes(delegation, query), MAILBOX, &id.to_string())
}

/// The key that names the mailbox of the open panel in the address.
pub(crate) const MAILBOX: &str = "mailbox";

/// An address with one more pair.
pub(crate) fn with_pair(mut url: String, key: &str, value: &str) -> String {
    url.push(if url.contains('?') { '&' } else { '?' });
    url.push_str(key);
    url.push('=');
    url.push_str(&escape(value));
    url
}

pub(crate) fn run(id: RunId) -> String {
    format!("/runs/{id}")
}

/// The Help entry of a reason.
#[must_use]
pub fn help(reason: Reason) -> String {
    format!("/help#{}", reason.code())
}

/// An e-mail to an administrator with the approval link.
pub(crate) fn mail_invitation(url: &str) -> String {
    let subject = escape(text::INVITATION_SUBJECT);
    let text = text::invitation(url);
    format!("mailto:?subject={subject}&body={}", escape(&text))
}

/// A WhatsApp conversation with support. Its first message has the workspace and tenant ids and no personal data.
pub(crate) fn whatsapp(me: &Me) -> Option<String> {
    let number = me.support.whatsapp.as_deref()?;
    let mut text = text::support(me.workspace);
    for tid in me.delegations.iter().filter_map(|d| d.tid.as_deref()) {
        text.push_str(text::SUPPORT_TENANT);
        text.push_str(tid);
    }
    Some(format!("https://wa.me/{}?text={}", escape(number), escape(&text)))
}

#[cfg(test)]
mod tests {
    use domain::list::Tab;

    use super::*;

    #[test]
    fn all_other_bytes_are_percent_encoded() {
        assert_eq!(escape("a-Z_0.~"), "a-Z_0.~");
        assert_eq!(escape("R&D 李"), "R%26D%20%E6%9D%8E");
    }

    #[test]
    fn a_list_query_is_part_of_the_address() {
        assert_eq!(mailboxes(None, &ListQuery::default()), "/mailboxes");
        let query = ListQuery { tab: Tab::All, search: "a b".into(), ..ListQuery::default() };
        assert_eq!(mailboxes(None, &query), "/mailboxes?tab=all&q=a%20b");
        let id = "00000000-0000-0000-0000-000000000001".parse().unwrap();
        assert_eq!(
            mailbox(None, &ListQuery::default(), id),
            "/mailboxes?mailbox=00000000-0000-0000-0000-000000000001"
        );
        assert!(mailbox(None, &query, id).starts_with("/mailboxes?tab=all&q=a%20b&mailbox="));
    }

    #[test]
    fn a_panel_adds_its_mailbox_to_the_address() {
        let id = "00000000-0000-0000-0000-000000000001".parse().unwrap();
        let one = "mailbox=00000000-0000-0000-0000-000000000001";
        assert_eq!(mailbox(None, &ListQuery::default(), id), format!("/mailboxes?{one}"));
        let query = ListQuery { tab: Tab::All, ..ListQuery::default() };
        assert_eq!(mailbox(None, &query, id), format!("/mailboxes?tab=all&{one}"));
    }
}
