//! The sidebar: brand, navigation, workspace and organisation.

use leptos::prelude::*;

use super::text;
use crate::ui::{
    components::{icon::Icon, when::Ago},
    console::Console,
    layout::{connection_status::ConnectionStatus, navigation::Navigation},
};

/// Brand, navigation and the organisation in view.
#[component]
pub(crate) fn Side() -> impl IntoView {
    view! {
        <header class="side">
            <Brand/>
            <Navigation/>
            <Organisation/>
        </header>
    }
}

/// Only the brand, for visitors without a session: no other page is open to them.
#[component]
pub(super) fn SignedOutSide() -> impl IntoView {
    view! { <header class="side"><Brand/></header> }
}

#[component]
fn Brand() -> impl IntoView {
    view! {
        <div class="brand">
            <span class="brand-mark" aria-hidden="true"></span>
            <a class="brand-name" href="/">{text::BRAND}</a>
            <span class="brand-part">{text::BRAND_PART}</span>
        </div>
    }
}

/// The organisation in view, or the choice of one when there are several.
#[component]
fn Organisation() -> impl IntoView {
    let console = Console::here();
    let several = move || console.me.read().as_ref().is_some_and(|me| me.delegations.len() > 1);
    move || {
        let me = console.me.get()?;
        let user = text::user(&me.user_name, me.role);
        Some(view! {
            <div class="workspace">
                <p class="workspace-name">{me.workspace_name.clone()}</p>
                <p class="workspace-user">{user}</p>
                {move || console.delegation.get().filter(|d| d.domain.is_some()).map(|d| {
                    let title = d.title().to_owned();
                    let domain = d.domain.clone();
                    view! {
                        <p class="workspace-org">
                            <Icon name="building"/>
                            <span>{title}</span>
                        </p>
                        <p class="workspace-fine">
                            {domain}
                            {d.synced_at.map(|at| view! { <br/> {text::SYNCED} <Ago at=at/> })}
                        </p>
                    }
                })}
                {move || several().then(|| view! { <Others/> })}
                <ConnectionStatus/>
            </div>
        })
    }
}

/// The other organisations of the workspace.
#[component]
fn Others() -> impl IntoView {
    let console = Console::here();
    let others = move || {
        let current = console.delegation_id();
        let me = console.me.get();
        me.into_iter()
            .flat_map(|me| me.delegations)
            .filter(move |d| Some(d.id) != current)
            .collect::<Vec<_>>()
    };
    view! {
        <details class="workspace-others">
            <summary>{move || text::more(others().len())}</summary>
            <ul>
                {move || others().into_iter().map(|d| {
                    let href = format!("/mailboxes?d={}", d.id);
                    view! { <li><a href=href>{d.title().to_owned()}</a></li> }
                }).collect_view()}
            </ul>
        </details>
    }
}
