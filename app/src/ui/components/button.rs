//! A button with a busy state, in which it cannot be pressed again.

use leptos::prelude::*;

use crate::ui::components::icon::Icon;

/// The visual weight of a button.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Variant {
    /// The main next step.
    Primary,
    Plain,
    Quiet,
    Danger,
}

impl Variant {
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
pub(crate) fn Button(
    #[prop(into)] label: Signal<String>,
    #[prop(default = Variant::Plain.into(), into)] variant: Signal<Variant>,
    #[prop(optional)] icon: Option<&'static str>,
    #[prop(optional, into)] busy: Signal<bool>,
    #[prop(optional, into)] disabled: Signal<bool>,
    #[prop(optional, into)] on_press: Option<Callback<()>>,
    /// Whether it changes something in the workspace: styles hide it from viewers.
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
            class=move || variant.get().class()
            disabled=move || disabled.get()
            data-changes=changes.then_some("true")
            aria-busy=move || busy.get().then_some("true")
            // Not `disabled`: the button would lose the keyboard focus.
            aria-disabled=move || busy.get().then_some("true")
            on:click=press
        >
            {icon.map(|name| view! { <Icon name=name/> })}
            <span>{move || label.get()}</span>
        </button>
    }
}
