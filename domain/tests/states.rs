//! The tables of states, written out: what may follow what, which runs take what, and how each reads. A change of a rule
//! is a change here as well.

use domain::{
    Reason,
    connection::{Connection, Tone},
    run::{Review, RunCounts, RunKind, RunState},
    slots::{PlanState, Pool},
};

/// A line for every state, a column for every following state in the same order; `x` may happen.
const MAY_BECOME: &str = "
available        x x x x - - - - - x
ineligible       x x - - - - - - x x
excluded         x x x - - - - x x x
queued           x - - x x x - x x x
connecting       x - - - x x - x x x
connected        - - - - - x x - x x
needs_attention  - - - - - x x - x x
failed           x x x x - - - x - x
disconnected     - x x x - - - - x x
removed          x x x - - - - - x x
";

#[test]
fn exactly_these_moves_are_legal() {
    let mut table = String::from("\n");
    for from in Connection::ALL {
        table += &format!("{:<16}", from.as_str());
        for to in Connection::ALL {
            table += if from.may_become(to) { " x" } else { " -" };
        }
        table += "\n";
    }
    assert_eq!(table, MAY_BECOME);
}

#[test]
fn each_kind_of_run_takes_exactly_these() {
    let taken = |kind| {
        let takes = Connection::ALL.into_iter().filter(|state| state.accepts(kind));
        takes.map(Connection::as_str).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(taken(RunKind::Connect), "available failed disconnected");
    assert_eq!(taken(RunKind::Reconnect), "needs_attention failed disconnected");
    assert_eq!(taken(RunKind::Disconnect), "connected needs_attention");
    assert_eq!(taken(RunKind::Verify), "ineligible connected needs_attention");
    assert_eq!(taken(RunKind::Sync), "");
}

#[test]
fn every_state_reads_as_the_product_says() {
    let read = Connection::ALL.map(|state| (state.sentence(None), state.tone()));
    let expected = [
        ("Not connected", Tone::Quiet),
        ("Not connected · Can’t connect", Tone::Quiet),
        ("Not connected · Excluded", Tone::Quiet),
        ("Connecting…", Tone::Busy),
        ("Connecting…", Tone::Busy),
        ("Connected", Tone::Good),
        ("Connected · Needs attention", Tone::Attention),
        ("Not connected · Failed", Tone::Bad),
        ("Not connected · Disconnected", Tone::Quiet),
        ("Left the organisation", Tone::Quiet),
    ];
    assert_eq!(read, expected.map(|(words, tone)| (words.to_owned(), tone)));
    let broken = Connection::NeedsAttention.sentence(Some(Reason::OutOfScope));
    assert_eq!(broken, format!("Connected · Needs attention · {}", Reason::OutOfScope.title()));
}

#[test]
fn a_run_is_over_in_these_states_only() {
    let over: Vec<_> =
        RunState::ALL.iter().filter(|state| state.is_over()).map(|state| state.as_str()).collect();
    assert_eq!(over, ["completed", "completed_with_errors", "cancelled", "failed"]);
}

#[test]
fn the_counts_of_a_run_add_up() {
    let counts = RunCounts { total: 31, succeeded: 2, failed: 3, skipped: 5, cancelled: 7 };
    assert_eq!((counts.settled(), counts.pending()), (17, 14));
    assert_eq!(RunCounts { total: 1, ..counts }.pending(), 0);
}

#[test]
fn a_review_says_what_is_left_of_the_slots() {
    let pool = |limit| Pool {
        plan_type_id: "p".into(),
        name: "P".into(),
        limit,
        used_elsewhere: 1,
        used: 2,
        reserved: 3,
        plan: PlanState::Active,
    };
    let review = |pool, slots| Review {
        kind: RunKind::Connect,
        takes: slots,
        skipped: vec![],
        pool,
        slots,
        seconds: 1,
        sending: None,
    };
    assert_eq!(review(Some(pool(Some(10))), 3).left_after(), Some(1));
    assert_eq!(review(Some(pool(Some(10))), 9).left_after(), Some(0));
    assert_eq!(review(Some(pool(None)), 3).left_after(), None);
    assert_eq!(review(None, 3).left_after(), None);
}

#[test]
fn a_kind_of_run_is_named_three_ways() {
    let names: Vec<_> = RunKind::ALL.iter().map(|kind| (kind.doing(), kind.done(), kind.noun())).collect();
    assert_eq!(
        names,
        [
            ("Connecting", "Connected", "Connect"),
            ("Reconnecting", "Reconnected", "Reconnect"),
            ("Disconnecting", "Disconnected", "Disconnect"),
            ("Checking", "Checked", "Check"),
            ("Reading the directory", "Read the directory", "Directory sync"),
        ]
    );
}
