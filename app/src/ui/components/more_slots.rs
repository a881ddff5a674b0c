//! Inside a host's page the plan is the host's: it is asked for a larger one there.

use leptos::prelude::*;

use super::text;
use crate::ui::{
    components::press::{Look, Press},
    host,
};

/// *Get more slots*, where there is a host to ask. `missing` is how many would do, zero when that is not known.
#[component]
pub(crate) fn MoreSlots(missing: u32) -> impl IntoView {
    // The same HTML everywhere; only the page that lives knows whether it is framed.
    let hosted = RwSignal::new(false);
    Effect::new(move |_| hosted.set(host::is_hosted()));
    move || {
        hosted.get().then(|| {
            view! { <Press label=text::MORE_SLOTS look=Look::Plain on_press=move |()| host::upgrade(missing)/> }
        })
    }
}
