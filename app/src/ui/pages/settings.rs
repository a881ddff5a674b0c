//! Settings: what the reader chooses, and what is set up, with how to undo it.

mod appearance;
mod connection;
mod keyboard;
mod text;

use domain::delegation::LinkFacts;
use leptos::prelude::*;

use crate::{
    api::{flat, setup::read_link_facts},
    ui::{
        console::Console,
        frame::{use_frame, wanted},
        page::{Load, PageHead, load, with_data},
        pages::help::contact::Contact,
    },
};
use appearance::Appearance;
use connection::Connection;
use keyboard::Keyboard;

/// The page of settings.
#[component]
pub(crate) fn Settings() -> impl IntoView {
    let console = Console::here();
    let frame = use_frame();
    let wanted = wanted();
    let facts: Load<Option<LinkFacts>> = load(
        move || wanted.get(),
        move |wanted| async move {
            let delegation = match wanted.or_else(|| console.delegation_id_now()) {
                Some(delegation) => Some(delegation),
                None => frame.get().await?.snapshot.map(|s| s.delegation.id),
            };
            match delegation {
                Some(delegation) => flat(read_link_facts(delegation).await).map(Some),
                None => Ok(None),
            }
        },
    );
    with_data(facts, |facts| {
        view! {
            <PageHead title=text::TITLE lead=|| text::LEAD/>
            <Appearance/>
            <Connection facts=facts/>
            <Keyboard/>
            <Contact/>
        }
        .into_any()
    })
}
