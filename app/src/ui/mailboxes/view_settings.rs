//! The user's settings of the table: its columns, and the height of its rows.

use domain::list::{COLUMNS, Column, Shown};

/// A set of words, as in the cookie and in the attribute of `<html>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ViewSettings(Vec<&'static str>);

impl ViewSettings {
    pub(crate) const COOKIE: &'static str = "list";
    pub(crate) const MARK: &'static str = "data-list";
    pub(crate) const COMPACT: &'static str = "compact";
    /// Reads words, separated by dots or spaces. Unknown words are ignored.
    pub(crate) fn of_words(text: &str) -> Self {
        let given: Vec<&str> = text.split(['.', ' ']).collect();
        Self(Self::known().filter(|word| given.contains(word)).collect())
    }

    /// The words, separated by spaces.
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

    /// The columns that can be chosen.
    pub(crate) fn columns() -> impl Iterator<Item = Column> {
        COLUMNS.into_iter().filter(Column::is_optional)
    }

    fn known() -> impl Iterator<Item = &'static str> {
        Self::columns().map(|column| column.word).chain([Self::COMPACT])
    }

    /// The settings in the request's cookies.
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

impl Default for ViewSettings {
    fn default() -> Self {
        let shown = COLUMNS.into_iter().filter(|column| column.shown == Shown::ByDefault);
        Self(shown.map(|column| column.word).collect())
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use domain::list::{Cell, Width};

    use super::*;

    #[test]
    fn unknown_words_are_ignored() {
        assert_eq!(ViewSettings::of_words("compact.kind.\"><script>").words(), "kind compact");
        assert_eq!(ViewSettings::of_words("").words(), "");
        let mut settings = ViewSettings::of_words(&ViewSettings::default().words());
        assert_eq!(settings, ViewSettings::default());
        settings.toggle("kind");
        settings.toggle(ViewSettings::COMPACT);
        assert_eq!(settings.words(), "department checked compact");
    }

    /// Rules by column, and all other rules of the table.
    const COLUMN_RULES: &str = include_str!("../../../../style/components/columns.css");
    const GRID_RULES: &str = include_str!("../../../../style/components/grid.css");

    /// The selectors of some columns as a list.
    fn classes(of: impl Fn(&Column) -> bool) -> String {
        let chosen = COLUMNS.iter().filter(|column| of(column));
        chosen.map(|column| format!(".{}", column.class)).collect::<Vec<_>>().join(", ")
    }

    /// `style/components/columns.css`.
    fn column_rules() -> String {
        let mut css = String::from(
            "/* The columns of the list. Generated from `domain/src/list/columns.rs`: a test of `app` prints this file. */\n",
        );
        for column in COLUMNS {
            let width = match column.width {
                Width::Fixed(pixels) => format!("width: {pixels}px"),
                Width::Flexible { shares, minimum } => format!("flex: {shares} 1 {minimum}px"),
            };
            _ = writeln!(css, ".grid .{} {{ {width} }}", column.class);
        }
        let hidden = ViewSettings::columns().map(|Column { word, class, .. }| {
            format!(":root:not([{}~=\"{word}\"]) .grid .{class}", ViewSettings::MARK)
        });
        _ = writeln!(css, "{} {{ display: none }}", hidden.collect::<Vec<_>>().join(",\n"));
        let texts = classes(|column| matches!(column.cell, Cell::Text(_)));
        _ = writeln!(css, "{texts} {{ color: var(--ink-2) }}");
        let times = classes(|column| matches!(column.cell, Cell::Day(_) | Cell::Ago(_)));
        _ = writeln!(
            css,
            ".grid :is({times}) {{ text-align: end; color: var(--ink-2); font-variant-numeric: tabular-nums; font-size: var(--size-2) }}"
        );
        _ = writeln!(css, ".grid th:is({times}) {{ font-size: var(--size-1) }}");
        let mut limits: Vec<u16> =
            COLUMNS.iter().map(|column| column.hidden_below).filter(|below| *below > 0).collect();
        limits.sort_unstable();
        limits.dedup();
        for below in limits.into_iter().rev() {
            let narrow = classes(|column| column.hidden_below == below);
            _ = writeln!(
                css,
                "@container content (width < {below}px) {{ .grid :is({narrow}) {{ display: none }} }}"
            );
        }
        css
    }

    #[test]
    fn the_stylesheet_matches_the_columns() {
        let css = column_rules();
        assert!(COLUMN_RULES == css, "style/components/columns.css must be:\n\n{css}");
        let default = ViewSettings::default().words();
        assert!(
            GRID_RULES.contains(&format!(":root[{}=\"{default}\"]", ViewSettings::MARK)),
            "grid.css has another default"
        );
    }
}
