//! Limits how many runs one process works on at a time, and in which order.
//!
//! There are two kinds of permits: for bulk work, and for small interactive runs, which therefore never queue behind
//! bulk work. Scheduled work may hold only some of the bulk permits. When work waits for a permit, a run that has held
//! one for a time slice gives it up, so that the runs of all delegations take turns.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use domain::schedule;
use tokio::{
    sync::{Notify, OwnedSemaphorePermit, Semaphore},
    time::Instant,
};

use store::Lease;

const BULK: usize = schedule::PERMITS;
const SCHEDULED: usize = schedule::SCHEDULED_PERMITS;
const INTERACTIVE: usize = 16;
const TIME_SLICE: Duration = Duration::from_millis(schedule::TIME_SLICE.unsigned_abs());

/// The permits of one process.
#[derive(Debug)]
pub(super) struct Permits {
    bulk: Arc<Semaphore>,
    scheduled: Arc<Semaphore>,
    interactive: Arc<Semaphore>,
    /// Notified when a permit becomes free.
    freed: Arc<Notify>,
    crowded: Crowded,
}

/// Whether work waits for a bulk permit, and whether it waits for a permit for scheduled work.
#[derive(Clone, Debug, Default)]
struct Crowded {
    bulk: Arc<AtomicBool>,
    scheduled: Arc<AtomicBool>,
}

/// The kind of work that a permit is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Priority {
    /// A small run that a user waits for.
    Interactive,
    Bulk,
    /// A run that the schedule has started.
    Scheduled,
}

impl Priority {
    pub(super) fn of(lease: &Lease) -> Self {
        match (lease.is_interactive, lease.scheduled) {
            (true, _) => Self::Interactive,
            (false, None) => Self::Bulk,
            (false, Some(_)) => Self::Scheduled,
        }
    }
}

/// A permit while it is held.
pub(super) struct Permit {
    _permit: OwnedSemaphorePermit,
    _scheduled: Option<OwnedSemaphorePermit>,
    freed: Arc<Notify>,
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.freed.notify_one();
    }
}

/// The kinds of work for which a permit is free.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Capacity {
    Any,
    /// For runs that users have requested.
    Requested,
    OnlyInteractive,
    None,
}

impl Permits {
    pub(super) fn new() -> Self {
        Self {
            bulk: Arc::new(Semaphore::new(BULK)),
            scheduled: Arc::new(Semaphore::new(SCHEDULED)),
            interactive: Arc::new(Semaphore::new(INTERACTIVE)),
            freed: Arc::default(),
            crowded: Crowded::default(),
        }
    }

    pub(super) fn capacity(&self) -> Capacity {
        match (self.bulk.available_permits(), self.interactive.available_permits()) {
            (0, 0) => Capacity::None,
            (0, _) => Capacity::OnlyInteractive,
            _ if self.scheduled.available_permits() == 0 => Capacity::Requested,
            _ => Capacity::Any,
        }
    }

    /// Takes a permit for a run, after [`capacity`](Self::capacity) has reported a free one.
    pub(super) fn take(&self, work: Priority) -> Option<Permit> {
        let free = |permits: &Arc<Semaphore>| Arc::clone(permits).try_acquire_owned().ok();
        let interactive = if work == Priority::Interactive { free(&self.interactive) } else { None };
        let scheduled = if work == Priority::Scheduled { Some(free(&self.scheduled)?) } else { None };
        let permit = interactive.or_else(|| free(&self.bulk))?;
        Some(Permit { _permit: permit, _scheduled: scheduled, freed: Arc::clone(&self.freed) })
    }

    /// Waits until a permit has become free since the last call returned.
    pub(super) async fn freed(&self) {
        self.freed.notified().await;
    }

    /// Sets whether work is waiting while only `capacity` is free.
    pub(super) fn set_waiting(&self, capacity: Capacity, waiting: bool) {
        self.crowded.bulk.store(
            waiting && matches!(capacity, Capacity::OnlyInteractive | Capacity::None),
            Ordering::Relaxed,
        );
        self.crowded.scheduled.store(waiting && capacity == Capacity::Requested, Ordering::Relaxed);
    }

    /// A time slice that begins now.
    pub(super) fn slice(&self, work: Priority) -> TimeSlice {
        TimeSlice { until: Instant::now() + TIME_SLICE, work, crowded: self.crowded.clone() }
    }
}

/// The time slice of a run.
#[derive(Clone)]
pub(super) struct TimeSlice {
    until: Instant,
    work: Priority,
    crowded: Crowded,
}

impl TimeSlice {
    /// Whether to hand the run back, so that another one can continue.
    pub(super) fn is_over(&self) -> bool {
        let scheduled = self.work == Priority::Scheduled && self.crowded.scheduled.load(Ordering::Relaxed);
        (scheduled || self.crowded.bulk.load(Ordering::Relaxed)) && Instant::now() >= self.until
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bulk_work_leaves_permits_for_interactive_runs() {
        let permits = Permits::new();
        let taken: Vec<_> = (0..BULK).map(|_| permits.take(Priority::Bulk).unwrap()).collect();
        assert_eq!(permits.capacity(), Capacity::OnlyInteractive);
        assert!(permits.take(Priority::Bulk).is_none());
        let interactive: Vec<_> =
            (0..INTERACTIVE).map(|_| permits.take(Priority::Interactive).unwrap()).collect();
        assert_eq!(
            (permits.capacity(), permits.take(Priority::Interactive).is_none()),
            (Capacity::None, true)
        );
        drop((taken, interactive));
        assert_eq!(permits.capacity(), Capacity::Any);
    }

    #[test]
    fn scheduled_work_leaves_permits_for_requested_runs() {
        let permits = Permits::new();
        let held: Vec<_> = (0..SCHEDULED).map(|_| permits.take(Priority::Scheduled).unwrap()).collect();
        assert_eq!(
            (permits.capacity(), permits.take(Priority::Scheduled).is_none()),
            (Capacity::Requested, true)
        );
        let bulk: Vec<_> = (0..BULK - SCHEDULED).map(|_| permits.take(Priority::Bulk).unwrap()).collect();
        assert_eq!(permits.capacity(), Capacity::OnlyInteractive);
        drop((held, bulk));
        assert_eq!(permits.capacity(), Capacity::Any);
    }

    #[tokio::test(start_paused = true)]
    async fn a_time_slice_ends_only_when_other_work_waits() {
        let permits = Permits::new();
        let (slice, scheduled) = (permits.slice(Priority::Bulk), permits.slice(Priority::Scheduled));
        tokio::time::advance(TIME_SLICE).await;
        assert!(!slice.is_over() && !scheduled.is_over());
        permits.set_waiting(Capacity::Requested, true);
        assert!(!slice.is_over() && scheduled.is_over());
        permits.set_waiting(Capacity::OnlyInteractive, true);
        assert!(slice.is_over() && scheduled.is_over());
        assert!(!permits.slice(Priority::Bulk).is_over());
        permits.set_waiting(Capacity::Any, false);
        assert!(!slice.is_over() && !scheduled.is_over());
    }

    #[tokio::test]
    async fn a_freed_permit_is_notified() {
        let permits = Permits::new();
        drop(permits.take(Priority::Bulk));
        permits.freed().await;
    }
}
