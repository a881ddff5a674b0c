//! The query of the list as the pairs of the page's query string.

use super::{columns::Sort, filter::Filter, query::ListQuery, tab::Tab};

impl ListQuery {
    /// Reads the query string of the page. Unknown keys and values are ignored: an old link still opens.
    pub fn from_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut query = Self::default();
        for (key, value) in pairs {
            match key {
                "tab" => query.tab = value.parse().unwrap_or_default(),
                "q" => query.search = value.trim().to_owned(),
                "sort" => query.sort = value.parse().unwrap_or_default(),
                "desc" => query.descending = value == "1",
                _ => {
                    if let Ok(filter) = key.parse() {
                        query.set_filter(filter, value);
                    }
                }
            }
        }
        let tab = query.tab;
        query.on(tab)
    }

    /// The pairs of the page's query string, without defaults.
    #[must_use]
    pub fn to_pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        if self.tab != Tab::default() {
            pairs.push(("tab", self.tab.as_str().to_owned()));
        }
        if !self.search.is_empty() {
            pairs.push(("q", self.search.clone()));
        }
        for filter in Filter::ALL {
            if let Some(value) = self.filter(filter) {
                pairs.push((filter.as_str(), value.to_owned()));
            }
        }
        if self.sort != Sort::default() {
            pairs.push(("sort", self.sort.as_str().to_owned()));
        }
        if self.descending {
            pairs.push(("desc", "1".to_owned()));
        }
        pairs
    }
}
