//! A clock that stands still until it is moved.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use domain::ids::Millis;
use server::sources::{Clock, Sources};

pub(crate) struct Hand(AtomicI64);

impl Hand {
    /// It shows the time at which it was made.
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self(AtomicI64::new(Sources::system().now())))
    }

    pub(crate) fn forward(&self, time: Millis) {
        self.0.fetch_add(time, Ordering::SeqCst);
    }
}

impl Clock for Hand {
    fn now(&self) -> Millis {
        self.0.load(Ordering::SeqCst)
    }
}
