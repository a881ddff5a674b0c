//! The tables of states, written out: allowed transitions, states that each kind of run accepts, and labels. A changed
//! rule needs a change here as well.

use domain::{
    Reason,
    bulk::PoolChange,
    connection::{Connection, Tone},
    ids::{DelegationId, RunId},
    run::{RunCounts, RunKind, RunState, RunView},
    slots::{PlanState, Pool},
};

/// A line for every state, a column for every next state in the same order; `x` is allowed.
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
fn exactly_these_transitions_are_allowed() {
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
fn each_kind_of_run_accepts_exactly_these_states() {
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
fn every_state_has_its_label_and_colour() {
    let read = Connection::ALL.map(|state| (state.sentence(None), state.tone()));
    let expected = [
        ("Not connected", Tone::Quiet),
        ("Not connected · Can’t connect", Tone::Quiet),
        ("Not connected · Excluded", Tone::Quiet),
        ("Connecting…", Tone::Busy),
        ("Connecting…", Tone::Busy),
        ("Connected", Tone::Good),
        ("Needs attention", Tone::Attention),
        ("Not connected · Failed", Tone::Bad),
        ("Not connected · Disconnected", Tone::Quiet),
        ("Left the organisation", Tone::Quiet),
    ];
    assert_eq!(read, expected.map(|(words, tone)| (words.to_owned(), tone)));
    let broken = Connection::NeedsAttention.sentence(Some(Reason::OutOfScope));
    assert_eq!(broken, format!("Needs attention · {}", Reason::OutOfScope.title()));
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
fn a_review_contains_the_slots_left() {
    let pool = |limit| Pool {
        plan_type_id: "p".into(),
        name: "P".into(),
        limit,
        used_elsewhere: 1,
        used: 2,
        reserved: 3,
        plan: PlanState::Active,
    };
    let after = |limit, takes| PoolChange { pool: pool(limit), takes, frees: 0 }.free_after();
    assert_eq!(after(Some(10), 3), Some(1));
    assert_eq!(after(Some(10), 9), Some(0));
    assert_eq!(after(None, 3), None);
}

#[test]
fn a_kind_of_run_has_three_names() {
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

#[test]
fn every_state_of_a_run_has_its_label() {
    let words: Vec<_> = RunState::ALL.iter().map(|state| state.label()).collect();
    assert_eq!(
        words,
        [
            "Queued",
            "Running",
            "Waiting for Microsoft",
            "Paused",
            "Completed",
            "Completed with problems",
            "Cancelled",
            "Failed",
        ]
    );
}

#[test]
fn a_state_prints_as_it_is_stored() {
    for state in Connection::ALL {
        assert_eq!(state.to_string(), state.as_str());
    }
}

/// A waiting run: it can be undone if its kind and state allow it.
fn waiting(kind: RunKind, state: RunState) -> RunView {
    RunView {
        id: RunId(uuid::Uuid::nil()),
        delegation: DelegationId(uuid::Uuid::nil()),
        kind,
        state,
        reason: None,
        waiting_until: Some(7),
        paused_by: None,
        counts: RunCounts::default(),
        started_by: "Olga".into(),
        created_at: 0,
        started_at: None,
        finished_at: None,
        scheduled: false,
        found: domain::run::Found::default(),
    }
}

fn pauses(run: &RunView) -> Vec<&'static str> {
    let may = |state: &&RunState| RunView { state: **state, ..run.clone() }.may_pause();
    RunState::ALL.iter().filter(may).map(|state| state.as_str()).collect()
}

#[test]
fn only_a_disconnect_that_is_queued_can_be_undone_and_only_while_it_waits() {
    for kind in RunKind::ALL {
        for state in RunState::ALL {
            let until = waiting(*kind, *state).undo_until();
            let may = (*kind, *state) == (RunKind::Disconnect, RunState::Queued);
            assert_eq!(until, may.then_some(7), "{kind} {state}");
        }
    }
    let begun = RunView { waiting_until: None, ..waiting(RunKind::Disconnect, RunState::Queued) };
    assert_eq!(begun.undo_until(), None);
}

#[test]
fn a_run_that_is_not_over_can_be_paused_once_unless_it_is_a_sync_or_can_be_undone() {
    let under_way = ["queued", "running", "waiting"];
    for kind in [RunKind::Connect, RunKind::Reconnect, RunKind::Verify] {
        assert_eq!(pauses(&waiting(kind, RunState::Queued)), under_way, "{kind}");
    }
    let disconnect = waiting(RunKind::Disconnect, RunState::Queued);
    assert_eq!(pauses(&disconnect), ["running", "waiting"]);
    assert_eq!(pauses(&RunView { waiting_until: None, ..disconnect }), under_way);
    assert!(pauses(&waiting(RunKind::Sync, RunState::Queued)).is_empty());
    let requested = RunView { paused_by: Some("Ada".into()), ..waiting(RunKind::Connect, RunState::Queued) };
    assert!(pauses(&requested).is_empty());
}

#[test]
fn a_run_is_pausing_from_the_request_until_it_has_stopped() {
    let requested = RunView { paused_by: Some("Ada".into()), ..waiting(RunKind::Connect, RunState::Queued) };
    let pausing = |run: &RunView| {
        let is = |state: &&RunState| RunView { state: **state, ..run.clone() }.is_pausing();
        RunState::ALL.iter().filter(is).map(|state| state.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(pausing(&requested), ["queued", "running", "waiting"]);
    assert!(pausing(&RunView { paused_by: None, ..requested }).is_empty());
}
