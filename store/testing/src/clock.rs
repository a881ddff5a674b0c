//! Clocks that tests move.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use domain::ids::Millis;
use store::clock::{Clock, Sources};

/// A clock that runs with the system's clock, ahead of it by an adjustable time.
#[derive(Clone, Debug, Default)]
pub struct TestClock {
    ahead: Arc<AtomicI64>,
}

impl TestClock {
    pub fn advance(&self, by: Millis) {
        self.ahead.fetch_add(by, Ordering::SeqCst);
    }

    pub fn sources(&self) -> Sources {
        Sources::with_clock(Arc::new(self.clone()))
    }
}

impl Clock for TestClock {
    fn now(&self) -> Millis {
        Sources::system().now() + self.ahead.load(Ordering::SeqCst)
    }
}

/// A clock that stands still until a test moves it.
#[derive(Clone, Debug)]
pub struct StoppedClock(Arc<AtomicI64>);

impl StoppedClock {
    /// A clock that stands at the current time.
    pub fn now() -> Self {
        Self(Arc::new(AtomicI64::new(Sources::system().now())))
    }

    pub fn advance(&self, by: Millis) {
        self.0.fetch_add(by, Ordering::SeqCst);
    }

    pub fn time(&self) -> Millis {
        self.0.load(Ordering::SeqCst)
    }

    pub fn sources(&self) -> Sources {
        Sources::with_clock(Arc::new(self.clone()))
    }
}

impl Clock for StoppedClock {
    fn now(&self) -> Millis {
        self.time()
    }
}
