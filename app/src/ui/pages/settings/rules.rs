//! Rules that connect newcomers: added switched off, with a preview of their effect; switched on and off; removed.

use domain::{
    AppError,
    ids::DelegationId,
    rule::{NewRule, RuleKind, RuleView},
};
use leptos::prelude::*;

use super::{acting::EditableList, text};
use crate::{
    api::{
        flat,
        rules::{add_rule, load_rules, remove_rule, switch_rule},
    },
    ui::{
        components::{
            button::{Button, Variant},
            field::Field,
            notice::Refusal,
        },
        drafts::draft,
    },
};

/// The fields that a refusal can be about.
const FIELDS: [&str; 2] = ["value", "ceiling"];

/// The rules of an organisation, and the form to add one. Owners only.
#[component]
pub(super) fn Rules(delegation: DelegationId, rules: Vec<RuleView>) -> impl IntoView {
    let rules = RwSignal::new(rules);
    let acting = EditableList::new(move || async move { flat(load_rules(delegation).await) }, rules);
    let by = RwSignal::new(RuleKind::Department);
    let (value, ceiling) = (draft("rule-value"), RwSignal::new("50".to_owned()));
    let anyway = RwSignal::new(false);
    // Offered once the value was refused.
    let unknown = acting.problem("value");
    let elsewhere = |error: &AppError| error.field().is_none_or(|field| !FIELDS.contains(&field));
    let submit = move |ev: leptos::ev::SubmitEvent| {
        ev.prevent_default();
        let new = NewRule {
            by: by.get_untracked(),
            value: value.get_untracked(),
            // Input that is not a number is refused like a number that is too small.
            ceiling: ceiling.get_untracked().trim().parse().unwrap_or(0),
            anyway: anyway.get_untracked(),
        };
        acting.run(move || async move {
            flat(add_rule(delegation, new).await)?;
            value.set(String::new());
            anyway.set(false);
            Ok::<_, AppError>(())
        });
    };
    view! {
        <section class="card" aria-labelledby="rules-title">
            <h2 id="rules-title" class="card-title">{text::RULES}</h2>
            <p class="card-fine">{text::RULES_TEXT}</p>
            <ul class="settings-people">
                {move || rules.get().into_iter().map(|rule| view! {
                    <Rule rule=rule delegation=delegation acting=acting/>
                }).collect_view()}
            </ul>
            {move || acting.error.get().filter(elsewhere).map(|error| view! { <Refusal error=error/> })}
            <form class="settings-form" on:submit=submit>
                <div class="field">
                    <label for="rule-by">{text::RULE_BY}</label>
                    <select id="rule-by" class="input" on:change=move |ev| {
                        by.set(event_target_value(&ev).parse().unwrap_or(RuleKind::Department));
                    }>
                        {RuleKind::ALL.map(|by| view! { <option value=by.as_str()>{by.label()}</option> })}
                    </select>
                </div>
                <Field id="rule-value" label=text::RULE_VALUE hint=text::RULE_HINT value=value problem=unknown/>
                {move || (unknown.read().is_some() && !value.read().trim().is_empty()).then(|| view! {
                    <label class="choice">
                        <input type="checkbox" on:change=move |ev| anyway.set(event_target_checked(&ev))/>
                        <span>{text::RULE_ANYWAY}</span>
                    </label>
                })}
                <Field id="rule-ceiling" label=text::RULE_CEILING hint=text::CEILING_HINT value=ceiling
                    problem=acting.problem("ceiling")/>
                <Button label=text::ADD_RULE busy=acting.busy/>
            </form>
        </section>
    }
}

#[component]
fn Rule(rule: RuleView, delegation: DelegationId, acting: EditableList<Vec<RuleView>>) -> impl IntoView {
    let (id, on, name) = (rule.id, rule.on_since.is_some(), rule.name());
    view! {
        <li>
            <p class="person">
                <b>{name.clone()}</b> {if on { text::RULE_ON } else { text::RULE_OFF }}
                <small>{rule.words()}</small>
                {rule.held_up.map(|held_up| view! { <small role="status">{held_up.words()}</small> })}
            </p>
            <div class="person-acts">
                <Button label=text::switch_rule(&name, !on) variant=Variant::Plain busy=acting.busy on_press=move |()| {
                    acting.run(move || async move { flat(switch_rule(delegation, id, !on).await) });
                }/>
                <Button label=text::remove_rule(&name) variant=Variant::Danger busy=acting.busy on_press=move |()| {
                    acting.run(move || async move { flat(remove_rule(delegation, id).await) });
                }/>
            </div>
        </li>
    }
}
