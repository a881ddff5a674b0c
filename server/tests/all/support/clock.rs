//! The system's clock, which a test can put forward.

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
