//! One organisation: its due times, and the number of its mailboxes in each state. Mailboxes are only counted.

use domain::schedule::{SPREAD_DIVISOR, SWEEP_EVERY, SYNC_EVERY};

use crate::{
    load::{Habits, Load},
    moment::{Micros, days, micros},
    random::Random,
};

#[derive(Clone, Debug)]
pub(crate) struct Organisation {
    pub(crate) next_sync: Micros,
    pub(crate) next_check: Option<Micros>,
    pub(crate) next_sweep: Micros,
    pub(crate) sync_failures: i32,
    pub(crate) check_failures: i32,
    /// Whether it works according to the server; `consents` is its actual state.
    pub(crate) works: bool,
    pub(crate) consents: bool,
    /// Its key in the set of due organisations.
    pub(crate) overdue: Option<Micros>,
    /// Runs in progress: one sync, and one check of any kind.
    pub(crate) syncing: bool,
    pub(crate) checking: bool,
    /// The replica that works on it, and the number of runs.
    pub(crate) owner: Option<usize>,
    pub(crate) working: usize,
    /// Connected as far as the server knows. Of these, `unseen` are broken, and `suspects` have failed once; `guilty`
    /// of the suspects are really broken.
    pub(crate) connected: u64,
    pub(crate) unseen: u64,
    pub(crate) suspects: u64,
    pub(crate) guilty: u64,
    /// Mailboxes that need attention: still broken, and repaired since.
    pub(crate) broken: u64,
    pub(crate) repaired: u64,
    /// Mailboxes of people who left: they are not checked.
    pub(crate) left: u64,
    /// Repaired mailboxes whose repair will appear in the directory.
    pub(crate) directory_changes: u64,
    /// Times up to which the counts are current, the directory is read, and the sweep is done, in days.
    drifted: f64,
    pub(crate) read: f64,
    pub(crate) swept: f64,
    /// Ended runs without findings, which are deleted when the next one starts.
    pub(crate) owed: u64,
    /// Events written since expired ones were deleted: as many have expired meanwhile.
    pub(crate) fresh_events: u64,
}

/// A wait with its average spread: a byte's half of a quarter.
pub(crate) fn spread_on_average(wait: f64) -> f64 {
    wait * (1.0 + 255.0 / (512.0 * SPREAD_DIVISOR as f64))
}

impl Organisation {
    /// An organisation in the steady state.
    pub(crate) fn settled(load: &Load, random: &mut Random) -> Self {
        let (habits, all) = (&load.habits, f64::from(load.mailboxes));
        let hour = spread_on_average(days(micros(SYNC_EVERY)));
        let day = spread_on_average(days(micros(SWEEP_EVERY)));
        let a_day = micros(domain::schedule::DAY) as f64;
        let (sync, sweep, check) = (random.part() * hour, random.part() * day, random.part() * 0.28);
        Self {
            next_sync: (sync * a_day) as Micros,
            next_check: Some((check * a_day) as Micros),
            next_sweep: (sweep * a_day) as Micros,
            sync_failures: 0,
            check_failures: 2,
            works: true,
            consents: true,
            overdue: None,
            syncing: false,
            checking: false,
            owner: None,
            working: 0,
            connected: u64::from(load.mailboxes),
            unseen: random.count(all * habits.breakages * (day - sweep)),
            suspects: 0,
            guilty: 0,
            broken: random.count(all * habits.breakages * habits.mending),
            repaired: 0,
            left: random.count(all * habits.leavers * 30.0),
            directory_changes: 0,
            drifted: 0.0,
            read: sync - hour,
            swept: sweep - day,
            owed: 0,
            fresh_events: 0,
        }
    }

    /// Lets mailboxes break and be repaired until now.
    pub(crate) fn apply_changes(&mut self, now: Micros, habits: &Habits, random: &mut Random) {
        let passed = days(now) - self.drifted;
        self.drifted = days(now);
        let sound = self.connected.saturating_sub(self.unseen);
        self.unseen += random.count(sound as f64 * habits.breakages * passed);
        let repaired = random.some_of(self.broken, 1.0 - (-passed / habits.mending).exp());
        self.broken -= repaired;
        self.repaired += repaired;
        self.directory_changes += random.some_of(repaired, habits.shown);
    }

    /// The next due time.
    pub(crate) fn next(&self) -> Micros {
        self.next_sync.min(self.next_sweep).min(self.next_check.unwrap_or(Micros::MAX))
    }

    pub(crate) const fn in_need(&self) -> u64 {
        self.broken + self.repaired
    }
}
