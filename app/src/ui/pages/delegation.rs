//! Domain Delegation: *Admin email*, *Connect*, and the permission checklist.

mod connect;
mod limit;
mod linked;
mod text;

use leptos::prelude::*;

use crate::ui::page::{PageHead, with_frame};
use connect::Connect;
use limit::Limit;
use linked::Linked;

/// The page that links an organisation.
#[component]
pub(crate) fn Delegation() -> impl IntoView {
    with_frame(|| {
        view! {
            <PageHead
                title=text::TITLE
                lead=|| text::LEAD
            />
            <Connect/>
            <Linked/>
            <Limit/>
        }
        .into_any()
    })
}
