//! The user's sessions, and how to end them.

use domain::people::SessionView;
use leptos::prelude::*;

use super::{acting::EditableList, text};
use crate::{
    api::{
        flat,
        people::{end_other_sessions, end_session, load_sessions},
    },
    ui::components::{
        button::{Button, Variant},
        notice::Refusal,
        when::{Ago, Moment},
    },
};

/// The list, *Sign out* for each, and everywhere else at once.
#[component]
pub(super) fn Sessions(
    sessions: Vec<SessionView>,
    /// Whether the user signed in by a link and has no other way to sign in again.
    stranded: bool,
) -> impl IntoView {
    let sessions = RwSignal::new(sessions);
    let acting = EditableList::new(move || async move { flat(load_sessions().await) }, sessions);
    let others = Memo::new(move |_| sessions.read().iter().any(|session| !session.current));
    view! {
        <section class="card" aria-labelledby="sessions-title">
            <h2 id="sessions-title" class="card-title">{text::SESSIONS}</h2>
            <p class="card-fine">{text::SESSIONS_TEXT}</p>
            <ul class="settings-people">
                {move || sessions.get().into_iter().map(|session| view! {
                    <Session session=session acting=acting/>
                }).collect_view()}
            </ul>
            {move || acting.error.get().map(|error| view! { <Refusal error=error/> })}
            {move || others.get().then(|| view! {
                <Button label=text::SIGN_OUT_ELSEWHERE busy=acting.busy on_press=move |()| {
                    acting.run(|| async { flat(end_other_sessions().await) });
                }/>
            })}
            {stranded.then(|| view! {
                <form class="settings-form" method="post" action="/sign-in/microsoft">
                    <input type="hidden" name="attach" value="true"/>
                    <p class="card-fine">{text::COME_BACK_TEXT}</p>
                    <button class="button">{text::COME_BACK}</button>
                </form>
            })}
            <form class="settings-form" method="post" action="/sign-out">
                <button class="button">{text::SIGN_OUT}</button>
            </form>
        </section>
    }
}

#[component]
fn Session(session: SessionView, acting: EditableList<Vec<SessionView>>) -> impl IntoView {
    let id = session.id;
    let label = text::end_session(&session.agent);
    view! {
        <li>
            <p class="person">
                <b>{session.agent}</b> {session.current.then_some(text::THIS_ONE)}
                <small>
                    {text::signed_in(session.method)} <Moment at=session.created_at/> {text::LAST_USED}
                    <Ago at=session.seen_at/> {text::FROM} {session.address}
                </small>
            </p>
            <div class="person-acts">
                {(!session.current).then(|| view! {
                    <Button label=label variant=Variant::Quiet busy=acting.busy on_press=move |()| {
                        acting.run(move || async move { flat(end_session(id).await) });
                    }/>
                })}
            </div>
        </li>
    }
}
