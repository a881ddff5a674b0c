//! The name of an organisation, typed to confirm an action with large effects.

use leptos::prelude::*;

use super::{field::Field, text};

/// A field for the name. [`is_typed`] compares it.
#[component]
pub(crate) fn TypedName(id: &'static str, name: Memo<String>, typed: RwSignal<String>) -> impl IntoView {
    view! {
        <p>{text::TYPE_NAME_OF} " " <b translate="no">{move || name.get()}</b></p>
        <Field id=id label=text::TYPED_NAME hint=text::TYPED_NAME_HINT value=typed problem=Signal::derive(|| None::<String>)/>
    }
}

/// Whether the typed text is the name, whatever its case and the blanks around it.
pub(crate) fn is_typed(typed: &str, name: &str) -> bool {
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    !name.is_empty() && plain(typed) == plain(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_name_confirms() {
        assert!(is_typed("contoso  ltd ", "Contoso Ltd"));
        assert!(!is_typed("contoso", "Contoso Ltd") && !is_typed("", ""));
    }
}
