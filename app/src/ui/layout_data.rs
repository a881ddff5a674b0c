//! The data of the layout around every page.

use domain::{AppError, ids::DelegationId};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{
    api::{flat, mailboxes::load_snapshot, setup::load_me},
    ui::{
        console::{LayoutData, pick},
        page::loading::{Load, load},
    },
};

/// The layout's data, for the page inside it.
pub(crate) fn use_layout_data() -> Load<LayoutData> {
    expect_context()
}

/// The organisation named in the address.
pub(crate) fn wanted() -> Memo<Option<DelegationId>> {
    let query = use_query_map();
    Memo::new(move |_| query.read().get_str("d").and_then(|d| d.parse().ok()))
}

/// Loads the layout's data, and provides them to the page inside it.
pub(super) fn provide_layout_data(wanted: Memo<Option<DelegationId>>) -> Load<LayoutData> {
    let layout = load(|| (), move |()| fetch(wanted.get_untracked()));
    provide_context(layout);
    layout
}

async fn fetch(wanted: Option<DelegationId>) -> Result<LayoutData, AppError> {
    let me = flat(load_me().await)?;
    let snapshot = match pick(&me, wanted) {
        Some(delegation) => Some(flat(load_snapshot(delegation).await)?),
        None => None,
    };
    Ok(LayoutData { me, snapshot })
}
