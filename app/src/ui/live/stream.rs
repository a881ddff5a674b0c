//! One stream (`live_stream.js`) and its listeners; dropping it closes both.

use std::rc::Rc;

use js_sys::{Array, Function, Reflect};
use leptos::prelude::{queue_microtask, window};
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, EventTarget, MessageEvent, RequestInit, Response};

/// An event of the stream.
pub(super) enum Event {
    Open,
    /// Another tab holds the connection: changes from before this moment have to be asked for.
    Follow,
    /// No change, but the connection works.
    Beat,
    /// A JSON [`domain::live::Batch`].
    Change(String),
    /// Too far behind: load everything again.
    Reset,
    Broken,
}

type Listener = Closure<dyn FnMut(web_sys::Event)>;

/// An open stream.
pub(super) struct Stream {
    source: EventTarget,
    listeners: Vec<(&'static str, Listener)>,
    /// Called when this tab opens a connection, also later.
    _address: Closure<dyn Fn() -> JsValue>,
}

impl Stream {
    /// Opens the stream. `None` when the browser has no event streams.
    pub(super) fn open(
        address: impl Fn() -> String + 'static,
        on_event: impl Fn(Event) + 'static,
    ) -> Option<Self> {
        let address: Closure<dyn Fn() -> JsValue> = Closure::new(move || address().into());
        let class: Function = Reflect::get(&window(), &"LiveStream".into()).ok()?.dyn_into().ok()?;
        let source = Reflect::construct(&class, &Array::of1(address.as_ref())).ok()?.unchecked_into();
        let mut stream = Self { source, listeners: Vec::new(), _address: address };
        let on_event: Rc<dyn Fn(Event)> = Rc::new(on_event);
        for name in ["open", "follow", "beat", "change", "reset", "error"] {
            let on_event = Rc::clone(&on_event);
            let listener: Listener = Closure::new(move |event: web_sys::Event| {
                let data = || event.unchecked_ref::<MessageEvent>().data().as_string();
                let event = match name {
                    "open" => Event::Open,
                    "follow" => Event::Follow,
                    "beat" => Event::Beat,
                    "change" => Event::Change(data().unwrap_or_default()),
                    "reset" => Event::Reset,
                    _ => Event::Broken,
                };
                // Not inside the listener itself: the handler may drop this stream with its listeners.
                let on_event = Rc::clone(&on_event);
                queue_microtask(move || on_event(event));
            });
            stream.source.add_event_listener_with_callback(name, listener.as_ref().unchecked_ref()).ok()?;
            stream.listeners.push((name, listener));
        }
        Some(stream)
    }
}

/// An answer that takes longer never comes, for example after a change of networks. Milliseconds.
const ANSWER: u32 = 15_000;

/// The events that there are now, by a request that ends. `None` when it fails.
pub(super) async fn once(url: &str) -> Option<Vec<Event>> {
    let request = RequestInit::new();
    request.set_signal(Some(&AbortSignal::timeout_with_u32(ANSWER)));
    let answer = JsFuture::from(window().fetch_with_str_and_init(url, &request)).await.ok()?;
    let answer: Response = answer.dyn_into().ok()?;
    if !answer.ok() {
        return None;
    }
    let text = JsFuture::from(answer.text().ok()?).await.ok()?.as_string()?;
    Some(text.split("\n\n").filter_map(read).collect())
}

fn read(block: &str) -> Option<Event> {
    let field = |name| block.lines().find_map(|line| line.strip_prefix(name));
    match field("event: ")? {
        "change" => Some(Event::Change(field("data: ")?.to_owned())),
        "reset" => Some(Event::Reset),
        _ => None,
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        for (name, listener) in &self.listeners {
            _ = self.source.remove_event_listener_with_callback(name, listener.as_ref().unchecked_ref());
        }
        let close = Reflect::get(&self.source, &"close".into())
            .ok()
            .and_then(|close| close.dyn_into::<Function>().ok());
        _ = close.map(|close| close.call0(&self.source));
    }
}
