//! A pasted list of addresses: what was typed, and what the server says about it.

use domain::{
    AppError,
    addresses::{Found, Pasted},
};
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::{JsCast as _, JsValue};

use super::text;
use crate::{
    api::{flat, mailboxes::find_mailboxes},
    ui::mailboxes::list::ListState,
};

/// A larger file is no list of addresses.
const LARGEST: f64 = 4_000_000.0;

/// Lives as long as the list: what was typed outlives the dialog and every refusal.
#[derive(Clone, Copy)]
pub(crate) struct PasteState {
    pub(crate) open: RwSignal<bool>,
    pub(crate) text: RwSignal<String>,
    pub(crate) found: RwSignal<Option<Found>>,
    /// What is wrong with the file or with the list.
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

    /// Asks whose the addresses are.
    pub(crate) fn look_up(self, list: ListState) {
        let addresses = Pasted::read(&self.text.read_untracked()).addresses;
        let purpose = list.purpose.get_untracked();
        self.refusal.set(None);
        self.busy.set(true);
        spawn_local(async move {
            match flat(find_mailboxes(list.delegation, addresses, purpose).await) {
                Ok(found) => _ = self.found.try_set(Some(found)),
                Err(error) => {
                    list.console.notice(&error);
                    _ = self.refusal.try_set(Some(error));
                }
            }
            _ = self.busy.try_set(false);
        });
    }

    /// Adds a chosen file to what was typed.
    pub(crate) fn take_file(self, input: &JsValue) {
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
