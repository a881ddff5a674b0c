//! Help: one entry for every reason, searchable, with an address for each.

pub(crate) mod contact;
mod entry;
mod text;

use domain::Reason;
use leptos::prelude::*;

use crate::ui::page::{PageHead, with_frame};
use contact::Contact;
use entry::HelpEntry;

/// The troubleshooting page.
#[component]
pub(crate) fn Help() -> impl IntoView {
    with_frame(|| view! { <Content/> }.into_any())
}

#[component]
fn Content() -> impl IntoView {
    let search = RwSignal::new(String::new());
    let found = Memo::new(move |_| {
        let words = search.read().to_lowercase();
        // The name of the page finds all of it.
        let words = if text::TITLE.to_lowercase().contains(words.trim()) { String::new() } else { words };
        Reason::ALL.iter().copied().filter(|reason| matches(*reason, &words)).collect::<Vec<_>>()
    });
    view! {
        <PageHead title=text::TITLE lead=|| text::LEAD/>
        <div class="help-tools">
            <label class="search" for="help-search">
                <span class="visually-hidden">{text::SEARCH}</span>
                <crate::ui::components::icon::Icon name="search"/>
                <input
                    id="help-search"
                    type="search"
                    placeholder=text::SEARCH_FOR
                    prop:value=move || search.get()
                    on:input=move |ev| search.set(event_target_value(&ev))
                />
            </label>
            <p class="help-found" role="status">
                {move || match found.read().len() {
                    0 => text::NO_MATCH.to_owned(),
                    n if n == Reason::ALL.len() => String::new(),
                    n => text::found(n, Reason::ALL.len()),
                }}
            </p>
        </div>
        <Contact/>
        <div class="entries">
            {Reason::ALL.iter().map(|reason| {
                let reason = *reason;
                let shown = Memo::new(move |_| found.read().contains(&reason));
                view! { <HelpEntry reason=reason shown=shown/> }
            }).collect_view()}
        </div>
    }
}

/// Whether every word occurs somewhere in the entry.
fn matches(reason: Reason, words: &str) -> bool {
    let entry = reason.help();
    let own = [reason.code(), reason.title(), entry.symptom, entry.meaning, entry.who.label()];
    let mut text = own.join(" ");
    for step in entry.steps.iter().chain(reason.microsoft_codes()) {
        text.push(' ');
        text.push_str(step);
    }
    let text = text.to_lowercase();
    words.split_whitespace().all(|word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_is_found_by_its_code_and_by_its_title() {
        for &reason in Reason::ALL {
            assert!(
                matches(reason, reason.code()) && matches(reason, &reason.title().to_lowercase()),
                "{reason}"
            );
        }
        assert!(!matches(Reason::Throttled, "licence"));
        assert!(matches(Reason::OutOfScope, "raop") && matches(Reason::ConsentDeclined, "aadsts65004"));
    }
}
