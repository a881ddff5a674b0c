//! The driver of all background loops: one activation after another, by period or signal, with panics caught and
//! counted.
//!
//! Each loop's state is logged when it changes for the worse, and written to the database every half minute, where
//! `server doctor` reads it.

use std::{
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use domain::ids::Millis;
use futures::FutureExt as _;
use store::{LoopState, Store};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// How often the state of the loops is written to the database.
const REPORT_EVERY: Duration = Duration::from_secs(30);

/// A loop: its name in logs and in the doctor's report, and the longest time between two activations.
#[derive(Clone, Copy, Debug)]
pub struct Loop {
    pub name: &'static str,
    pub period: Duration,
}

/// The next step of a loop after an activation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// There may be more to do: activate again at once.
    Again,
    /// Wait for the period or the signal.
    Wait,
}

/// The background loops of one process. Clones share them.
#[derive(Clone, Debug)]
pub struct Background {
    store: Store,
    process: String,
    shutdown: CancellationToken,
    tasks: TaskTracker,
    states: Arc<Mutex<Vec<LoopState>>>,
}

impl Background {
    /// `process` names this process; it must be new for every process.
    #[must_use]
    pub fn new(store: Store, process: String, shutdown: CancellationToken) -> Self {
        Self { store, process, shutdown, tasks: TaskTracker::new(), states: Arc::default() }
    }

    /// Starts a loop. It activates at once, then whenever `wake` resolves and at least once per period, until the
    /// shutdown; an activation under way then is waited for.
    pub fn spawn<W, A>(
        &self,
        spec: Loop,
        mut wake: impl FnMut() -> W + Send + 'static,
        mut activate: impl FnMut() -> A + Send + 'static,
    ) where
        W: Future<Output = ()> + Send,
        A: Future<Output = anyhow::Result<Next>> + Send,
    {
        self.states().push(LoopState::new(spec.name, spec.period));
        let this = self.clone();
        self.tasks.spawn(async move {
            while !this.shutdown.is_cancelled() {
                this.change(spec.name, |state, now| state.started_at = Some(now));
                let next = match AssertUnwindSafe(activate()).catch_unwind().await {
                    Ok(Ok(next)) => {
                        this.change(spec.name, |state, now| state.succeeded_at = Some(now));
                        next
                    }
                    Ok(Err(error)) => {
                        tracing::warn!(background.name = spec.name, error = %format!("{error:#}"), "background work failed; trying again");
                        this.change(spec.name, |state, _| {
                            state.failures += 1;
                            state.last_error = Some(format!("{error:#}"));
                        });
                        Next::Wait
                    }
                    Err(panic) => {
                        let text = panic_text(panic.as_ref());
                        tracing::error!(background.name = spec.name, panic = text, "background work panicked; trying again");
                        this.count_panic(spec.name, text);
                        Next::Wait
                    }
                };
                if next == Next::Again {
                    continue;
                }
                tokio::select! {
                    () = wake() => {}
                    () = tokio::time::sleep(spec.period) => {}
                    () = this.shutdown.cancelled() => {}
                }
            }
            tracing::debug!(background.name = spec.name, "background loop has ended");
        });
    }

    /// Starts work that an activation has claimed; a shutdown waits for it. A panic is counted for the loop `of`.
    pub fn spawn_claimed(&self, of: &'static str, work: impl Future<Output = ()> + Send + 'static) {
        let this = self.clone();
        self.tasks.spawn(async move {
            if let Err(panic) = AssertUnwindSafe(work).catch_unwind().await {
                let text = panic_text(panic.as_ref());
                tracing::error!(
                    background.name = of,
                    panic = text,
                    "claimed work panicked; its lease expires"
                );
                this.count_panic(of, text);
            }
        });
    }

    /// Starts the loop that writes the state of all loops to the database.
    pub fn report(&self) {
        let this = self.clone();
        self.spawn(Loop { name: "report", period: REPORT_EVERY }, std::future::pending, move || {
            let this = this.clone();
            async move {
                let states = this.states().clone();
                this.store.report_loops(&this.process, &states).await?;
                Ok(Next::Wait)
            }
        });
    }

    /// Waits until the shutdown has ended every loop and all claimed work.
    pub async fn stopped(&self) {
        self.tasks.close();
        self.tasks.wait().await;
    }

    /// Whether a loop or claimed work still runs.
    #[must_use]
    pub fn is_running(&self) -> bool {
        !self.tasks.is_empty()
    }

    fn count_panic(&self, name: &str, text: &str) {
        self.change(name, |state, _| {
            state.panics += 1;
            state.last_error = Some(format!("panic: {text}"));
        });
    }

    fn change(&self, name: &str, change: impl FnOnce(&mut LoopState, Millis)) {
        let now = self.store.now();
        if let Some(state) = self.states().iter_mut().find(|state| state.name == name) {
            change(state, now);
        }
    }

    fn states(&self) -> MutexGuard<'_, Vec<LoopState>> {
        self.states.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no text")
}
