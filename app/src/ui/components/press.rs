//! The button that works: it shows that it is at work and cannot be pressed twice meanwhile.

use leptos::prelude::*;

use crate::ui::components::icon::Icon;

/// How much a button asks for attention.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Look {
    /// The one thing to do next.
    Primary,
    Plain,
    Quiet,
    Danger,
}

impl Look {
    const fn class(self) -> &'static str {
        match self {
            Self::Primary => "button button-primary",
            Self::Plain => "button",
            Self::Quiet => "button button-quiet",
            Self::Danger => "button button-danger",
        }
    }
}

/// A button. Without `on_press` it submits its form.
#[component]
pub(crate) fn Press(
    #[prop(into)] label: Signal<String>,
    #[prop(default = Look::Plain.into(), into)] look: Signal<Look>,
    #[prop(optional)] icon: Option<&'static str>,
    #[prop(optional, into)] busy: Signal<bool>,
    #[prop(optional, into)] disabled: Signal<bool>,
    #[prop(optional, into)] on_press: Option<Callback<()>>,
    /// Whether it changes something of the workspace: who may only look does not get it.
    #[prop(optional)]
    changes: bool,
) -> impl IntoView {
    let kind = if on_press.is_some() { "button" } else { "submit" };
    let press = move |_| {
        if let Some(on_press) = on_press
            && !busy.get_untracked()
        {
            on_press.run(());
        }
    };
    view! {
        <button
            type=kind
            class=move || look.get().class()
            disabled=move || disabled.get()
            data-changes=changes.then_some("true")
            aria-busy=move || busy.get().then_some("true")
            // Not `disabled`: whoever pressed it by the keyboard would lose their place.
            aria-disabled=move || busy.get().then_some("true")
            on:click=press
        >
            {icon.map(|name| view! { <Icon name=name/> })}
            <span>{move || label.get()}</span>
        </button>
    }
}
