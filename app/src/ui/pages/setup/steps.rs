//! One step of the stepper.

use domain::delegation::DelegationState;
use leptos::prelude::*;

use super::text;
use crate::ui::{components::icon::Icon, console::Console};

/// The number of the step that is next: 1 to 3, or 4 when all is done.
pub(crate) fn progress() -> Memo<u8> {
    let console = Console::here();
    Memo::new(move |_| {
        let me = console.me.read();
        let delegations = me.iter().flat_map(|me| &me.delegations);
        delegations
            .map(|d| match d.state {
                state if state.is_linked() => 4,
                DelegationState::Authorized => 3,
                DelegationState::AwaitingAuthorization => 2,
                _ => 1,
            })
            .max()
            .unwrap_or(1)
    })
}

/// A step: its number, or a check mark when it is done.
#[component]
pub(crate) fn Step(number: u8, state: Memo<u8>, title: &'static str, children: Children) -> impl IntoView {
    let name = move || match state.get() {
        next if number < next => "done",
        next if number == next => "current",
        _ => "later",
    };
    view! {
        <li class="card step" data-state=name aria-current=move || (name() == "current").then_some("step")>
            <div class="step-mark" aria-hidden="true">
                {move || if name() == "done" {
                    view! { <Icon name="check"/> }.into_any()
                } else {
                    number.into_any()
                }}
            </div>
            <div class="step-body">
                <h2>
                    {title}
                    {move || (name() == "done").then(|| view! { <span class="step-done">{text::DONE}</span> })}
                </h2>
                {children()}
            </div>
        </li>
    }
}
