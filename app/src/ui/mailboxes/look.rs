//! How somebody likes the table: its columns, and the height of its rows.

use super::text;

/// A set of words, as the cookie and the mark on `<html>` have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TableLook(Vec<&'static str>);

impl TableLook {
    pub(crate) const COOKIE: &'static str = "list";
    pub(crate) const MARK: &'static str = "data-list";
    pub(crate) const COMPACT: &'static str = "compact";
    /// The columns that can be chosen, and what they are called.
    pub(crate) const COLUMNS: [(&'static str, &'static str); 5] = [
        ("department", text::DEPARTMENT),
        ("kind", text::KIND),
        ("domain", text::DOMAIN),
        ("since", text::CONNECTED_SINCE),
        ("checked", text::CHECKED),
    ];

    /// Reads words, divided by dots or spaces. What it does not know it passes over.
    pub(crate) fn of_words(text: &str) -> Self {
        let given: Vec<&str> = text.split(['.', ' ']).collect();
        Self(Self::known().filter(|word| given.contains(word)).collect())
    }

    /// The words, divided by spaces.
    pub(crate) fn words(&self) -> String {
        self.0.join(" ")
    }

    pub(crate) fn has(&self, word: &str) -> bool {
        self.0.contains(&word)
    }

    pub(crate) fn toggle(&mut self, word: &'static str) {
        if self.has(word) {
            self.0.retain(|known| *known != word);
        } else {
            self.0.push(word);
        }
    }

    fn known() -> impl Iterator<Item = &'static str> {
        Self::COLUMNS.into_iter().map(|(word, _)| word).chain([Self::COMPACT])
    }

    /// As the request's cookies have it.
    #[cfg(feature = "ssr")]
    pub(crate) fn of_request() -> Self {
        let parts = leptos::prelude::use_context::<axum::http::request::Parts>();
        let cookies = parts.as_ref().and_then(|parts| parts.headers.get("cookie")?.to_str().ok());
        let ours = cookies.into_iter().flat_map(|text| text.split(';')).find_map(|cookie| {
            let (name, value) = cookie.trim().split_once('=')?;
            (name == Self::COOKIE).then_some(value)
        });
        ours.map(Self::of_words).unwrap_or_default()
    }
}

impl Default for TableLook {
    fn default() -> Self {
        Self(vec!["department", "kind", "checked"])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_words_come_from_outside() {
        assert_eq!(TableLook::of_words("compact.kind.\"><script>").words(), "kind compact");
        assert_eq!(TableLook::of_words("").words(), "");
        let mut look = TableLook::of_words(&TableLook::default().words());
        assert_eq!(look, TableLook::default());
        look.toggle("kind");
        look.toggle(TableLook::COMPACT);
        assert_eq!(look.words(), "department checked compact");
    }
}
