//! One mailbox beside the list, with its own address: its facts, state, history and actions.
//!
//! It is not a dialog: the list stays usable. Esc and its button close it, and the focus returns to its previous
//! element.

mod actions;
mod effects;
mod facts;
mod history;
mod standing;
mod text;

use domain::{AppError, ids::MailboxId, list::ListQuery, mailbox::MailboxDetail};
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};
use serde::{Deserialize, Serialize};

use crate::{
    api::{flat, mailboxes::load_mailbox},
    ui::{
        components::{empty::Empty, icon::Icon, notice::Refusal},
        console::Console,
        layout_data::{use_layout_data, wanted},
        links,
        mailboxes::list::query_of,
        page::{self, Load},
    },
};
use actions::Actions;
use facts::Facts;
use history::Timeline;
use standing::StatusSection;

/// The content of the panel, from the address.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Opened {
    Nothing,
    Found(Box<MailboxDetail>),
    /// No such mailbox, or no such id.
    Unknown,
    Failed(AppError),
}

/// The panel, when the address names a mailbox.
#[component]
pub(crate) fn Panel() -> impl IntoView {
    let console = Console::here();
    let layout = use_layout_data();
    let wanted = wanted();
    let params = use_query_map();
    let named = Memo::new(move |_| params.read().get_str(links::MAILBOX).map(str::to_owned));
    let opened: Load<Opened> = page::load(
        move || (named.get(), console.resets.get(), console.reconnects.get()),
        move |(named, ..)| {
            let known = wanted.get_untracked().or_else(|| console.delegation_id_untracked());
            async move {
                let Some(named) = named else { return Ok(Opened::Nothing) };
                let Ok(id) = named.parse::<MailboxId>() else { return Ok(Opened::Unknown) };
                let delegation = match known {
                    Some(delegation) => Some(delegation),
                    None => layout.get().await?.snapshot.map(|s| s.delegation.id),
                };
                let Some(delegation) = delegation else { return Ok(Opened::Unknown) };
                Ok(match flat(load_mailbox(delegation, id).await) {
                    Ok(detail) => Opened::Found(Box::new(detail)),
                    Err(AppError::NotFound) => Opened::Unknown,
                    Err(error) => Opened::Failed(error),
                })
            }
        },
    );
    let is_open = Memo::new(move |_| named.read().is_some());
    let navigate = use_navigate();
    let close = Callback::new(move |()| {
        let list: ListQuery = query_of(&params.read_untracked());
        let options = NavigateOptions { scroll: false, ..NavigateOptions::default() };
        navigate(&links::mailboxes(wanted.get_untracked(), &list), options);
    });
    effects::install(is_open, close);
    view! {
        <Transition>
            {move || Suspend::new(async move {
                if let Ok(filled) = layout.get().await {
                    console.fill(&filled);
                }
                // A signed-out user sees the page for that, and no panel.
                let opened = opened.get().await.unwrap_or(Opened::Nothing);
                show(console, opened, close)
            })}
        </Transition>
    }
}

fn show(console: Console, opened: Opened, close: Callback<()>) -> Option<AnyView> {
    let body = match opened {
        Opened::Nothing => {
            console.shown.set(None);
            return None;
        }
        Opened::Found(detail) => {
            console.shown.set(Some(detail.row.clone()));
            found(*detail)
        }
        Opened::Unknown => view! {
            <h2 id="panel-title" tabindex="-1" class="visually-hidden">{text::MAILBOX}</h2>
            <Empty
                icon="search"
                title=text::UNKNOWN
                text=text::UNKNOWN_TEXT
            />
        }
        .into_any(),
        Opened::Failed(error) => view! {
            <h2 id="panel-title" tabindex="-1">{text::MAILBOX}</h2>
            <Refusal error=error/>
        }
        .into_any(),
    };
    // In the browser, once it is rendered.
    Effect::new(move |_| effects::arrived());
    let view = view! {
        <aside class="panel" aria-labelledby="panel-title">
            <button type="button" class="button-icon panel-close" aria-label=text::CLOSE title=text::CLOSE_TITLE on:click=move |_| close.run(())>
                <Icon name="cross"/>
            </button>
            {body}
        </aside>
    };
    Some(view.into_any())
}

fn found(detail: MailboxDetail) -> AnyView {
    let (name, address) = (detail.row.name.clone(), detail.row.address.clone());
    let id = detail.row.id;
    view! {
        <header class="panel-head">
            <h2 id="panel-title" tabindex="-1">{name}</h2>
            <p class="address">{address}</p>
        </header>
        <StatusSection/>
        <Actions/>
        <Facts licensed=detail.licensed on_premises=detail.on_premises evidence=detail.evidence/>
        <Timeline id=id first=detail.history/>
    }
    .into_any()
}
