//! User management: the API clients, and *Add new*.

mod add_new;
mod client;
mod text;

use domain::{consent::ApiClientView, workspace::SetupFacts};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    api::{
        flat,
        setup::{list_api_clients, read_setup_facts},
    },
    ui::{
        components::{
            button::{Button, Variant},
            empty::Empty,
            invite::Invite,
        },
        console::Console,
        page::{Load, PageHead, load, with_data},
        read_only::is_read_only,
    },
};
use add_new::AddNew;
use client::Client;

/// The page of API clients.
#[component]
pub(crate) fn UserManagement() -> impl IntoView {
    let data: Load<(Vec<ApiClientView>, SetupFacts)> =
        load(|| (), |()| async { Ok((flat(list_api_clients().await)?, flat(read_setup_facts().await)?)) });
    with_data(data, |(clients, facts)| {
        view! {
            <Content clients=clients client_id=facts.client_id/>
            {(!is_read_only(Console::here())).then(|| view! {
                <div class="card"><Invite open=facts.invitation/></div>
            })}
        }
        .into_any()
    })
}

#[component]
fn Content(clients: Vec<ApiClientView>, client_id: String) -> impl IntoView {
    let console = Console::here();
    let clients = RwSignal::new(clients);
    let open = RwSignal::new(false);
    let refresh = move || {
        spawn_local(async move {
            if let Ok(fresh) = flat(list_api_clients().await) {
                _ = clients.try_set(fresh);
            }
        });
    };
    // A result from the stream also updates the list.
    Effect::new(move |before: Option<()>| {
        console.attempt.track();
        if before.is_some() {
            refresh();
        }
    });
    let none = Memo::new(move |_| clients.read().is_empty());
    let add = move |()| open.set(true);
    let lead = || {
        view! { {text::LEAD} " " {text::PEOPLE} <a href="/settings">{text::SETTINGS}</a> "." }
    };
    view! {
        <PageHead title=text::TITLE lead=lead>
            <Button label=text::ADD_NEW variant=Variant::Primary icon="plus" changes=true on_press=add/>
        </PageHead>
        {move || if none.get() {
            view! {
                <Empty
                    icon="key"
                    title=text::NO_CLIENT
                    text=text::NO_CLIENT_TEXT
                >
                    <a class="button" href="/setup">{text::COPY_ON_SETUP}</a>
                </Empty>
            }
            .into_any()
        } else {
            view! {
                <section class="card" aria-label=text::CLIENTS>
                    <ul class="clients">
                        <For each=move || clients.get() key=|client| client.id let:client>
                            <Client first=client clients=clients/>
                        </For>
                    </ul>
                </section>
            }
            .into_any()
        }}
        <AddNew open=open ours=client_id on_saved=Callback::new(move |()| refresh())/>
    }
}
