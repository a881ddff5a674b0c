//! Buttons, tiles, fields and choices.

use leptos::prelude::*;

use super::group::group;
use crate::ui::components::{
    button::{Button, Variant},
    copy_field::CopyField,
    field::Field,
    tile::Tile,
};

pub(super) fn section() -> AnyView {
    let variants = [
        ("Primary", Variant::Primary),
        ("Plain", Variant::Plain),
        ("Quiet", Variant::Quiet),
        ("Danger", Variant::Danger),
    ];
    let row = |busy: bool, disabled: bool| {
        let buttons = variants.map(|(label, variant)| {
            view! {
                <Button label=label variant=variant icon="sync" busy=Signal::stored(busy) disabled=Signal::stored(disabled)
                    on_press=|()| ()/>
            }
        });
        view! { <p class="guide-line">{buttons.collect_view()}</p> }
    };
    let tiles =
        [("good", "Connected", 1_180), ("attention", "Need attention", 12), ("quiet", "Not connected", 0)];
    view! {
        {group("Buttons", view! { {row(false, false)} {row(true, false)} {row(false, true)} })}
        {group("Tiles", view! {
            <div class="tiles">
                {tiles.map(|(tone, label, count)| view! {
                    <Tile tone=tone label=label count=Signal::stored(count) href=Signal::stored("#tiles".to_owned())
                        current=Signal::stored(count == 12)/>
                }).collect_view()}
            </div>
        })}
        {group("Fields", view! {
            <Field id="guide-empty" label="Admin email" hint="An administrator’s own address." value=RwSignal::new(String::new())
                problem=Signal::stored(None::<String>) placeholder="name@company.com"/>
            <Field id="guide-wrong" label="Client ID" hint="From the Setup page." value=RwSignal::new("nonsense".to_owned())
                problem=Signal::stored(Some("This is not a client ID.".to_owned()))/>
            <Field id="guide-long" label="Scopes" hint="In any order." value=RwSignal::new("Mail.Send".to_owned())
                problem=Signal::stored(None::<String>) long=true/>
            <CopyField id="guide-copy" label="Service Account ID" value="00001111-aaaa-2222-bbbb-3333cccc4444"/>
            <CopyField id="guide-copy-long" label="Commands" value="Connect-ExchangeOnline\nGet-Mailbox" long=true/>
        })}
        {group("Choices", view! {
            <p class="guide-line">
                <label><input type="checkbox"/>" Off"</label>
                <label><input type="checkbox" checked/>" On"</label>
                <label><input type="checkbox" disabled/>" Not possible"</label>
                <select class="chip" aria-label="Filter"><option>"Department"</option></select>
            </p>
        })}
    }
    .into_any()
}
