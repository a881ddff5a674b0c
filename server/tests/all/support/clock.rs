//! Clocks that tests move.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use domain::ids::Millis;
use server::sources::{Clock, Sources};

/// Runs as time does, and ahead of it by as much as it was put forward.
#[derive(Clone, Default)]
pub(crate) struct TestClock {
    ahead: Arc<AtomicI64>,
}

impl TestClock {
    pub(crate) fn put_forward(&self, by: Millis) {
        self.ahead.fetch_add(by, Ordering::SeqCst);
    }

    pub(crate) fn sources(&self) -> Sources {
        Sources::with_clock(Arc::new(self.clone()))
    }
}

impl Clock for TestClock {
    fn now(&self) -> Millis {
        Sources::system().now() + self.ahead.load(Ordering::SeqCst)
    }
}

/// Stands still until it is moved.
#[derive(Clone)]
pub(crate) struct StoppedClock(Arc<AtomicI64>);

impl StoppedClock {
    /// One that shows the real time of now.
    pub(crate) fn now() -> Self {
        Self(Arc::new(AtomicI64::new(Sources::system().now())))
    }

    pub(crate) fn advance(&self, by: Millis) {
        self.0.fetch_add(by, Ordering::SeqCst);
    }

    pub(crate) fn time(&self) -> Millis {
        self.0.load(Ordering::SeqCst)
    }

    pub(crate) fn sources(&self) -> Sources {
        Sources::with_clock(Arc::new(self.clone()))
    }
}

impl Clock for StoppedClock {
    fn now(&self) -> Millis {
        self.time()
    }
}
