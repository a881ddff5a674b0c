//! Contact with support.

use leptos::prelude::*;

use super::text;
use crate::ui::{components::icon::Icon, console::Console, links};

/// Support page and WhatsApp, as far as they are configured.
#[component]
pub(crate) fn Contact() -> impl IntoView {
    let console = Console::here();
    let support = move || console.me.get().and_then(|me| me.support.support_url);
    let whatsapp = move || console.me.read().as_ref().and_then(links::whatsapp);
    let any = move || support().is_some() || whatsapp().is_some();
    move || {
        any().then(|| view! {
            <section class="card contact" aria-labelledby="contact-title">
                <div>
                    <h2 id="contact-title" class="card-title">{text::CONTACT}</h2>
                    <p class="card-fine">
                        {text::CONTACT_TEXT}
                    </p>
                </div>
                {support().map(|url| view! {
                    <a class="button" href=url target="_blank" rel="noopener external"><Icon name="help"/> {text::SUPPORT}</a>
                })}
                {whatsapp().map(|url| view! {
                    <a class="button" href=url target="_blank" rel="noopener external"><Icon name="chat"/> {text::WHATSAPP}</a>
                })}
            </section>
        })
    }
}
