//! Whatever happens in whatever order, slots stay exact: random sequences of reservations, results, cancellations,
//! crashes, restarts, downgrades and leavers, checked after every step. A failing sequence is shrunk before it is
//! shown.

mod laws;
mod player;

use std::{panic::AssertUnwindSafe, time::Duration};

use bolero::{check, produce};
use player::Player;
use tokio::runtime::Runtime;

use crate::support::database::TestDatabase;

/// `DWD_SEQUENCES` sets more.
fn sequences() -> usize {
    std::env::var("DWD_SEQUENCES").ok().and_then(|count| count.parse().ok()).unwrap_or(40)
}

fn play(database: &TestDatabase) {
    let runtime = Runtime::new().unwrap();
    let player = runtime.block_on(Player::new(database));
    // Every sequence has a workspace of its own: a failed one spoils nothing for the next.
    let scene = AssertUnwindSafe((runtime, player));
    let moves = produce::<Vec<(u8, u8, u8)>>().with().len(10..=60_usize);
    check!()
        .with_iterations(sequences())
        .with_shrink_time(Duration::from_secs(20))
        .with_generator(moves)
        .for_each(|moves| {
            let AssertUnwindSafe((runtime, player)) = &scene;
            runtime.block_on(player.play(moves));
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
