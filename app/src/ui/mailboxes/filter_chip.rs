//! One filter of the list.

use domain::{
    Reason,
    list::{Choice, Filter, Status},
    mailbox::Kind,
};
use leptos::{html, prelude::*};

use super::text;
use crate::ui::{
    components::icon::Icon,
    mailboxes::list::{ListState, use_change},
};

/// The options of a filter: the value in the address, and its label.
fn options(list: ListState, filter: Filter) -> Vec<(String, String)> {
    let counted = |choices: Vec<Choice>| {
        choices
            .into_iter()
            .map(|Choice { value, count }| (value.clone(), text::choice(&value, count)))
            .collect()
    };
    let named = |code: &str, words: &str| (code.to_owned(), words.to_owned());
    match filter {
        Filter::Status => {
            let tab = list.query.read().tab;
            let in_tab = Status::ALL.into_iter().filter(|status| status.is_in(tab));
            in_tab.map(|status| named(status.as_str(), status.label())).collect()
        }
        Filter::Kind => Kind::ALL.iter().map(|kind| named(kind.as_str(), kind.label())).collect(),
        Filter::Department => counted(list.departments.get()),
        Filter::Domain => counted(list.domains.get()),
        Filter::Reason => {
            let of_one = Reason::ALL.iter().filter(|reason| !reason.is_tenant_wide());
            of_one.map(|reason| named(reason.code(), reason.title())).collect()
        }
    }
}

/// With more options than this, a filter is a field that searches them.
const MAX_IN_SELECT: usize = 50;

/// One filter, styled as a chip with a cross that removes it: a native select, or a field where there are many options.
#[component]
pub(crate) fn Chip(filter: Filter) -> impl IntoView {
    let list = ListState::here();
    let value = Memo::new(move |_| list.query.read().filter(filter).unwrap_or_default().to_owned());
    let options = Memo::new(move |_| {
        let mut options = options(list, filter);
        let value = value.get();
        // An address may have a value that does not occur (any more).
        if !value.is_empty() && !options.iter().any(|(code, _)| *code == value) {
            options.push((value.clone(), value));
        }
        options
    });
    let on = move || !value.read().is_empty();
    let pointless = move || options.read().len() < 2 && !on();
    let many = Memo::new(move |_| options.read().len() > MAX_IN_SELECT);
    let remove = move || {
        let value = value.get();
        let name = options.read().iter().find(|(code, _)| *code == value).map(|(_, name)| name.clone())?;
        let href = list.address(&list.query.get().without(filter));
        let label = text::remove_filter(filter.label(), &name);
        Some(view! {
            <a class="chip-remove" href=href aria-label=label data-noscroll="true"><Icon name="cross"/></a>
        })
    };
    view! {
        <span class="chip-box" hidden=pointless>
            {move || if many.get() {
                view! { <Searched filter=filter value=value options=options/> }.into_any()
            } else {
                view! { <Chosen filter=filter value=value options=options/> }.into_any()
            }}
            {move || on().then(remove).flatten()}
        </span>
    }
}

/// A value in the address, and its label.
type Options = Memo<Vec<(String, String)>>;

/// A native select.
#[component]
fn Chosen(filter: Filter, value: Memo<String>, options: Options) -> impl IntoView {
    let change = use_change();
    let select = NodeRef::<html::Select>::new();
    // The options change with the list; the selected one must be set again.
    Effect::new(move |_| {
        options.track();
        let value = value.get();
        if let Some(select) = select.get() {
            select.set_value(&value);
        }
    });
    view! {
        <select
            class="chip"
            name=filter.as_str()
            aria-label=filter.label()
            data-on=move || (!value.read().is_empty()).then_some("true")
            node_ref=select
            on:change=move |ev| change(&|query| query.set_filter(filter, &event_target_value(&ev)))
        >
            <option value="">{filter.label()}</option>
            {move || options.get().into_iter().map(|(code, name)| {
                let selected = *value.read_untracked() == code;
                view! { <option value=code selected=selected>{name}</option> }
            }).collect_view()}
        </select>
    }
}

/// A field that suggests the options that contain the typed text.
#[component]
fn Searched(filter: Filter, value: Memo<String>, options: Options) -> impl IntoView {
    let change = use_change();
    let input = NodeRef::<html::Input>::new();
    let choices = format!("choices-{}", filter.as_str());
    let typed = move |ev: web_sys::Event| {
        let typed = event_target_value(&ev).trim().to_lowercase();
        let found = options.read_untracked().iter().find(|(code, _)| code.to_lowercase() == typed).cloned();
        let Some(input) = input.get_untracked() else { return };
        match found {
            _ if typed.is_empty() => change(&|query| query.set_filter(filter, "")),
            Some((code, _)) => change(&|query| query.set_filter(filter, &code)),
            None => {
                input.set_custom_validity(text::NO_SUCH_VALUE);
                _ = input.report_validity();
            }
        }
    };
    let retype = move |_| {
        if let Some(input) = input.get_untracked() {
            input.set_custom_validity("");
        }
    };
    view! {
        <input
            class="chip chip-search"
            name=filter.as_str()
            list=choices.clone()
            placeholder=filter.label()
            aria-label=filter.label()
            autocomplete="off"
            data-on=move || (!value.read().is_empty()).then_some("true")
            node_ref=input
            value=value.get_untracked()
            prop:value=move || value.get()
            on:input=retype
            on:change=typed
        />
        <datalist id=choices>
            {move || options.get().into_iter().map(|(code, name)| view! { <option value=code>{name}</option> }).collect_view()}
        </datalist>
    }
}
