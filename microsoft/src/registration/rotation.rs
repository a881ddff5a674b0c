//! The order in which credentials are tried.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

/// How long a fallback credential that was accepted is tried first. A refusal may come from only one of Microsoft's
/// servers: a new certificate reaches them one by one.
const FALLBACK_DURATION: Duration = Duration::from_secs(10 * 60);

/// The fallback credential, if the first one was refused recently. Shared by all tenants: a credential is wrong for
/// all of them or for none.
#[derive(Debug, Default)]
pub(crate) struct Rotation {
    fallback: Mutex<Option<(usize, Instant)>>,
}

impl Rotation {
    /// The positions of `count` credentials in the order to try them.
    pub(crate) fn order(&self, count: usize) -> Vec<usize> {
        let first = self.current().filter(|&first| first < count);
        first.into_iter().chain((0..count).filter(|&other| Some(other) != first)).collect()
    }

    /// Records that the credential at `position` was accepted.
    pub(crate) fn record_success(&self, position: usize) {
        // Not prolonged by every success, or the first would never be tried again.
        if self.current() != Some(position) {
            *self.lock() = (position != 0).then(|| (position, Instant::now()));
        }
    }

    fn current(&self) -> Option<usize> {
        self.lock().filter(|(_, since)| since.elapsed() < FALLBACK_DURATION).map(|(position, _)| position)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<(usize, Instant)>> {
        // A panic elsewhere cannot leave this half changed.
        self.fallback.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_accepted_credential_is_tried_first_for_ten_minutes() {
        let rotation = Rotation::default();
        assert_eq!(rotation.order(3), [0, 1, 2]);
        rotation.record_success(1);
        assert_eq!(rotation.order(3), [1, 0, 2]);
        advance(Duration::from_secs(9 * 60)).await;
        rotation.record_success(1);
        advance(Duration::from_secs(60)).await;
        assert_eq!(rotation.order(3), [0, 1, 2], "a success does not prolong the ten minutes");

        rotation.record_success(2);
        assert_eq!(rotation.order(3), [2, 0, 1]);
        rotation.record_success(0);
        assert_eq!(rotation.order(3), [0, 1, 2]);
        rotation.record_success(2);
        assert_eq!((rotation.order(1), rotation.order(0)), (vec![0], vec![]));
    }
}
