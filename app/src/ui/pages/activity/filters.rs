//! The filters of the audit log: a plain form, so it works before anything is loaded and has an address.

use domain::activity::{ActivityQuery, Topic};
use leptos::prelude::*;

use super::text;

/// The filters: person, topic, first and last day.
#[component]
pub(super) fn Filters(query: ActivityQuery, people: Vec<String>) -> impl IntoView {
    let ActivityQuery { who, topic, from, to, .. } = query;
    let person = move |name: String| {
        let (selected, value) = (who.as_deref() == Some(name.as_str()), name.clone());
        view! { <option value=value selected=selected>{name}</option> }
    };
    let kind = move |one: Topic| {
        view! { <option value=one.as_str() selected=topic == Some(one)>{one.label()}</option> }
    };
    let day = |id: &'static str, label: &'static str, value: Option<String>| {
        view! {
            <label class="filter" for=format!("activity-{id}")>
                <span>{label}</span>
                <input id=format!("activity-{id}") class="input" type="date" name=id value=value.unwrap_or_default()/>
            </label>
        }
    };
    view! {
        <form class="filters" method="get" action="/activity">
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
