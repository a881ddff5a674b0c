//! Settings: the user's choices, and the configuration of the workspace.

mod acting;
mod alerts;
mod appearance;
mod connection;
mod keyboard;
mod keys;
mod people;
mod removal;
mod rules;
mod sessions;
mod text;

use domain::{
    AppError, Role,
    alerts::Alerts as AlertsView,
    delegation::LinkFacts,
    ids::DelegationId,
    people::{ApiKeyView, People, SessionView},
    rule::RuleView,
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    api::{
        alerts::load_alerts,
        flat,
        people::{load_api_keys, load_people, load_sessions},
        rules::load_rules,
        setup::read_link_facts,
    },
    ui::{
        console::Console,
        layout_data::{use_layout_data, wanted},
        page::{Load, PageHead, load, with_data},
        pages::help::contact::Contact,
    },
};
use alerts::Alerts;
use appearance::Appearance;
use connection::Connection;
use keyboard::Keyboard;
use keys::Keys;
use people::Members;
use rules::Rules;
use sessions::Sessions;

/// The data of the page, besides the user's own choices.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct About {
    facts: Option<LinkFacts>,
    people: People,
    alerts: AlertsView,
    sessions: Vec<SessionView>,
    /// For owners, of the organisation in view.
    rules: Option<(DelegationId, Vec<RuleView>)>,
    /// For owners.
    keys: Option<Vec<ApiKeyView>>,
}

/// The page of settings.
#[component]
pub(crate) fn Settings() -> impl IntoView {
    let console = Console::here();
    let layout = use_layout_data();
    let wanted = wanted();
    let about: Load<About> = load(
        move || wanted.get(),
        move |wanted| async move {
            let shown = layout.get().await?;
            let delegation = wanted
                .or_else(|| console.delegation_id_untracked())
                .or_else(|| shown.snapshot.map(|s| s.delegation.id));
            let facts = match delegation {
                Some(delegation) => Some(flat(read_link_facts(delegation).await)?),
                None => None,
            };
            let rules = match delegation.filter(|_| shown.me.role == Role::Owner) {
                Some(delegation) => Some((delegation, flat(load_rules(delegation).await)?)),
                None => None,
            };
            let keys = match shown.me.role {
                Role::Owner => Some(flat(load_api_keys().await)?),
                _ => None,
            };
            let (people, sessions) = (flat(load_people().await)?, flat(load_sessions().await)?);
            let alerts = flat(load_alerts().await)?;
            Ok::<_, AppError>(About { facts, people, alerts, sessions, rules, keys })
        },
    );
    with_data(about, |About { facts, people, alerts, sessions, rules, keys }| {
        let stranded = people.members.iter().any(|member| member.you && !member.microsoft && !member.host);
        view! {
            <PageHead title=text::TITLE lead=|| text::LEAD/>
            <Appearance/>
            <Connection facts=facts/>
            {rules.map(|(delegation, rules)| view! { <Rules delegation=delegation rules=rules/> })}
            <Alerts alerts=alerts/>
            <Members people=people/>
            <Sessions sessions=sessions stranded=stranded/>
            {keys.map(|keys| view! { <Keys keys=keys/> })}
            <Keyboard/>
            <Contact/>
        }
        .into_any()
    })
}
