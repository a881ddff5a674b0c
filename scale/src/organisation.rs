//! One organisation: when it is due, and how many of its mailboxes are how. Mailboxes are counted, not kept one by one.

use domain::cadence::{SPREAD, SWEEP_EVERY, SYNC_EVERY};

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
    /// As the server knows it; consent is how it is.
    pub(crate) works: bool,
    pub(crate) consents: bool,
    /// Its place among those that are due.
    pub(crate) overdue: Option<Micros>,
    /// Runs under way: one sync, and one check of whatever kind.
    pub(crate) syncing: bool,
    pub(crate) checking: bool,
    /// The replica that works on it, with how many runs.
    pub(crate) owner: Option<usize>,
    pub(crate) working: usize,
    /// Connected as far as is known. Of these `unseen` are broken, and `suspects` have failed once, `guilty` of them rightly.
    pub(crate) connected: u64,
    pub(crate) unseen: u64,
    pub(crate) suspects: u64,
    pub(crate) guilty: u64,
    /// In need of attention: broken, and mended since.
    pub(crate) broken: u64,
    pub(crate) mended: u64,
    /// Those whose person left: nobody asks for them.
    pub(crate) left: u64,
    /// Of the mended, those that the directory will tell of.
    pub(crate) news: u64,
    /// Until when this is right, and the directory is read, in days.
    drifted: f64,
    pub(crate) read: f64,
    pub(crate) swept: f64,
    /// Runs that are told to nobody and go when the next one starts.
    pub(crate) owed: u64,
    /// Events that were written since old ones were thrown away: as many have become too old meanwhile.
    pub(crate) fresh_events: u64,
}

/// A wait with its average spread: a byte's half of a quarter.
pub(crate) fn spread_on_average(wait: f64) -> f64 {
    wait * (1.0 + 255.0 / (512.0 * SPREAD as f64))
}

impl Organisation {
    /// One that has been looked after for long.
    pub(crate) fn settled(load: &Load, random: &mut Random) -> Self {
        let (habits, all) = (&load.habits, f64::from(load.mailboxes));
        let hour = spread_on_average(days(micros(SYNC_EVERY)));
        let day = spread_on_average(days(micros(SWEEP_EVERY)));
        let a_day = micros(domain::cadence::DAY) as f64;
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
            mended: 0,
            left: random.count(all * habits.leavers * 30.0),
            news: 0,
            drifted: 0.0,
            read: sync - hour,
            swept: sweep - day,
            owed: 0,
            fresh_events: 0,
        }
    }

    /// Lets mailboxes break and be mended until now.
    pub(crate) fn drift(&mut self, now: Micros, habits: &Habits, random: &mut Random) {
        let passed = days(now) - self.drifted;
        self.drifted = days(now);
        let sound = self.connected.saturating_sub(self.unseen);
        self.unseen += random.count(sound as f64 * habits.breakages * passed);
        let mended = random.some_of(self.broken, 1.0 - (-passed / habits.mending).exp());
        self.broken -= mended;
        self.mended += mended;
        self.news += random.some_of(mended, habits.shown);
    }

    /// When something is due next.
    pub(crate) fn next(&self) -> Micros {
        self.next_sync.min(self.next_sweep).min(self.next_check.unwrap_or(Micros::MAX))
    }

    pub(crate) const fn in_need(&self) -> u64 {
        self.broken + self.mended
    }
}
