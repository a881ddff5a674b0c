//! The form that connects an organisation.

use domain::{AppError, Reason, address::AdminEmail, consent::ApiClientView};
use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};

use super::text;
use crate::{
    api::{
        flat,
        setup::{connect_tenant, list_api_clients, read_link_facts},
    },
    ui::{
        authorizing::Authorizing,
        browser,
        components::{
            attempt::Attempt,
            button::{Button, Variant},
            field::Field,
            notice::Refusal,
        },
        console::Console,
    },
};

/// *Admin email* and *Connect*; refusals are shown below.
#[component]
pub(crate) fn Connect() -> impl IntoView {
    let console = Console::here();
    let known = console.delegation.read_untracked().as_ref().and_then(|d| d.admin_email.clone());
    let email = RwSignal::new(known.unwrap_or_default());
    prefill(console, email);
    let problem = RwSignal::new(None::<String>);
    let refusal = RwSignal::new(None::<AppError>);
    let busy = RwSignal::new(false);
    let auth = Authorizing::new();

    let connect = move || {
        if busy.get_untracked() {
            return;
        }
        problem.set(None);
        refusal.set(None);
        auth.start_over();
        // Errors that need no request are shown at once.
        if let Err(error @ AppError::Invalid { .. }) = AdminEmail::parse(&email.read_untracked()) {
            problem.set(Some(error.to_string()));
            browser::focus_problem();
            return;
        }
        busy.set(true);
        spawn_local(async move {
            match flat(connect_tenant(email.get_untracked()).await) {
                Ok(delegation) => {
                    let id = delegation.id;
                    let domain = delegation.domain.clone().unwrap_or_default();
                    // The stream may have been faster than this answer.
                    if console.delegation_id_untracked() == Some(id) && console.cursor() <= delegation.seq {
                        console.put_delegation(delegation);
                    }
                    console.follow(id);
                    console.announcement.set(text::connected(&domain));
                }
                Err(error) if error.field().is_some() => {
                    problem.set(Some(error.to_string()));
                    browser::focus_problem();
                }
                Err(error) => {
                    console.notice(&error);
                    refusal.set(Some(error));
                }
            }
            _ = busy.try_set(false);
        });
    };
    let submit = move |ev: SubmitEvent| {
        ev.prevent_default();
        if !busy.get_untracked() {
            connect();
        }
    };
    let linked = Memo::new(move |_| console.is_linked());
    // Connecting is the main action until it is done.
    let look = Signal::derive(move || if linked.get() { Variant::Plain } else { Variant::Primary });
    let label = move || if busy.get() { text::CONNECTING } else { text::CONNECT }.to_owned();
    view! {
        <section class="card connect" aria-labelledby="connect-title">
            <h2 id="connect-title" class="card-title">
                {move || if linked.get() { text::CONNECT_AGAIN } else { text::CONNECT_YOURS }}
            </h2>
            <form class="connect-form" novalidate on:submit=submit>
                <Field
                    id="admin-email"
                    label=text::ADMIN_EMAIL
                    hint=text::ADMIN_EMAIL_HINT
                    value=email
                    problem=problem
                    kind="email"
                    placeholder=text::ADMIN_EMAIL_EXAMPLE
                    autocomplete="email"
                />
                <Button label=Signal::derive(label) variant=look busy=busy/>
            </form>
            {move || refusal.get().map(|error| view! { <Refused error=error auth=auth/> })}
            <Attempt auth=auth/>
            {move || auth.error.get().map(|error| view! { <Refusal error=error/> })}
            {move || auth.is_granted().then(|| view! {
                <p class="connect-again">{text::APPROVED}</p>
            })}
        </section>
    }
}

/// Fills an empty field with the address of the administrator who approved. In the browser only.
fn prefill(console: Console, email: RwSignal<String>) {
    Effect::new(move |_| {
        let Some(delegation) = console.delegation_id().filter(|_| email.read_untracked().is_empty()) else {
            return;
        };
        spawn_local(async move {
            if let Ok(facts) = flat(read_link_facts(delegation).await)
                && let Some(approver) = facts.approved_by.filter(|who| AdminEmail::parse(who).is_ok())
                && email.try_get_untracked().is_some_and(|typed| typed.is_empty())
            {
                email.set(approver);
            }
        });
    });
}

/// A refusal; with *Authorize* when the approval is missing.
#[component]
fn Refused(error: AppError, auth: Authorizing) -> impl IntoView {
    let needs_consent = matches!(
        error.reason(),
        Some(Reason::ConsentMissing | Reason::ConsentRevoked | Reason::PermissionMissing)
    );
    view! {
        <Refusal error=error>
            {needs_consent.then(|| view! {
                <Button
                    label=text::AUTHORIZE
                    variant=Variant::Primary
                    busy=auth.busy
                    on_press=move |()| auth.begin(newest_client())
                />
            })}
            <p class="notice-fine">{text::STILL_TYPED}</p>
        </Refusal>
    }
}

/// The API client to authorise: the one added last.
async fn newest_client() -> Result<ApiClientView, AppError> {
    let clients = flat(list_api_clients().await)?;
    clients.into_iter().next_back().ok_or_else(|| AppError::refused(Reason::ConsentMissing, text::NO_CLIENT))
}
