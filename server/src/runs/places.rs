//! How many runs one process works on at a time, and who gets the next place.
//!
//! Two kinds of places: for bulk work, and for small runs that somebody is waiting for, which therefore never queue
//! behind bulk work. When bulk work is waiting for a place, whoever has had one for a turn gives it up: runs of all
//! delegations go round.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::{
    sync::{Notify, OwnedSemaphorePermit, Semaphore},
    time::Instant,
};

const BULK: usize = 64;
const INTERACTIVE: usize = 16;
/// How long a run works before it lets another one have its place.
const TURN: Duration = Duration::from_secs(2);

/// The places of one process.
pub(super) struct Places {
    bulk: Arc<Semaphore>,
    interactive: Arc<Semaphore>,
    /// Rung when a place becomes free.
    freed: Arc<Notify>,
    crowded: Arc<AtomicBool>,
}

/// A place while it is taken.
pub(super) struct Place {
    _permit: OwnedSemaphorePermit,
    freed: Arc<Notify>,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.freed.notify_one();
    }
}

/// What there is room for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Room {
    Any,
    OnlyInteractive,
    None,
}

impl Places {
    pub(super) fn new() -> Self {
        Self {
            bulk: Arc::new(Semaphore::new(BULK)),
            interactive: Arc::new(Semaphore::new(INTERACTIVE)),
            freed: Arc::default(),
            crowded: Arc::default(),
        }
    }

    pub(super) fn room(&self) -> Room {
        match (self.bulk.available_permits(), self.interactive.available_permits()) {
            (0, 0) => Room::None,
            (0, _) => Room::OnlyInteractive,
            _ => Room::Any,
        }
    }

    /// Takes a place for a run that there was [`room`](Self::room) for.
    pub(super) fn take(&self, interactive: bool) -> Option<Place> {
        let quick = interactive.then(|| Arc::clone(&self.interactive).try_acquire_owned().ok()).flatten();
        let permit = quick.or_else(|| Arc::clone(&self.bulk).try_acquire_owned().ok())?;
        Some(Place { _permit: permit, freed: Arc::clone(&self.freed) })
    }

    /// Ends when a place has become free since the last time this ended.
    pub(super) async fn freed(&self) {
        self.freed.notified().await;
    }

    /// Says whether bulk work is waiting for a place.
    pub(super) fn set_crowded(&self, crowded: bool) {
        self.crowded.store(crowded, Ordering::Relaxed);
    }

    /// A turn that begins now.
    pub(super) fn turn(&self) -> Turn {
        Turn { until: Instant::now() + TURN, crowded: Arc::clone(&self.crowded) }
    }
}

/// A run's turn.
#[derive(Clone)]
pub(super) struct Turn {
    until: Instant,
    crowded: Arc<AtomicBool>,
}

impl Turn {
    /// Whether to hand the run back, so that another one has its turn.
    pub(super) fn is_over(&self) -> bool {
        self.crowded.load(Ordering::Relaxed) && Instant::now() >= self.until
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bulk_work_leaves_room_for_those_who_wait() {
        let places = Places::new();
        let taken: Vec<_> = (0..BULK).map(|_| places.take(false).unwrap()).collect();
        assert_eq!(places.room(), Room::OnlyInteractive);
        assert!(places.take(false).is_none());
        let quick: Vec<_> = (0..INTERACTIVE).map(|_| places.take(true).unwrap()).collect();
        assert_eq!((places.room(), places.take(true).is_none()), (Room::None, true));
        drop((taken, quick));
        assert_eq!(places.room(), Room::Any);
    }

    #[tokio::test(start_paused = true)]
    async fn a_turn_ends_only_when_others_wait() {
        let places = Places::new();
        let turn = places.turn();
        tokio::time::advance(TURN).await;
        assert!(!turn.is_over());
        places.set_crowded(true);
        assert!(turn.is_over());
        assert!(!places.turn().is_over());
    }

    #[tokio::test]
    async fn a_freed_place_is_announced() {
        let places = Places::new();
        drop(places.take(false));
        places.freed().await;
    }
}
