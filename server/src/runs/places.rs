//! How many runs one process works on at a time, and who gets the next place.
//!
//! Two kinds of places: for bulk work, and for small runs that somebody is waiting for, which therefore never queue
//! behind bulk work. What nobody asked for may have some of the places for bulk work. When work is waiting for a place,
//! whoever has had one for a turn gives it up: runs of all delegations go round.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use domain::cadence;
use tokio::{
    sync::{Notify, OwnedSemaphorePermit, Semaphore},
    time::Instant,
};

use crate::store::Lease;

const BULK: usize = cadence::PLACES;
const WATCH: usize = cadence::WATCH_PLACES;
const INTERACTIVE: usize = 16;
const TURN: Duration = Duration::from_millis(cadence::TURN.unsigned_abs());

/// The places of one process.
pub(super) struct Places {
    bulk: Arc<Semaphore>,
    watch: Arc<Semaphore>,
    interactive: Arc<Semaphore>,
    /// Rung when a place becomes free.
    freed: Arc<Notify>,
    crowded: Crowded,
}

/// Whether work waits for a place: of any kind, and of those for what nobody asked for.
#[derive(Clone, Default)]
struct Crowded {
    bulk: Arc<AtomicBool>,
    watch: Arc<AtomicBool>,
}

/// What a place is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Work {
    /// Small, and somebody waits for it.
    Interactive,
    Bulk,
    /// Nobody asked for it.
    Watch,
}

impl Work {
    pub(super) fn of(lease: &Lease) -> Self {
        match (lease.is_interactive, lease.watch) {
            (true, _) => Self::Interactive,
            (false, None) => Self::Bulk,
            (false, Some(_)) => Self::Watch,
        }
    }
}

/// A place while it is taken.
pub(super) struct Place {
    _permit: OwnedSemaphorePermit,
    _watch: Option<OwnedSemaphorePermit>,
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
    /// For what somebody asked for.
    Asked,
    OnlyInteractive,
    None,
}

impl Places {
    pub(super) fn new() -> Self {
        Self {
            bulk: Arc::new(Semaphore::new(BULK)),
            watch: Arc::new(Semaphore::new(WATCH)),
            interactive: Arc::new(Semaphore::new(INTERACTIVE)),
            freed: Arc::default(),
            crowded: Crowded::default(),
        }
    }

    pub(super) fn room(&self) -> Room {
        match (self.bulk.available_permits(), self.interactive.available_permits()) {
            (0, 0) => Room::None,
            (0, _) => Room::OnlyInteractive,
            _ if self.watch.available_permits() == 0 => Room::Asked,
            _ => Room::Any,
        }
    }

    /// Takes a place for a run that there was [`room`](Self::room) for.
    pub(super) fn take(&self, work: Work) -> Option<Place> {
        let free = |places: &Arc<Semaphore>| Arc::clone(places).try_acquire_owned().ok();
        let quick = if work == Work::Interactive { free(&self.interactive) } else { None };
        let watch = if work == Work::Watch { Some(free(&self.watch)?) } else { None };
        let permit = quick.or_else(|| free(&self.bulk))?;
        Some(Place { _permit: permit, _watch: watch, freed: Arc::clone(&self.freed) })
    }

    /// Ends when a place has become free since the last time this ended.
    pub(super) async fn freed(&self) {
        self.freed.notified().await;
    }

    /// Says whether work is waiting, while there is only this much room.
    pub(super) fn set_waiting(&self, room: Room, waiting: bool) {
        self.crowded
            .bulk
            .store(waiting && matches!(room, Room::OnlyInteractive | Room::None), Ordering::Relaxed);
        self.crowded.watch.store(waiting && room == Room::Asked, Ordering::Relaxed);
    }

    /// A turn that begins now.
    pub(super) fn turn(&self, work: Work) -> Turn {
        Turn { until: Instant::now() + TURN, work, crowded: self.crowded.clone() }
    }
}

/// A run's turn.
#[derive(Clone)]
pub(super) struct Turn {
    until: Instant,
    work: Work,
    crowded: Crowded,
}

impl Turn {
    /// Whether to hand the run back, so that another one has its turn.
    pub(super) fn is_over(&self) -> bool {
        let watch = self.work == Work::Watch && self.crowded.watch.load(Ordering::Relaxed);
        (watch || self.crowded.bulk.load(Ordering::Relaxed)) && Instant::now() >= self.until
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bulk_work_leaves_room_for_those_who_wait() {
        let places = Places::new();
        let taken: Vec<_> = (0..BULK).map(|_| places.take(Work::Bulk).unwrap()).collect();
        assert_eq!(places.room(), Room::OnlyInteractive);
        assert!(places.take(Work::Bulk).is_none());
        let quick: Vec<_> = (0..INTERACTIVE).map(|_| places.take(Work::Interactive).unwrap()).collect();
        assert_eq!((places.room(), places.take(Work::Interactive).is_none()), (Room::None, true));
        drop((taken, quick));
        assert_eq!(places.room(), Room::Any);
    }

    #[test]
    fn what_nobody_asked_for_leaves_room_for_what_somebody_did() {
        let places = Places::new();
        let watched: Vec<_> = (0..WATCH).map(|_| places.take(Work::Watch).unwrap()).collect();
        assert_eq!((places.room(), places.take(Work::Watch).is_none()), (Room::Asked, true));
        let asked: Vec<_> = (0..BULK - WATCH).map(|_| places.take(Work::Bulk).unwrap()).collect();
        assert_eq!(places.room(), Room::OnlyInteractive);
        drop((watched, asked));
        assert_eq!(places.room(), Room::Any);
    }

    #[tokio::test(start_paused = true)]
    async fn a_turn_ends_only_when_others_wait() {
        let places = Places::new();
        let (turn, watch) = (places.turn(Work::Bulk), places.turn(Work::Watch));
        tokio::time::advance(TURN).await;
        assert!(!turn.is_over() && !watch.is_over());
        places.set_waiting(Room::Asked, true);
        assert!(!turn.is_over() && watch.is_over());
        places.set_waiting(Room::OnlyInteractive, true);
        assert!(turn.is_over() && watch.is_over());
        assert!(!places.turn(Work::Bulk).is_over());
        places.set_waiting(Room::Any, false);
        assert!(!turn.is_over() && !watch.is_over());
    }

    #[tokio::test]
    async fn a_freed_place_is_announced() {
        let places = Places::new();
        drop(places.take(Work::Bulk));
        places.freed().await;
    }
}
