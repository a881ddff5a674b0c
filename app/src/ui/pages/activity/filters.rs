//! The filters of the audit log: a plain form, so it works before anything is loaded and has an address.

use domain::activity::{ActivityQuery, Topic};
use leptos::prelude::*;

use super::text;
use crate::ui::browser;

/// The filters: person, topic, first and last day. Days are the reader's own; without a script they are those of UTC.
#[component]
pub(super) fn Filters(query: ActivityQuery, people: Vec<String>) -> impl IntoView {
    let ActivityQuery { who, topic, from, from_offset, to, to_offset, .. } = query;
    let local = RwSignal::new(false);
    Effect::new(move |_| local.set(true));
    let (begins, ends) = (RwSignal::new(from_offset), RwSignal::new(to_offset));
    let offsets = move || {
        begins.set(browser::offset_of_day("activity-from", 0));
        ends.set(browser::offset_of_day("activity-to", 1));
    };
    let offset = |name: &'static str, value: RwSignal<i32>| {
        view! { <input type="hidden" name=name value=move || value.get().to_string() disabled=move || value.get() == 0/> }
    };
    let person = move |name: String| {
        let (selected, value) = (who.as_deref() == Some(name.as_str()), name.clone());
        view! { <option value=value selected=selected>{name}</option> }
    };
    let kind = move |one: Topic| {
        view! { <option value=one.as_str() selected=topic == Some(one)>{one.label()}</option> }
    };
    let day = move |id: &'static str, label: &'static str, value: Option<String>| {
        view! {
            <label class="filter" for=format!("activity-{id}")>
                <span>{label}{move || (!local.get()).then_some(text::IN_UTC)}</span>
                <input id=format!("activity-{id}") class="input" type="date" name=id value=value.unwrap_or_default()/>
            </label>
        }
    };
    view! {
        <form class="filters" method="get" action="/activity" on:change=move |_| offsets() on:submit=move |_| offsets()>
            {offset("from_offset", begins)}
            {offset("to_offset", ends)}
            <label class="filter" for="activity-who">
                <span>{text::WHO}</span>
                <select id="activity-who" class="input" name="who">
                    <option value="">{text::EVERYBODY}</option>
                    {people.into_iter().map(person).collect_view()}
                </select>
            </label>
            <label class="filter" for="activity-what">
                <span>{text::WHAT}</span>
                <select id="activity-what" class="input" name="what">
                    <option value="">{text::EVERYTHING}</option>
                    {Topic::ALL.into_iter().map(kind).collect_view()}
                </select>
            </label>
            {day("from", text::FROM, from)}
            {day("to", text::TO, to)}
            <button type="submit" class="button">{text::APPLY}</button>
        </form>
    }
}
