//! *Get more slots*: in a host's page the host manages the plan, so the button requests a larger plan from the host.

use leptos::prelude::*;

use super::text;
use crate::ui::{
    components::button::{Button, Variant},
    host,
};

/// The button, only in a host's page. `missing` is the number of slots needed, zero when it is not known.
#[component]
pub(crate) fn MoreSlots(missing: u32) -> impl IntoView {
    // The first render is the same everywhere; only the hydrated page checks whether it has a host.
    let hosted = RwSignal::new(false);
    Effect::new(move |_| hosted.set(host::is_hosted()));
    move || {
        hosted.get().then(|| {
            view! { <Button label=text::MORE_SLOTS variant=Variant::Plain on_press=move |()| host::upgrade(missing)/> }
        })
    }
}
