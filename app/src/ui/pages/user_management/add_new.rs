//! The *Add new* dialog: paste two values, authorize, wait for the other tab.

use domain::{
    AppError,
    consent::ApiClientView,
    permissions::{PastedScopes, divide_both, read_client_id, scopes_text},
};
use leptos::{ev::SubmitEvent, prelude::*};

use super::text;
use crate::{
    api::{flat, setup::add_api_client},
    ui::{
        authorizing::Authorizing,
        browser,
        components::{
            attempt::Attempt,
            button::{Button, Variant},
            dialog::Dialog,
            field::Field,
            notice::Refusal,
        },
        drafts::draft,
    },
};

/// The input and its result. Closing the dialog loses nothing, nor does visiting another page.
#[derive(Clone, Copy)]
struct Form {
    client_id: RwSignal<String>,
    scopes: RwSignal<String>,
    /// Problems by field, found here before anything is sent.
    id_problem: RwSignal<Option<String>>,
    scopes_problem: RwSignal<Option<String>>,
    /// The saved client, with the text it was created from.
    saved: StoredValue<Option<(String, String, ApiClientView)>>,
}

impl Form {
    /// Checks what needs no request. Returns whether the input is valid.
    fn check(self) -> bool {
        let id = self.client_id.read_untracked();
        self.id_problem.set(if id.trim().is_empty() {
            Some(text::PASTE_ID.to_owned())
        } else if read_client_id(&id).is_none() {
            Some(text::NO_ID.to_owned())
        } else {
            None
        });
        self.scopes_problem.set(PastedScopes::read(&self.scopes.read_untracked()).problem());
        self.id_problem.read_untracked().is_none() && self.scopes_problem.read_untracked().is_none()
    }

    /// Saves the client, once for the same text.
    async fn save(self, on_saved: Callback<()>) -> Result<ApiClientView, AppError> {
        let (id, scopes) = (self.client_id.get_untracked(), self.scopes.get_untracked());
        if let Some((_, _, client)) = self.saved.get_value().filter(|(i, s, _)| *i == id && *s == scopes) {
            return Ok(client);
        }
        let client = flat(add_api_client(id.clone(), scopes.clone()).await)?;
        self.saved.set_value(Some((id, scopes, client.clone())));
        on_saved.run(());
        Ok(client)
    }
}

/// The dialog.
#[component]
pub(crate) fn AddNew(
    open: RwSignal<bool>,
    /// The client id that Setup shows.
    ours: String,
    on_saved: Callback<()>,
) -> impl IntoView {
    let form = Form {
        client_id: draft("client-id"),
        scopes: draft("oauth-scopes"),
        id_problem: RwSignal::new(None),
        scopes_problem: RwSignal::new(None),
        saved: StoredValue::new(None),
    };
    let auth = Authorizing::new();
    // The server's error for a field is shown at the field, any other below the form.
    Effect::new(move |_| {
        if let Some(error) = auth.error.get() {
            match error.field() {
                Some("client_id") => form.id_problem.set(Some(error.to_string())),
                Some("scopes") => form.scopes_problem.set(Some(error.to_string())),
                _ => {}
            }
        }
    });
    // Typing in a field clears its problem. A paste of both values, in either field, is divided.
    let divide = move |field: RwSignal<String>| {
        if let Some((id, scopes)) = divide_both(&field.get_untracked()) {
            form.client_id.set(id);
            form.scopes.set(scopes);
        }
    };
    Effect::new(move |_| {
        form.client_id.track();
        form.id_problem.set(None);
        divide(form.client_id);
    });
    Effect::new(move |_| {
        form.scopes.track();
        form.scopes_problem.set(None);
        divide(form.scopes);
    });
    let fill = move |()| {
        form.client_id.set(ours.clone());
        form.scopes.set(scopes_text());
    };
    let submit = move |ev: SubmitEvent| {
        ev.prevent_default();
        if auth.busy.get_untracked() {
            return;
        }
        if form.check() {
            auth.begin(form.save(on_saved));
        } else {
            browser::focus_problem();
        }
    };
    // The *Authorize* button, which may have the focus, is removed.
    let granted = Memo::new(move |_| auth.is_granted());
    Effect::new(move |_| {
        if granted.get() {
            browser::regain_focus();
        }
    });
    // After a successful authorization both fields are emptied.
    Effect::new(move |_| {
        if !open.get() && auth.is_granted() {
            auth.start_over();
            form.client_id.set(String::new());
            form.scopes.set(String::new());
        }
    });
    let other_error = move || auth.error.get().filter(|error| error.field().is_none());
    view! {
        <Dialog open=open id="add-new-title" title=text::DIALOG first="#client-id">
            <form class="dialog-body" novalidate on:submit=submit>
                <div><Button label=text::FROM_SETUP variant=Variant::Quiet on_press=fill.clone()/></div>
                <Field
                    id="client-id"
                    label=text::CLIENT_ID
                    hint=text::CLIENT_ID_HINT
                    value=form.client_id
                    problem=form.id_problem
                />
                <Field
                    id="oauth-scopes"
                    label=text::SCOPES
                    hint=text::SCOPES_HINT
                    value=form.scopes
                    problem=form.scopes_problem
                    long=true
                />
                <Attempt auth=auth/>
                {move || other_error().map(|error| view! { <Refusal error=error/> })}
                <div class="dialog-actions">
                    <Button
                        label=Signal::derive(move || if auth.is_granted() { text::CLOSE } else { text::CANCEL }.to_owned())
                        variant=Variant::Quiet
                        on_press=move |()| open.set(false)
                    />
                    {move || (!auth.is_granted()).then(|| view! {
                        <Button label=text::AUTHORIZE variant=Variant::Primary busy=auth.busy/>
                    })}
                </div>
            </form>
        </Dialog>
    }
}
