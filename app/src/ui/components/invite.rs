//! *Not the Microsoft administrator?*: a link to send to the administrator.

use domain::consent::{AttemptState, AttemptView};
use leptos::{prelude::*, task::spawn_local};

use super::text;
use crate::{
    api::{
        flat,
        setup::{invite_administrator, revoke_invitation},
    },
    ui::{
        authorizing::Authorizing,
        components::{
            attempt::Attempt,
            button::{Button, Variant},
            copy_field::CopyField,
            notice::Refusal,
            when::Moment,
        },
        console::Console,
        links,
    },
};

/// Creates a link, shows it once and revokes it; the live stream delivers the result. `open` is an existing link.
#[component]
pub(crate) fn Invite(open: Option<AttemptView>) -> impl IntoView {
    let console = Console::here();
    let auth = Authorizing::new();
    auth.attempt.set(open);
    let revoking = RwSignal::new(false);
    let make = move |()| {
        auth.busy.set(true);
        auth.error.set(None);
        spawn_local(async move {
            match flat(invite_administrator().await) {
                Ok(made) => {
                    console.follow(made.attempt.delegation);
                    auth.url.set(Some(made.url));
                    auth.attempt.set(Some(made.attempt));
                    console.announcement.set(text::INVITE_READY.to_owned());
                }
                Err(error) => {
                    console.notice(&error);
                    auth.error.set(Some(error));
                }
            }
            auth.busy.set(false);
        });
    };
    let revoke = move |()| {
        let Some(id) = auth.attempt.with_untracked(|attempt| attempt.as_ref().map(|a| a.id)) else { return };
        revoking.set(true);
        spawn_local(async move {
            match flat(revoke_invitation(id).await) {
                Ok(_) => {
                    auth.url.set(None);
                    auth.start_over();
                    console.announcement.set(text::LINK_DEAD.to_owned());
                }
                Err(error) => auth.error.set(Some(error)),
            }
            revoking.set(false);
        });
    };
    let valid_until = Memo::new(move |_| {
        let attempt = auth.attempt.read();
        let works = |a: &&AttemptView| !matches!(a.state, AttemptState::Granted | AttemptState::Expired);
        attempt.as_ref().filter(works).map(|a| a.expires_at)
    });
    view! {
        <section class="invite" aria-labelledby="invite-title">
            <h2 id="invite-title">{text::INVITE_TITLE}</h2>
            <p>
                {text::INVITE}
            </p>
            {move || auth.url.get().filter(|_| valid_until.get().is_some()).map(|url| view! {
                <CopyField id="invite-link" label=text::INVITE_LINK value=url.clone()/>
                <p><a href=links::mail_invitation(&url) rel="external">{text::INVITE_MAIL}</a></p>
            })}
            {move || valid_until.get().map(|until| view! {
                <p class="card-fine">
                    {auth.url.read().is_none().then_some(text::INVITE_OUT)}
                    {text::INVITE_UNTIL} <Moment at=until/> "."
                </p>
            })}
            <Attempt auth=auth/>
            {move || auth.error.get().map(|error| view! { <Refusal error=error/> })}
            <div class="invite-actions">
                <Button
                    label=Signal::derive(move || {
                        if valid_until.get().is_some() { text::INVITE_AGAIN } else { text::INVITE_MAKE }.to_owned()
                    })
                    variant=Variant::Plain
                    busy=auth.busy
                    on_press=make
                />
                {move || valid_until.get().is_some().then(|| view! {
                    <Button label=text::INVITE_REVOKE variant=Variant::Danger busy=revoking on_press=revoke/>
                })}
            </div>
        </section>
    }
}
