//! API keys: created, shown once, revoked.

use domain::{
    AppError,
    people::{ApiKeyView, NewApiKey, Scope},
};
use leptos::prelude::*;

use super::{acting::EditableList, text};
use crate::{
    api::{
        flat,
        people::{confirm_api_key, load_api_keys, make_api_key, revoke_api_key},
    },
    ui::{
        components::{
            button::{Button, Variant},
            copy_field::CopyField,
            field::Field,
            notice::Refusal,
            when::{Ago, Day},
        },
        drafts::draft,
    },
};

/// The list and *Make a key*. Owners only.
#[component]
pub(super) fn Keys(keys: Vec<ApiKeyView>) -> impl IntoView {
    let keys = RwSignal::new(keys);
    let acting = EditableList::new(move || async move { flat(load_api_keys().await) }, keys);
    let (name, may_run) = (draft("key-name"), RwSignal::new(false));
    let made = RwSignal::new(None::<NewApiKey>);
    let submit = move |ev: leptos::ev::SubmitEvent| {
        ev.prevent_default();
        let called = name.get_untracked();
        let scopes = if may_run.get_untracked() { vec![Scope::Read, Scope::Run] } else { vec![Scope::Read] };
        acting.run(move || async move {
            let new = flat(make_api_key(called, scopes).await)?;
            made.set(Some(new));
            name.set(String::new());
            Ok::<_, AppError>(())
        });
    };
    view! {
        <section class="card" aria-labelledby="keys-title">
            <h2 id="keys-title" class="card-title">{text::KEYS}</h2>
            <p class="card-fine">{text::KEYS_TEXT}</p>
            <p class="card-empty" hidden=move || !keys.read().is_empty()>{text::NO_KEYS}</p>
            <ul class="settings-people">
                {move || keys.get().into_iter().map(|key| view! { <Key key=key acting=acting/> }).collect_view()}
            </ul>
            {move || acting.error.get().map(|error| view! { <Refusal error=error/> })}
            {move || made.get().map(|new| view! {
                <p>{text::KEY_READY}</p>
                <CopyField id="new-key" label=text::NEW_KEY value=new.secret/>
            })}
            <form class="settings-form" on:submit=submit>
                <Field id="key-name" label=text::KEY_NAME hint=text::KEY_HINT value=name problem=acting.problem("name")/>
                <label class="choice">
                    <input type="checkbox" prop:checked=move || may_run.get()
                        on:change=move |ev| may_run.set(event_target_checked(&ev))/>
                    <span>{Scope::Run.label()}</span>
                </label>
                <Button label=text::MAKE_KEY busy=acting.busy/>
            </form>
        </section>
    }
}

#[component]
fn Key(key: ApiKeyView, acting: EditableList<Vec<ApiKeyView>>) -> impl IntoView {
    let id = key.id;
    let label = text::revoke(&key.name);
    let may = key.scopes.iter().map(|scope| scope.label()).collect::<Vec<_>>().join(" · ");
    view! {
        <li>
            <p class="person">
                <b>{key.name}</b> <code>{text::hint(&key.hint)}</code>
                <small>
                    {may} {text::MADE_BY} {key.created_by} {text::ON} <Day at=key.created_at/>
                    {match key.used_at {
                        Some(at) => view! { {text::LAST_USED} <Ago at=at/> }.into_any(),
                        None => text::NEVER_USED.into_any(),
                    }}
                </small>
                {key.suspended.then_some(view! { <small role="status">{text::KEY_SUSPENDED}</small> })}
            </p>
            <div class="person-acts">
                {key.suspended.then(|| view! {
                    <Button label=text::CONFIRM_KEY busy=acting.busy on_press=move |()| {
                        acting.run(move || async move { flat(confirm_api_key(id).await) });
                    }/>
                })}
                <Button label=label variant=Variant::Danger busy=acting.busy on_press=move |()| {
                    acting.run(move || async move { flat(revoke_api_key(id).await) });
                }/>
            </div>
        </li>
    }
}
