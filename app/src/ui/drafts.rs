//! Drafts: texts of fields that are not sent yet. They stay while the user visits other pages, for example to copy a value
//! there, and end when the console is loaded anew.

use std::collections::HashMap;

use leptos::prelude::*;

#[derive(Clone, Copy)]
struct Drafts(StoredValue<HashMap<&'static str, ArcRwSignal<String>>>);

/// Provides the drafts to all pages.
pub(crate) fn provide() {
    provide_context(Drafts(StoredValue::new(HashMap::new())));
}

/// The text of a field, by a name that is unique in the console; empty at first. It outlives the calling component.
pub(crate) fn draft(field: &'static str) -> RwSignal<String> {
    let Drafts(drafts) = expect_context();
    let mut kept = None;
    drafts.update_value(|drafts| kept = Some(drafts.entry(field).or_default().clone()));
    kept.unwrap_or_default().into()
}
