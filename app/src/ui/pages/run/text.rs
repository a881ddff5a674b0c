//! Texts of the list of runs, and of the page of one run.

use domain::{
    run::{RunState, RunView},
    text::counted,
};

use crate::ui::{time, words};

// The list of runs
pub(crate) const TITLE: &str = "Runs";
pub(crate) const LEAD: &str =
    "Every connect, reconnect, disconnect, check and directory sync, with its result.";
pub(crate) const NO_RUNS: &str = "Nothing has run yet";
pub(crate) const NO_RUNS_TEXT: &str = "Connect mailboxes and watch the run here.";
pub(crate) const CHOOSE: &str = "Choose mailboxes";

// The head of a run
/// Followed by a user, a relative time and a full stop.
pub(crate) const STARTED_BY: &str = "Started by ";
/// Before a time.
pub(crate) const UNTIL: &str = " until ";
pub(crate) const PROGRESS: &str = "Progress";
pub(crate) const LEAVE: &str = "You can leave this page: the run goes on.";
pub(crate) const TOTAL: &str = "Total";

/// The time left at the pace so far; another sentence follows.
pub(crate) fn left_at(seconds: u32, pace: &str) -> String {
    format!("{} left at {pace}. ", time::rough(seconds))
}

pub(crate) fn retry_failed(count: u32) -> String {
    format!("Retry {} failed", words::n(count))
}

/// The users that a sync could not read, by their ids in the directory.
pub(crate) fn unreadable(count: u32, ids: &[String]) -> Option<String> {
    let users = counted(u64::from(count), "user", "users");
    let them = if count == 1 { "this user" } else { "them" };
    let more = u64::from(count).saturating_sub(ids.len() as u64);
    let names = match (ids, more) {
        ([], _) => String::new(),
        ([id], 0) => format!(" Its id in the directory: {id}."),
        (ids, 0) => format!(" Their ids in the directory: {}.", ids.join(", ")),
        (ids, more) => format!(
            " Their ids in the directory: {}, and {} more.",
            ids.join(", "),
            domain::text::number(more)
        ),
    };
    (count > 0).then(|| {
        format!("Microsoft’s answer about {users} could not be read. What Warmy knows about {them} stays, and the next sync reads {them} again.{names}")
    })
}

// Results by reason
pub(crate) const RESULTS: &str = "Results";

/// Title and text in place of the groups if there are none. Only problems are grouped by reason; a problem of the whole
/// run, or of users that a sync could not read, stands above.
pub(crate) fn no_groups(run: &RunView) -> (&'static str, &'static str) {
    match run.state {
        state if !state.is_over() => ("No problems so far", "They appear here by reason as the run goes on."),
        RunState::Completed if run.found.unreadable > 0 => {
            ("Everything else was read", "Only the users in the notice above could not be read.")
        }
        RunState::Completed => ("Everything worked", "There is nothing to look at here."),
        RunState::Cancelled => ("No problems until it was cancelled", "What was left stays as it was."),
        // Its groups are loaded again when it ends.
        RunState::CompletedWithErrors => {
            ("It ended with problems", "They appear here by reason in a moment.")
        }
        _ => ("It did not get to the end", "The reason is shown above."),
    }
}

pub(crate) const WHAT_TO_DO: &str = "What to do";
pub(crate) const RETRY: &str = "Retry these";

/// After some names.
pub(crate) fn and_more(count: u32) -> String {
    format!(" and {} more", words::n(count))
}

/// How many mailboxes of a run could be opened in spite of the limit that an administrator has set, after its other
/// sentences. The others may have failed for other reasons.
pub(crate) fn inside(run: &RunView) -> String {
    let (answered, total) = (words::n(run.counts.succeeded), words::n(run.counts.total));
    let so_far = if run.state.is_over() { "" } else { " so far" };
    format!(" Of this run’s {total} mailboxes, {answered} could be opened{so_far}.")
}

// Results by mailbox
pub(crate) const MAILBOXES: &str = "Mailboxes";
pub(crate) const DOWNLOAD: &str = "Download CSV";
pub(crate) const PRINT: &str = "Print";
pub(crate) const NO_RESULT: &str = "No mailbox of this run has this result.";
pub(crate) const SHOW_MORE: &str = "Show more";
pub(crate) const ALL: &str = "All";
pub(crate) const FILTER: &str = "Filter by result";
