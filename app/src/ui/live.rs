//! The live stream over the delegation's event log, shared by the tabs of a browser (`live_stream.js`).
//!
//! The browser's own retry is not enough: it gives up on a 503 and loses the cursor. So the cursor is in the address,
//! silence counts as a broken stream, and retries never end. A tab that follows another one asks for the changes that
//! it has missed.

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

/// The server sends a first event at once. A stream that is open but silent for this long is kept back by a proxy.
const FIRST_EVENT: Duration = Duration::from_secs(5);

/// How often changes are asked for where a proxy keeps back the stream.
const POLL_EVERY: Duration = Duration::from_secs(4);

/// The same for a tab that follows another one's stream, whose script may stand still.
const SILENCE_OF_ANOTHER: Duration = Duration::from_secs(20);

/// After this many polls the stream is tried again.
const POLLS: u32 = 75;

/// The stream of a hidden page is closed after this time: a browser has few connections, and other tabs need them.
const HIDDEN: Duration = Duration::from_secs(10);

/// The page's stream with its timers. Dropping it closes everything.
struct Subscription {
    delegation: DelegationId,
    stream: Option<Stream>,
    timer: Option<TimeoutHandle>,
    failures: u32,
    /// Polls since the stream was tried.
    polls: u32,
    missed: Missed,
    /// Another tab holds the connection.
    follows: bool,
}

/// Whether changes from before the first event of another tab's stream are being asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Missed {
    Nothing,
    Asking,
    /// A gap was found meanwhile: they are asked for once more.
    AskingAgain,
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
    if followed() != Some(delegation) {
        FOLLOWING.set(Some(Subscription {
            delegation,
            stream: None,
            timer: None,
            failures: 0,
            polls: 0,
            missed: Missed::Nothing,
            follows: false,
        }));
        open(console);
    }
}

/// Tries again at once, for example when the machine is back online. Of a page that was hidden, the stream is closed
/// after a while.
pub(crate) fn wake(console: Console) {
    if document().hidden() {
        set_timeout(move || _ = is_at_rest(console), HIDDEN);
        return;
    }
    let waiting = FOLLOWING.with_borrow(|f| f.as_ref().is_some_and(|f| f.stream.is_none()));
    if waiting && console.link.get_untracked() != Link::Polling {
        open(console);
    }
}

/// Closes the stream of a hidden page. Returns whether the page is hidden.
fn is_at_rest(console: Console) -> bool {
    if !document().hidden() {
        return false;
    }
    FOLLOWING.with_borrow_mut(|f| {
        if let Some(following) = f.as_mut() {
            following.clear();
            following.stream = None;
        }
    });
    console.link.set(Link::Off);
    true
}

/// Opens the stream. A tab that was opened in the background has it once it is shown.
fn open(console: Console) {
    // The page that is being left may be that of a removed organisation, which has no stream any more.
    if browser::is_leaving() || is_at_rest(console) {
        return;
    }
    if console.link.get_untracked() != Link::Polling {
        console.link.set(Link::Connecting);
    }
    FOLLOWING.with_borrow_mut(|following| {
        let Some(following) = following else { return };
        following.polls = 0;
        let delegation = following.delegation;
        let address = move || format!("/live/{delegation}?since={}", console.cursor().0);
        following.stream = Stream::open(address, move |event| receive(console, event));
        following.after(SILENCE, move || broken(console));
    });
}

fn receive(console: Console, event: stream::Event) {
    match event {
        stream::Event::Open => FOLLOWING.with_borrow_mut(|following| {
            let Some(following) = following else { return };
            following.follows = false;
            following.after(FIRST_EVENT, move || poll(console));
        }),
        stream::Event::Follow => {
            FOLLOWING.with_borrow_mut(|following| {
                if let Some(following) = following {
                    following.follows = true;
                }
            });
            catch_up(console);
        }
        stream::Event::Beat => event_arrived(console),
        stream::Event::Change(data) => {
            event_arrived(console);
            change(console, &data, catch_up);
        }
        stream::Event::Reset => {
            event_arrived(console);
            reset(console);
        }
        stream::Event::Broken => broken(console),
    }
}

