//! A value with a copy button that confirms, and a fallback where the clipboard is blocked.

use std::time::Duration;

use leptos::{html, prelude::*, task::spawn_local};

use super::text;
use crate::ui::{browser, components::icon::Icon, console::Console};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Copied {
    NotYet,
    Yes,
    /// The browser does not allow copying: the text is selected instead.
    Selected,
}

/// A read-only value with *Copy*.
#[component]
pub(crate) fn CopyField(
    id: &'static str,
    label: &'static str,
    #[prop(into)] value: String,
    #[prop(optional)] long: bool,
) -> impl IntoView {
    let console = Console::here();
    let state = RwSignal::new(Copied::NotYet);
    let line = NodeRef::<html::Input>::new();
    let area = NodeRef::<html::Textarea>::new();
    let text = StoredValue::new(value.clone());
    let copy = move |_| {
        spawn_local(async move {
            if browser::copy(&text.get_value()).await {
                state.set(Copied::Yes);
                console.announcement.set(text::copied(label));
                set_timeout(move || _ = state.try_set(Copied::NotYet), Duration::from_secs(4));
            } else {
                if let Some(line) = line.get_untracked() {
                    line.select();
                }
                if let Some(area) = area.get_untracked() {
                    area.select();
                }
                state.set(Copied::Selected);
            }
        });
    };
    let field = if long {
        view! { <textarea id=id class="input copy-value" readonly rows="4" node_ref=area>{value}</textarea> }
            .into_any()
    } else {
        view! { <input id=id class="input copy-value" readonly value=value node_ref=line/> }.into_any()
    };
    view! {
        <div class="field copy-field" data-long=long.then_some("true")>
            <label for=id>{label}</label>
            <div class="copy-row">
                {field}
                <button type="button" class="button" data-done=move || (state.get() == Copied::Yes).then_some("true") on:click=copy>
                    {move || if state.get() == Copied::Yes {
                        view! { <Icon name="check"/> <span>{text::COPIED}</span> }.into_any()
                    } else {
                        view! { <Icon name="copy"/> <span>{text::COPY}</span> }.into_any()
                    }}
                    <span class="visually-hidden">" "{label}</span>
                </button>
            </div>
            <p class="field-hint" role="status">
                {move || (state.get() == Copied::Selected).then_some(
                    text::COPY_BLOCKED,
                )}
            </p>
        </div>
    }
}
