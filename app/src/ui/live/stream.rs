//! One `EventSource` and its listeners; dropping it closes both.

use std::rc::Rc;

use wasm_bindgen::{JsCast as _, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{EventSource, MessageEvent, Response};

/// An event of the stream.
pub(super) enum Event {
    Open,
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
    source: EventSource,
    listeners: Vec<(&'static str, Listener)>,
}

impl Stream {
    /// Opens the address. `None` when the browser has no event streams.
    pub(super) fn open(url: &str, on_event: impl Fn(Event) + 'static) -> Option<Self> {
        let source = EventSource::new(url).ok()?;
        let on_event: Rc<dyn Fn(Event)> = Rc::new(on_event);
        let mut listeners = Vec::new();
        for name in ["open", "beat", "change", "reset", "error"] {
            let on_event = Rc::clone(&on_event);
            let listener: Listener = Closure::new(move |event: web_sys::Event| {
                let data = || event.unchecked_ref::<MessageEvent>().data().as_string();
                let event = match name {
                    "open" => Event::Open,
                    "beat" => Event::Beat,
                    "change" => Event::Change(data().unwrap_or_default()),
                    "reset" => Event::Reset,
                    _ => Event::Broken,
                };
                // Not inside the listener itself: the handler may drop this stream with its listeners.
                let on_event = Rc::clone(&on_event);
                leptos::prelude::queue_microtask(move || on_event(event));
            });
            source.add_event_listener_with_callback(name, listener.as_ref().unchecked_ref()).ok()?;
            listeners.push((name, listener));
        }
        Some(Self { source, listeners })
    }
}

/// The events that there are now, by a request that ends. `None` when it fails.
pub(super) async fn once(url: &str) -> Option<Vec<Event>> {
    let answer = JsFuture::from(leptos::prelude::window().fetch_with_str(url)).await.ok()?;
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
        self.source.close();
    }
}
