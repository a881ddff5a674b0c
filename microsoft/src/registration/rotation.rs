//! Which credential to try first.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

/// How long a credential that worked goes before the ones it stood in for. A refusal may be of one of
/// Microsoft's servers only: a new certificate reaches them one by one.
const STAND_IN: Duration = Duration::from_secs(10 * 60);

/// The stand-in, if the first credential was refused lately. Shared by all tenants: a credential is wrong for
/// all of them or for none.
#[derive(Debug, Default)]
pub(crate) struct Rotation {
    stand_in: Mutex<Option<(usize, Instant)>>,
}

impl Rotation {
    /// The positions of `count` credentials in the order to try them.
    pub(crate) fn order(&self, count: usize) -> Vec<usize> {
        let first = self.current().filter(|&first| first < count);
        first.into_iter().chain((0..count).filter(|&other| Some(other) != first)).collect()
    }

    /// Notes that the credential at `position` was accepted.
    pub(crate) fn worked(&self, position: usize) {
        // Not renewed by every success, or the first would never be tried again.
        if self.current() != Some(position) {
            *self.lock() = (position != 0).then(|| (position, Instant::now()));
        }
    }

    fn current(&self) -> Option<usize> {
        self.lock().filter(|(_, since)| since.elapsed() < STAND_IN).map(|(position, _)| position)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<(usize, Instant)>> {
        // A panic elsewhere cannot leave this half changed.
        self.stand_in.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_one_that_worked_goes_first_for_ten_minutes_and_then_the_first_again() {
        let rotation = Rotation::default();
        assert_eq!(rotation.order(3), [0, 1, 2]);
        rotation.worked(1);
        assert_eq!(rotation.order(3), [1, 0, 2]);
        advance(Duration::from_secs(9 * 60)).await;
        rotation.worked(1);
        advance(Duration::from_secs(60)).await;
        assert_eq!(rotation.order(3), [0, 1, 2], "a success does not prolong it");

        rotation.worked(2);
        assert_eq!(rotation.order(3), [2, 0, 1]);
        rotation.worked(0);
        assert_eq!(rotation.order(3), [0, 1, 2]);
        rotation.worked(2);
        assert_eq!((rotation.order(1), rotation.order(0)), (vec![0], vec![]));
    }
}
