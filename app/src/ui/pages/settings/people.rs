//! Members and invitations of the workspace, with their roles.

use domain::{
    AppError, Role,
    people::{MemberInvitation, MemberView, NewInvitation, People},
};
use leptos::prelude::*;

use super::{acting::EditableList, text};
use crate::{
    api::{
        flat,
        people::{change_role, invite_member, load_people, remove_member, revoke_member_invitation},
    },
    ui::{
        components::{
            button::{Button, Variant},
            copy_field::CopyField,
            field::Field,
            notice::Refusal,
            when::Moment,
        },
        console::Console,
        drafts::draft,
    },
};

/// The list, and *Invite* for owners.
#[component]
pub(super) fn Members(people: People) -> impl IntoView {
    let console = Console::here();
    let owner = console.me.read_untracked().as_ref().is_some_and(|me| me.role == Role::Owner);
    let people = RwSignal::new(people);
    let acting = EditableList::new(move || async move { flat(load_people().await) }, people);
    view! {
        <section class="card" aria-labelledby="people-title">
            <h2 id="people-title" class="card-title">{text::PEOPLE}</h2>
            <ul class="settings-people">
                {move || people.get().members.into_iter().map(|member| view! {
                    <Member member=member owner=owner acting=acting/>
                }).collect_view()}
                {move || people.get().invitations.into_iter().map(|invitation| view! {
                    <Invited invitation=invitation owner=owner acting=acting/>
                }).collect_view()}
            </ul>
            {move || acting.error.get().map(|error| view! { <Refusal error=error/> })}
            {if owner {
                view! { <Invite acting=acting/> }.into_any()
            } else {
                view! { <p class="card-fine">{text::OWNERS_INVITE}</p> }.into_any()
            }}
        </section>
    }
}

#[component]
fn Member(member: MemberView, owner: bool, acting: EditableList<People>) -> impl IntoView {
    let MemberView { id, name, role, microsoft, host, you, .. } = member;
    let how = match (microsoft, host) {
        (true, _) => text::BY_MICROSOFT,
        (_, true) => text::BY_HOST,
        _ => text::BY_LINK,
    };
    let label = text::role_of(&name);
    let remove_label = text::remove(&name);
    let roles = move || {
        let choose = move |ev| {
            if let Ok(role) = event_target_value(&ev).parse::<Role>() {
                acting.run(move || async move { flat(change_role(id, role).await) });
            }
        };
        view! {
            <select class="input input-small" aria-label=label.clone() on:change=choose>
                {Role::ALL.map(|one| view! {
                    <option value=one.as_str() selected=one == role>{one.label()}</option>
                }).collect_view()}
            </select>
            <Button label=remove_label.clone() variant=Variant::Danger busy=acting.busy
                on_press=move |()| acting.run(move || async move { flat(remove_member(id).await) })/>
        }
    };
    view! {
        <li>
            <p class="person"><b>{name}</b> {you.then_some(text::YOU)} <small>{how}</small></p>
            <div class="person-acts">
                {if owner && !you { roles().into_any() } else { view! { <span>{role.label()}</span> }.into_any() }}
            </div>
        </li>
    }
}

#[component]
fn Invited(invitation: MemberInvitation, owner: bool, acting: EditableList<People>) -> impl IntoView {
    let id = invitation.id;
    let label = text::revoke(&invitation.name);
    view! {
        <li>
            <p class="person">
                <b>{invitation.name}</b>
                <small>{text::invited_as(invitation.role)} <Moment at=invitation.expires_at/></small>
            </p>
            <div class="person-acts">
                {owner.then(|| view! {
                    <Button label=label variant=Variant::Quiet busy=acting.busy on_press=move |()| {
                        acting.run(move || async move { flat(revoke_member_invitation(id).await) });
                    }/>
                })}
            </div>
        </li>
    }
}

/// The form that creates an invitation link, shown once.
#[component]
fn Invite(acting: EditableList<People>) -> impl IntoView {
    let (name, role) = (draft("invite-name"), RwSignal::new(Role::Member));
    let made = RwSignal::new(None::<NewInvitation>);
    let submit = move |ev: leptos::ev::SubmitEvent| {
        ev.prevent_default();
        let (invited, as_role) = (name.get_untracked(), role.get_untracked());
        acting.run(move || async move {
            let new = flat(invite_member(invited, as_role).await)?;
            made.set(Some(new));
            name.set(String::new());
            Ok::<_, AppError>(())
        });
    };
    view! {
        <form class="settings-form" on:submit=submit>
            <Field id="invite-name" label=text::INVITE_NAME hint=text::INVITE_HINT value=name problem=acting.problem("name")/>
            <div class="field">
                <label for="invite-role">{text::ROLE}</label>
                <select id="invite-role" class="input" aria-describedby="invite-role-hint" on:change=move |ev| {
                    if let Ok(one) = event_target_value(&ev).parse() { role.set(one); }
                }>
                    {Role::ALL.map(|one| view! {
                        <option value=one.as_str() selected=one == Role::Member>{one.label()}</option>
                    }).collect_view()}
                </select>
                <p class="field-hint" id="invite-role-hint">{move || role.get().meaning()}</p>
            </div>
            <Button label=text::INVITE busy=acting.busy/>
        </form>
        {move || made.get().map(|new| view! {
            <p>{text::invitation_ready(&new.invitation.name)}</p>
            <CopyField id="join-link" label=text::JOIN_LINK value=new.url/>
        })}
    }
}
