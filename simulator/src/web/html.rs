//! The HTML frame of every page: self-contained, for any width, in light and dark.

const STYLE: &str = include_str!("page.css");

/// A whole document around `body`, in which external text must be escaped.
pub(crate) fn page(title: &str, body: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>{} – Microsoft 365 simulator</title>\
         <style>{STYLE}</style></head><body><header><strong>Microsoft 365 simulator</strong> \
         <span>Not Microsoft. Made-up people, no passwords.</span></header><main>{body}</main></body></html>",
        escape(title)
    )
}

/// Escapes text for HTML and for quoted attributes.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}
