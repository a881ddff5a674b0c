//! Sentences that the console composes from the product's terms.

use domain::{
    ids::Millis,
    list::Tab,
    mailbox::Counts,
    run::{RunKind, RunState, RunView},
    text,
    undo::UNDO,
};

/// "Connecting 12 mailboxes", "Reading the directory".
pub(crate) fn doing(run: &RunView) -> String {
    with_count(run.kind, run.kind.doing(), run.counts.total)
}

/// "Connected 293 mailboxes", "Read the directory".
pub(crate) fn done(run: &RunView) -> String {
    if run.kind == RunKind::Sync && matches!(run.state, RunState::Failed | RunState::Cancelled) {
        return "The directory was not read to the end".to_owned();
    }
    if run.kind != RunKind::Sync && run.counts.succeeded == 0 {
        return none_done(run.kind);
    }
    with_count(run.kind, run.kind.done(), run.counts.succeeded)
}

/// "No mailbox was reconnected": the result of a run that changed none.
fn none_done(kind: RunKind) -> String {
    format!("No mailbox was {}", kind.done().to_lowercase())
}

fn with_count(kind: RunKind, words: &str, count: u32) -> String {
    match kind {
        RunKind::Sync => words.to_owned(),
        _ => format!("{words} {}", text::mailboxes(u64::from(count))),
    }
}

/// "9 connected · 1 failed · 2 left"; empty while there is nothing to count.
pub(crate) fn progress(run: &RunView) -> String {
    let counts = run.counts;
    if run.kind == RunKind::Sync || counts.total == 0 {
        return run.found.words();
    }
    let done = run.kind.done().to_lowercase();
    let mut parts = vec![format!("{} {done}", n(counts.succeeded))];
    let others = [(counts.failed, "failed"), (counts.skipped, "skipped"), (counts.cancelled, "cancelled")];
    for (count, word) in others.into_iter().filter(|(count, _)| *count > 0) {
        parts.push(format!("{} {word}", n(count)));
    }
    if !run.state.is_over() {
        parts.push(format!("{} left", n(counts.pending())));
    }
    parts.join(" · ")
}

/// "Running", "Pausing…", "Paused by Olga Owner".
pub(crate) fn state(run: &RunView) -> String {
    match (&run.paused_by, run.state) {
        (Some(who), RunState::Paused) => format!("Paused by {who}"),
        _ if run.is_pausing() => "Pausing…".to_owned(),
        _ if run.undo_until().is_some() => "About to start".to_owned(),
        _ => run.state.label().to_owned(),
    }
}

/// "You can undo this for 8 s."; `now` is the browser's clock, which may be wrong.
pub(crate) fn undo_within(until: Millis, now: Option<Millis>) -> String {
    match now {
        None => "You can undo this for 10 seconds.".to_owned(),
        Some(now) => {
            format!("You can undo this for {} s.", ((until - now + 999) / 1_000).clamp(0, UNDO / 1_000))
        }
    }
}

/// "58 mailboxes a second", "12 mailboxes a minute": the pace so far.
pub(crate) fn pace(run: &RunView, now: Millis) -> Option<String> {
    let elapsed = u64::try_from(now - run.started_at?).ok().filter(|elapsed| *elapsed > 0)?;
    let settled = u64::from(run.counts.settled());
    let (count, per) = match settled * 1_000 / elapsed {
        0..2 => (settled * 60_000 / elapsed, "a minute"),
        many => (many, "a second"),
    };
    Some(format!("{} {per}", text::mailboxes(count)))
}

/// The message of a finished run: "Connected 293 mailboxes."
pub(crate) fn finished(run: &RunView) -> String {
    match run.state {
        RunState::Cancelled if run.kind == RunKind::Disconnect && run.counts.succeeded == 0 => {
            let stay = text::counted(u64::from(run.counts.cancelled), "mailbox stays", "mailboxes stay");
            format!("Undone: {stay} connected.")
        }
        RunState::Cancelled => format!("{} was cancelled. {}.", run.kind.noun(), done(run)),
        RunState::Failed => format!("{} did not work.", run.kind.noun()),
        _ => format!("{}.", done(run)),
    }
}

/// "View 7 problems"; `None` when there are none.
pub(crate) fn problems(run: &RunView) -> Option<String> {
    match (run.counts.failed, run.state) {
        (0, RunState::Failed) => Some("View the problem".to_owned()),
        (0, _) => None,
        (failed, _) => Some(format!("View {}", text::counted(u64::from(failed), "problem", "problems"))),
    }
}

/// "12 connected · 3 can’t connect · 2 excluded": the mailboxes of an organisation by the names of the tabs.
pub(crate) fn by_state(counts: &Counts) -> String {
    let tabs = Tab::ALL.into_iter().filter(|tab| *tab != Tab::All && tab.count(counts) > 0);
    let parts = tabs.map(|tab| format!("{} {}", n(tab.count(counts)), tab.label().to_lowercase()));
    let parts: Vec<_> = parts.collect();
    format!("{}.", parts.join(" · "))
}

/// A count with thousands separators.
pub(crate) fn n(count: u32) -> String {
    text::number(u64::from(count))
}
