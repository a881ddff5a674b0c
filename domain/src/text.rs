//! Small pieces of wording shared by server and browser, and the one place that cleans text from outside.

mod outside;
mod pasted;

pub use outside::{NAME, clean, name};
pub use pasted::plain;

/// A number with thousands separators, as English writes it: `1,200`.
#[must_use]
pub fn number(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

/// "1 mailbox", "2 mailboxes".
#[must_use]
pub fn mailboxes(n: u64) -> String {
    counted(n, "mailbox", "mailboxes")
}

/// "1 slot", "300 slots".
#[must_use]
pub fn counted(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", number(n), if n == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_thousands() {
        assert_eq!(number(7), "7");
        assert_eq!(number(1_200), "1,200");
        assert_eq!(number(1_000_000), "1,000,000");
        assert_eq!(mailboxes(1), "1 mailbox");
    }
}
