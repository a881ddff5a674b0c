//! The banner above every page: signed out, no connection, inactive plan, over the plan.

use std::time::Duration;

use domain::{Reason, connection::Tone, slots::PlanState};
use leptos::prelude::*;

use super::text;
use crate::ui::{
    browser,
    components::{
        button::{Button, Variant},
        more_slots::MoreSlots,
        notice::Notice,
    },
    console::{Console, Link},
    links,
};

/// A shorter interruption is not shown.
const SHOW_AFTER: Duration = Duration::from_secs(6);

#[derive(Clone, Copy, PartialEq, Eq)]
enum BannerContent {
    SignedOut,
    CutOff,
    PlanInactive,
    /// By how many slots.
    Over(u32),
}

/// The most important notice, above every page.
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
                SHOW_AFTER,
            );
        } else {
            cut_off.set(false);
        }
    });
    let content = Memo::new(move |_| {
        let pools = console.pools.read();
        let over = pools.iter().map(domain::slots::Pool::over).max().unwrap_or(0);
        if console.signed_out.get() {
            Some(BannerContent::SignedOut)
        } else if cut_off.get() {
            Some(BannerContent::CutOff)
        } else if pools.iter().any(|pool| pool.plan == PlanState::Inactive) {
            Some(BannerContent::PlanInactive)
        } else {
            (over > 0).then_some(BannerContent::Over(over))
        }
    });
    view! { <div class="banner" role="status">{move || content.get().map(show)}</div> }
}

fn show(content: BannerContent) -> AnyView {
    let again = |label: &'static str| {
        view! { <Button label=label variant=Variant::Primary on_press=|()| browser::reload()/> }
    };
    match content {
        BannerContent::SignedOut => view! {
            <Notice tone=Tone::Attention>
                <p class="notice-title">{text::ENDED}</p>
                <p>{text::ENDED_TEXT}</p>
                {again(text::RELOAD)}
            </Notice>
        }
        .into_any(),
        BannerContent::CutOff => view! {
            <Notice tone=Tone::Attention>
                <p class="notice-title">{text::CUT_OFF}</p>
                <p>{text::CUT_OFF_TEXT}</p>
            </Notice>
        }
        .into_any(),
        BannerContent::PlanInactive => view! {
            <Notice tone=Tone::Attention>
                <p class="notice-title">{text::PLAN_INACTIVE}</p>
                <p>{text::PLAN_INACTIVE_TEXT}<a href=links::help(Reason::PlanInactive)>{text::WHAT_TO_DO}</a></p>
                <MoreSlots missing=0/>
            </Notice>
        }
        .into_any(),
        BannerContent::Over(missing) => {
            let over = domain::text::number(u64::from(missing));
            view! {
                <Notice tone=Tone::Attention>
                    <p class="notice-title">{over}{text::OVER_PLAN}</p>
                    <p>{text::OVER_PLAN_TEXT}<a href=links::help(Reason::SlotsExhausted)>{text::WHAT_TO_DO}</a></p>
                    <MoreSlots missing=missing/>
                </Notice>
            }
            .into_any()
        }
    }
}
