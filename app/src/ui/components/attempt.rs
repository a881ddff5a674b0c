//! How an authorisation stands, in the tab that started it.

use domain::{
    connection::Tone,
    consent::{AttemptState, AttemptView},
};
use leptos::prelude::*;

use crate::ui::{
    authorizing::Authorizing,
    components::{icon::Icon, notice::Notice},
    links,
};

/// Waiting, approved, or why not. Nothing while there is no attempt.
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
            Some(who) => format!("{who} has signed in and is looking at the permissions."),
            None => "This page notices by itself. You can close it: the link keeps working.".to_owned(),
        };
        return view! {
            <div class="notice" data-tone="busy">
                <Icon name="busy" class="spin"/>
                <div class="notice-text">
                    <p class="notice-title">"Waiting for your administrator…"</p>
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
                <p class="notice-title">"Waiting for approval in the other tab…"</p>
                {match who {
                    Some(who) => view! { <p>{who}" has signed in. What is left is to accept the permissions there."</p> }.into_any(),
                    None => view! { <p>"Sign in there as an administrator and accept. This page notices by itself."</p> }.into_any(),
                }}
                {move || auth.url.get().map(|url| view! {
                    <p>
                        {auth.blocked.get().then_some("Your browser blocked the new tab. ")}
                        <a class=if auth.blocked.get() { "button button-primary" } else { "" } href=url target="_blank" rel="noopener external">
                            "Open Microsoft’s page"
                        </a>
                    </p>
                })}
            </div>
        </div>
    }
    .into_any()
}

fn granted(attempt: &AttemptView) -> AnyView {
    let who = attempt.signed_in_as.as_ref().map(|who| format!(" by {who}"));
    view! {
        <Notice tone=Tone::Good>
            <p class="notice-title">"Approved"{who}"."</p>
            <p>"Next: type the admin email on the Domain Delegation page and connect."</p>
            <p><a class="button button-primary" href="/delegation">"Go to Domain Delegation"</a></p>
        </Notice>
    }
    .into_any()
}

fn refused(attempt: &AttemptView) -> AnyView {
    let Some(reason) = attempt.reason else {
        if attempt.invited {
            return view! {
                <Notice tone=Tone::Attention>
                    <p class="notice-title">"The link does not work any more."</p>
                    <p>"It was taken back, or nobody used it in time. Nothing was changed: make a new one."</p>
                </Notice>
            }
            .into_any();
        }
        return view! {
            <Notice tone=Tone::Attention>
                <p class="notice-title">"The approval page was open too long."</p>
                <p>"Nothing was changed. What you typed is still here: press Authorize again."</p>
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
                <p><a href=links::help(reason)>"More in Help"</a>" · What you typed is still here."</p>
            </div>
        </div>
    }
    .into_any()
}
