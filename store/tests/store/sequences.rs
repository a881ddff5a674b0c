//! Slots stay exact in random sequences of reservations, results, cancellations, crashes, restarts, downgrades and
//! departures, checked after every step. A failing sequence is shrunk before it is shown.

mod invariants;
mod sequence_runner;

use std::{panic::AssertUnwindSafe, time::Duration};

use bolero::{check, produce};
use sequence_runner::SequenceRunner;
use tokio::runtime::Runtime;

use store_testing::database::TestDatabase;

/// The number of sequences; `DWD_SEQUENCES` sets another one.
fn sequences() -> usize {
    std::env::var("DWD_SEQUENCES").ok().and_then(|count| count.parse().ok()).unwrap_or(40)
}

fn play(database: &TestDatabase) {
    let runtime = Runtime::new().unwrap();
    let sequence_runner = runtime.block_on(SequenceRunner::new(database));
    // Every sequence has its own workspace, so that a failed one does not disturb the next.
    let scene = AssertUnwindSafe((runtime, sequence_runner));
    let moves = produce::<Vec<(u8, u8, u8)>>().with().len(10..=60_usize);
    check!()
        .with_iterations(sequences())
        .with_shrink_time(Duration::from_secs(20))
        .with_generator(moves)
        .for_each(|moves| {
            let AssertUnwindSafe((runtime, sequence_runner)) = &scene;
            runtime.block_on(sequence_runner.play(moves));
        });
}

#[test]
fn sqlite() {
    play(&Runtime::new().unwrap().block_on(TestDatabase::sqlite()));
}

#[test]
fn postgres() {
    play(&Runtime::new().unwrap().block_on(TestDatabase::postgres()));
}
