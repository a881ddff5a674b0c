//! The state of an authorisation, in the tab that started it.

use domain::{
    connection::Tone,
    consent::{AttemptState, AttemptView},
};
use leptos::prelude::*;

use super::text;
use crate::ui::{
    authorizing::Authorizing,
    components::{icon::Icon, notice::Notice},
    links,
};

/// Waiting, approved, or the reason of the refusal. Empty while there is no attempt.
#[component]
pub(crate) fn Attempt(auth: Authorizing) -> impl IntoView {
    view! {
        <div class="attempt" role="status">
            {move || auth.attempt.get().map(|attempt| match attempt.state {
                AttemptState::Waiting | AttemptState::SignedIn => waiting(auth, &attempt),
                AttemptState::Granted => granted(&attempt),
                AttemptState::Refused | AttemptState::Expired => refused(&attempt),
            })}
        </div>
    }
}

fn waiting(auth: Authorizing, attempt: &AttemptView) -> AnyView {
    let who = attempt.signed_in_as.clone();
    if attempt.invited {
        let words = match who {
            Some(who) => text::invited_looks(&who),
            None => text::INVITED_WAITING.to_owned(),
        };
        return view! {
            <div class="notice" data-tone="busy">
                <Icon name="busy" class="spin"/>
                <div class="notice-text">
                    <p class="notice-title">{text::INVITED_WAITING_TITLE}</p>
                    <p>{words}</p>
                </div>
            </div>
        }
        .into_any();
    }
    view! {
        <div class="notice" data-tone="busy">
            <Icon name="busy" class="spin"/>
            <div class="notice-text">
                <p class="notice-title">{text::WAITING_TITLE}</p>
                {match who {
                    Some(who) => view! { <p>{who}{text::HAS_SIGNED_IN}</p> }.into_any(),
                    None => view! { <p>{text::WAITING}</p> }.into_any(),
                }}
                {move || auth.url.get().map(|url| view! {
                    <p>
                        {auth.blocked.get().then_some(text::TAB_BLOCKED)}
                        <a class=if auth.blocked.get() { "button button-primary" } else { "" } href=url target="_blank" rel="noopener external">
                            {text::OPEN_MICROSOFT}
                        </a>
                    </p>
                })}
            </div>
        </div>
    }
    .into_any()
}

fn granted(attempt: &AttemptView) -> AnyView {
    let who = attempt.signed_in_as.as_deref().map(text::approved_by);
    view! {
        <Notice tone=Tone::Good>
            <p class="notice-title">{text::APPROVED}{who}"."</p>
            <p>{text::APPROVED_NEXT}</p>
            <p><a class="button button-primary" href="/delegation">{text::GO_TO_DELEGATION}</a></p>
        </Notice>
    }
    .into_any()
}

fn refused(attempt: &AttemptView) -> AnyView {
    let Some(reason) = attempt.reason else {
        if attempt.invited {
            return view! {
                <Notice tone=Tone::Attention>
                    <p class="notice-title">{text::LINK_DEAD}</p>
                    <p>{text::LINK_DEAD_WHY}</p>
                </Notice>
            }
            .into_any();
        }
        return view! {
            <Notice tone=Tone::Attention>
                <p class="notice-title">{text::TOO_LONG}</p>
                <p>{text::TOO_LONG_WHY}</p>
            </Notice>
        }
        .into_any();
    };
    let help = reason.help();
    view! {
        <div class="notice" data-tone="bad">
            <Icon name="stop"/>
            <div class="notice-text">
                <p class="notice-title">{reason.title()}</p>
                <p>{help.meaning}</p>
                <ol>{help.steps.iter().map(|step| view! { <li>{*step}</li> }).collect_view()}</ol>
                <p><a href=links::help(reason)>{text::MORE_IN_HELP}</a>{text::STILL_TYPED}</p>
            </div>
        </div>
    }
    .into_any()
}
