//! The way to a person.

use leptos::prelude::*;

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
                    <h2 id="contact-title" class="card-title">"Not here? Ask us"</h2>
                    <p class="card-fine">
                        "A message on WhatsApp starts with the ids of your workspace and organisation, and with nothing about people."
                    </p>
                </div>
                {support().map(|url| view! {
                    <a class="button" href=url target="_blank" rel="noopener external"><Icon name="help"/> "Support"</a>
                })}
                {whatsapp().map(|url| view! {
                    <a class="button" href=url target="_blank" rel="noopener external"><Icon name="chat"/> "WhatsApp"</a>
                })}
            </section>
        })
    }
}
