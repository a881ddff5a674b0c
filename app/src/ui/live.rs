//! The live stream: one `EventSource` per page over the delegation's event log.
//!
//! The browser's own retry is not enough: it gives up on a 503 and loses the cursor. So the cursor is in the address,
//! silence counts as a broken stream, and retries never end.

mod backoff;
mod stream;

use std::{cell::RefCell, time::Duration};

use domain::{AppError, ids::DelegationId, live::Batch};
use leptos::{
    leptos_dom::helpers::{TimeoutHandle, set_timeout_with_handle},
    prelude::*,
    task::spawn_local,
};

use crate::{
    api::{flat, setup::load_me},
    ui::{
        browser,
        console::{Console, Link},
    },
};
use stream::Stream;

/// After this time without an event the stream counts as broken: the server sends one at least every 15 seconds.
const SILENCE: Duration = Duration::from_secs(40);

/// The page's stream with its timers. Dropping it closes everything.
struct Subscription {
    delegation: DelegationId,
    stream: Option<Stream>,
    timer: Option<TimeoutHandle>,
    failures: u32,
}

impl Subscription {
    /// Replaces the timer.
    fn after(&mut self, delay: Duration, then: impl FnOnce() + 'static) {
        self.clear();
        self.timer = set_timeout_with_handle(then, delay).ok();
    }

    fn clear(&mut self) {
        if let Some(timer) = self.timer.take() {
            timer.clear();
        }
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.clear();
    }
}

thread_local! {
    static FOLLOWING: RefCell<Option<Subscription>> = const { RefCell::new(None) };
}

/// Follows a delegation from the console's cursor. Does nothing when it is followed already.
pub(crate) fn start(console: Console, delegation: DelegationId) {
    let same = FOLLOWING.with_borrow(|f| f.as_ref().is_some_and(|f| f.delegation == delegation));
    if !same {
        FOLLOWING.set(Some(Subscription { delegation, stream: None, timer: None, failures: 0 }));
        open(console);
    }
}

/// Tries again at once, for example when the machine is back online.
pub(crate) fn wake(console: Console) {
    let waiting = FOLLOWING.with_borrow(|f| f.as_ref().is_some_and(|f| f.stream.is_none()));
    if waiting {
        open(console);
    }
}

fn open(console: Console) {
    console.link.set(Link::Connecting);
    FOLLOWING.with_borrow_mut(|following| {
        let Some(following) = following else { return };
        let url = format!("/live/{}?since={}", following.delegation, console.cursor().0);
        following.stream = Stream::open(&url, move |event| receive(console, event));
        following.after(SILENCE, move || broken(console));
    });
}

fn receive(console: Console, event: stream::Event) {
    match event {
        stream::Event::Open => {
            console.link.set(Link::Open);
            event_arrived(console);
        }
        stream::Event::Beat => event_arrived(console),
        stream::Event::Change(data) => {
            event_arrived(console);
            // A gap, or a change that a newer server sends and this page cannot read: everything is loaded again.
            let applied =
                serde_json::from_slice::<Batch>(data.as_bytes()).is_ok_and(|batch| console.apply(batch));
            if !applied {
                reset(console);
            }
        }
        stream::Event::Reset => {
            event_arrived(console);
            reset(console);
        }
        stream::Event::Broken => broken(console),
    }
}

/// An event arrived: restarts the timer of silence.
fn event_arrived(console: Console) {
    FOLLOWING.with_borrow_mut(|following| {
        let Some(following) = following else { return };
        following.failures = 0;
        following.after(SILENCE, move || broken(console));
    });
}

fn reset(console: Console) {
    let Some(delegation) = FOLLOWING.with_borrow(|f| f.as_ref().map(|f| f.delegation)) else { return };
    spawn_local(async move {
        console.reload(delegation).await;
        open(console);
    });
}

/// The stream broke or fell silent: retries without end, at growing intervals.
fn broken(console: Console) {
    console.link.set(Link::Connecting);
    let failures = FOLLOWING.with_borrow_mut(|following| {
        let Some(following) = following else { return 0 };
        following.stream = None;
        let delay = backoff::delay_ms(following.failures, browser::random());
        following.failures += 1;
        following.after(Duration::from_millis(delay), move || open(console));
        following.failures
    });
    // An `EventSource` gives no reason for a failure: a session that has ended must be found by a request.
    if failures == 4 {
        spawn_local(async move {
            if let Err(error @ AppError::SignedOut) = flat(load_me().await) {
                console.notice(&error);
            }
        });
    }
}