/// Applies a frame. `gap` is called when changes before it are missing.
fn change(console: Console, data: &str, gap: fn(Console)) {
    match serde_json::from_slice::<Batch>(data.as_bytes()) {
        Ok(batch) => {
            if !console.apply(batch) {
                gap(console);
            }
        }
        // A newer server's change that this page cannot read: everything is loaded again.
        Err(_) => reset(console),
    }
}

/// An event arrived: restarts the timer of silence.
fn event_arrived(console: Console) {
    FOLLOWING.with_borrow_mut(|following| {
        let Some(following) = following else { return };
        if following.follows {
            following.after(SILENCE_OF_ANOTHER, move || poll(console));
        } else {
            following.after(SILENCE, move || broken(console));
        }
    });
    works(console, Link::Open);
}

/// Changes arrive. What could not be loaded meanwhile is loaded again.
fn works(console: Console, link: Link) {
    let failures = FOLLOWING.with_borrow_mut(|f| f.as_mut().map(|f| std::mem::take(&mut f.failures)));
    if console.link.get_untracked() != link {
        console.link.set(link);
    }
    if failures.is_some_and(|failures| failures > 0) {
        console.reconnects.update(|n| *n += 1);
    }
}

/// Asks for the changes since the last one. Returns `false` when the server does not answer.
async fn ask(console: Console, link: Link) -> bool {
    let Some(delegation) = followed() else { return false };
    let url = format!("/live/{delegation}?since={}&once=true", console.cursor().0);
    let events = stream::once(&url).await;
    // Another organisation may be in view by now.
    if followed() != Some(delegation) {
        return false;
    }
    let Some(events) = events else {
        broken(console);
        return false;
    };
    works(console, link);
    for event in events {
        match event {
            stream::Event::Change(data) => change(console, &data, reset),
            stream::Event::Reset => reset(console),
            _ => {}
        }
    }
    true
}

/// Asks for the changes that another tab's stream has not passed on to this one. Events of that stream follow.
fn catch_up(console: Console) {
    let begins = FOLLOWING.with_borrow_mut(|following| {
        following.as_mut().is_some_and(|following| {
            let before = following.missed;
            following.missed = if before == Missed::Nothing { Missed::Asking } else { Missed::AskingAgain };
            before == Missed::Nothing
        })
    });
    if !begins {
        return;
    }
    let delegation = followed();
    spawn_local(async move {
        let answered = ask(console, Link::Open).await;
        let again = FOLLOWING.with_borrow_mut(|following| {
            let Some(following) = following.as_mut().filter(|f| Some(f.delegation) == delegation) else {
                return false;
            };
            if answered && following.stream.is_some() {
                // The other tab may be frozen with its connection.
                following.after(SILENCE_OF_ANOTHER, move || poll(console));
            }
            std::mem::replace(&mut following.missed, Missed::Nothing) == Missed::AskingAgain
        });
        if answered && again {
            catch_up(console);
        }
    });
}

/// Asks for the changes again and again.
fn poll(console: Console) {
    if is_at_rest(console) {
        return;
    }
    FOLLOWING.with_borrow_mut(|following| {
        let Some(following) = following else { return };
        following.stream = None;
        following.polls += 1;
    });
    spawn_local(async move {
        if !ask(console, Link::Polling).await {
            return;
        }
        FOLLOWING.with_borrow_mut(|following| {
            let Some(following) = following else { return };
            let next = if following.polls < POLLS { poll } else { open };
            following.after(POLL_EVERY, move || next(console));
        });
    });
}

/// The organisation that is followed.
fn followed() -> Option<DelegationId> {
    FOLLOWING.with_borrow(|f| f.as_ref().map(|f| f.delegation))
}

fn reset(console: Console) {
    let Some(delegation) = followed() else { return };
    let streams = console.link.get_untracked() != Link::Polling;
    spawn_local(async move {
        console.reload(delegation).await;
        if streams && followed() == Some(delegation) {
            open(console);
        }
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
    // An `EventSource` gives no reason for a failure: that the session has ended or the organisation was removed must be
    // found by a request.
    if failures >= 4 {
        let delegation = followed();
        spawn_local(async move {
            match flat(load_me().await) {
                Err(error @ AppError::SignedOut) => console.notice(&error),
                Ok(me) if !me.delegations.iter().any(|known| Some(known.id) == delegation) => {
                    browser::go("/")
                }
                _ => {}
            }
        });
    }
}
