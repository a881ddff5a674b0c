//! A pasted list of addresses: the input, and the server's result.

use domain::{
    AppError,
    addresses::{Found, Pasted},
    ids::DelegationId,
    purpose::Purpose,
};
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::{JsCast as _, JsValue};

use super::text;
use crate::{
    api::{flat, mailboxes::find_mailboxes},
    ui::console::Console,
};

/// The largest accepted file, in bytes: a larger one is not a list of addresses.
const LARGEST: f64 = 4_000_000.0;

/// Exists as long as the list, so that the input is not lost with the dialog or by a refusal.
#[derive(Clone, Copy)]
pub(crate) struct PasteState {
    pub(crate) open: RwSignal<bool>,
    pub(crate) text: RwSignal<String>,
    pub(crate) found: RwSignal<Option<Found>>,
    /// The problem of the file or of the list.
    pub(crate) problem: RwSignal<Option<String>>,
    pub(crate) refusal: RwSignal<Option<AppError>>,
    pub(crate) busy: RwSignal<bool>,
}

impl PasteState {
    pub(crate) fn new() -> Self {
        Self {
            open: RwSignal::new(false),
            text: RwSignal::new(String::new()),
            found: RwSignal::new(None),
            problem: RwSignal::new(None),
            refusal: RwSignal::new(None),
            busy: RwSignal::new(false),
        }
    }

    /// Looks up the mailboxes of the addresses.
    pub(crate) fn look_up(self, console: Console, delegation: DelegationId, purpose: Purpose) {
        let addresses = Pasted::read(&self.text.read_untracked()).addresses;
        self.refusal.set(None);
        self.busy.set(true);
        spawn_local(async move {
            match flat(find_mailboxes(delegation, addresses, purpose).await) {
                Ok(found) => _ = self.found.try_set(Some(found)),
                Err(error) => {
                    console.notice(&error);
                    _ = self.refusal.try_set(Some(error));
                }
            }
            _ = self.busy.try_set(false);
        });
    }

    /// Appends a chosen file to the input.
    pub(crate) fn append_file(self, input: &JsValue) {
        let get = |of: &JsValue, key: &str| js_sys::Reflect::get(of, &key.into()).unwrap_or_default();
        let file = get(&get(input, "files"), "0");
        let Ok(read) = get(&file, "text").dyn_into::<js_sys::Function>() else { return };
        if get(&file, "size").as_f64().is_none_or(|size| size > LARGEST) {
            self.problem.set(Some(text::FILE_TOO_LARGE.to_owned()));
            return;
        }
        self.problem.set(None);
        let Some(promise) = read.call0(&file).ok().and_then(|p| p.dyn_into::<js_sys::Promise>().ok()) else {
            return;
        };
        spawn_local(async move {
            let text =
                wasm_bindgen_futures::JsFuture::from(promise).await.ok().and_then(|text| text.as_string());
            match text {
                Some(more) => {
                    self.text.try_update(|text| {
                        if !text.is_empty() {
                            text.push('\n');
                        }
                        text.push_str(&more);
                    });
                }
                None => _ = self.problem.try_set(Some(text::FILE_UNREADABLE.to_owned())),
            }
        });
    }
}
