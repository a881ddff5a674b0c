//! Form fields with a label, a hint and an error message.

use leptos::prelude::*;

use crate::ui::components::icon::Icon;

/// One labelled field; `long` makes it a text area.
#[component]
pub(crate) fn Field(
    id: &'static str,
    label: &'static str,
    hint: &'static str,
    value: RwSignal<String>,
    /// The error message for the input.
    #[prop(into)]
    problem: Signal<Option<String>>,
    #[prop(optional)] long: bool,
    #[prop(optional)] kind: Option<&'static str>,
    #[prop(optional)] placeholder: Option<&'static str>,
    #[prop(optional)] autocomplete: Option<&'static str>,
) -> impl IntoView {
    let hint_id = format!("{id}-hint");
    let problem_id = format!("{id}-problem");
    let described = {
        let (hint_id, problem_id) = (hint_id.clone(), problem_id.clone());
        move || if problem.read().is_some() { format!("{problem_id} {hint_id}") } else { hint_id.clone() }
    };
    let invalid = move || problem.read().is_some().then_some("true");
    let input = if long {
        view! {
            <textarea
                id=id
                class="input"
                rows="5"
                spellcheck="false"
                placeholder=placeholder
                aria-describedby=described
                aria-invalid=invalid
                prop:value=move || value.get()
                on:input=move |ev| value.set(event_target_value(&ev))
            ></textarea>
        }
        .into_any()
    } else {
        view! {
            <input
                id=id
                class="input"
                type=kind.unwrap_or("text")
                inputmode=if kind == Some("email") { "email" } else { "text" }
                spellcheck="false"
                autocapitalize="none"
                autocomplete=autocomplete.unwrap_or("off")
                placeholder=placeholder
                aria-describedby=described
                aria-invalid=invalid
                prop:value=move || value.get()
                on:input=move |ev| value.set(event_target_value(&ev))
            />
        }
        .into_any()
    };
    view! {
        <div class="field">
            <label for=id>{label}</label>
            {input}
            <p class="field-problem" id=problem_id role="alert">
                {move || problem.get().map(|words| view! { <Icon name="stop"/> <span>{words}</span> })}
            </p>
            <p class="field-hint" id=hint_id>{hint}</p>
        </div>
    }
}
