//! What concerns the whole page: signed out, no connection, over the plan.

use std::time::Duration;

use domain::{Reason, connection::Tone, slots::PlanState, text};
use leptos::prelude::*;

use crate::ui::{
    browser,
    components::{
        notice::Notice,
        press::{Look, Press},
    },
    console::{Console, Link},
    links,
};

/// A shorter interruption is nobody's business.
const PATIENCE: Duration = Duration::from_secs(6);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Matter {
    SignedOut,
    CutOff,
    PlanInactive,
    /// By how many slots.
    Over(u32),
}

/// The one notice that matters most, above every page.
#[component]
pub(super) fn Banner() -> impl IntoView {
    let console = Console::here();
    let cut_off = RwSignal::new(false);
    Effect::new(move |_| {
        if console.link.get() == Link::Connecting {
            let still = move || console.link.try_get_untracked() == Some(Link::Connecting);
            set_timeout(
                move || {
                    if still() {
                        cut_off.set(true);
                    }
                },
                PATIENCE,
            );
        } else {
            cut_off.set(false);
        }
    });
    let matter = Memo::new(move |_| {
        let pools = console.pools.read();
        let over = pools.iter().map(domain::slots::Pool::over).max().unwrap_or(0);
        if console.signed_out.get() {
            Some(Matter::SignedOut)
        } else if cut_off.get() {
            Some(Matter::CutOff)
        } else if pools.iter().any(|pool| pool.plan == PlanState::Inactive) {
            Some(Matter::PlanInactive)
        } else {
            (over > 0).then_some(Matter::Over(over))
        }
    });
    view! { <div class="banner" role="status">{move || matter.get().map(show)}</div> }
}

fn show(matter: Matter) -> AnyView {
    let again = |label: &'static str| {
        view! { <Press label=label look=Look::Primary on_press=|()| browser::reload()/> }
    };
    match matter {
        Matter::SignedOut => view! {
            <Notice tone=Tone::Attention>
                <p class="notice-title">"Your session has ended"</p>
                <p>"What you see was loaded before and is not changing any more. Runs go on without you. Open the console from Warmy again, then reload this page."</p>
                {again("Reload")}
            </Notice>
        }
        .into_any(),
        Matter::CutOff => view! {
            <Notice tone=Tone::Attention>
                <p class="notice-title">"No connection to the server"</p>
                <p>"What you see may be out of date. Runs go on without this page, and it catches up by itself as soon as the connection is back."</p>
            </Notice>
        }
        .into_any(),
        Matter::PlanInactive => view! {
            <Notice tone=Tone::Attention>
                <p class="notice-title">"Your plan is not active"</p>
                <p>"Connected mailboxes stay connected; nothing new can be connected until the plan is active again. "<a href=links::help(Reason::PlanInactive)>"What to do"</a></p>
            </Notice>
        }
        .into_any(),
        Matter::Over(over) => {
            let over = text::number(u64::from(over));
            view! {
                <Notice tone=Tone::Attention>
                    <p class="notice-title">{over}" over your plan"</p>
                    <p>"Nothing is disconnected: every connected mailbox goes on working. Connecting more is off until mailboxes are disconnected or the plan has room again. "<a href=links::help(Reason::SlotsExhausted)>"What to do"</a></p>
                </Notice>
            }
            .into_any()
        }
    }
}
