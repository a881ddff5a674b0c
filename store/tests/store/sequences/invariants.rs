//! Invariants after every step, read from the tables directly.

use std::collections::{BTreeMap, HashMap};

use domain::{connection::Connection, ids::MailboxId, live::Change};
use sea_orm::{ConnectionTrait, QueryResult, Statement, Value};
use store::{Db, recount};
use uuid::Uuid;

use store_testing::organisation::Organisation;

pub(super) struct Invariants {
    db: Db,
    workspace: Uuid,
    delegation: Uuid,
    /// The current limit of the host.
    pub(super) limit: u32,
    /// Slots held after the previous step.
    held: u32,
    states: BTreeMap<Uuid, Connection>,
    /// Settled items, which must not change.
    settled: HashMap<(Uuid, Uuid), String>,
}

impl Invariants {
    pub(super) async fn over(url: &str, organisation: &Organisation, limit: u32) -> Self {
        let db = Db::open_read_only(url).await.unwrap();
        let (workspace, delegation) = (organisation.workspace.0, organisation.delegation.0);
        let mut invariants = Self {
            db,
            workspace,
            delegation,
            limit,
            held: 0,
            states: BTreeMap::new(),
            settled: HashMap::new(),
        };
        invariants.states = invariants.connections().await;
        invariants
    }

    async fn rows(&self, text: &str, values: impl IntoIterator<Item = Value>) -> Vec<QueryResult> {
        let on = self.db.read();
        on.query_all_raw(Statement::from_sql_and_values(on.get_database_backend(), text, values))
            .await
            .unwrap()
    }

    async fn connections(&self) -> BTreeMap<Uuid, Connection> {
        let text = "SELECT id, connection FROM mailbox WHERE delegation_id = $1";
        let read = |row: QueryResult| {
            let connection: String = row.try_get("", "connection").unwrap();
            (row.try_get("", "id").unwrap(), connection.parse().unwrap())
        };
        self.rows(text, [self.delegation.into()]).await.into_iter().map(read).collect()
    }

    pub(super) async fn check(&mut self) {
        self.slots_are_exact().await;
        self.every_transition_is_allowed().await;
        self.runs_add_up().await;
    }

    /// The account equals the slots that the rows hold, and no step reserves beyond the limit: only a downgrade may
    /// leave more slots taken than the limit.
    async fn slots_are_exact(&mut self) {
        for pool in recount(&self.db).await.unwrap() {
            if pool.workspace.0 == self.workspace {
                assert!(pool.is_exact(), "{pool:?}");
                let held = u32::try_from(pool.rows.0 + pool.rows.1).unwrap();
                assert!(
                    held <= self.limit.max(self.held),
                    "{held} held of {}, {} before",
                    self.limit,
                    self.held
                );
                self.held = held;
            }
        }
    }

    async fn every_transition_is_allowed(&mut self) {
        let now = self.connections().await;
        for (id, connection) in &now {
            if let Some(before) = self.states.get(id) {
                assert!(before.may_become(*connection), "{before} became {connection}");
            }
        }
        assert!(self.states.keys().all(|id| now.contains_key(id)), "a mailbox was lost");
        self.states = now;
    }

    /// Counts agree with the items, settled items stay settled, and no mailbox belongs to a run that is over.
    async fn runs_add_up(&mut self) {
        let runs = self
            .rows(
                "SELECT r.id, r.total, r.succeeded, r.failed, r.skipped, r.cancelled, r.finished_at, r.kind, \
                 (SELECT COUNT(*) FROM run_item i WHERE i.run_id = r.id AND i.state = 'succeeded') AS s, \
                 (SELECT COUNT(*) FROM run_item i WHERE i.run_id = r.id AND i.state = 'failed') AS f, \
                 (SELECT COUNT(*) FROM run_item i WHERE i.run_id = r.id AND i.state = 'cancelled') AS c, \
                 (SELECT COUNT(*) FROM run_item i WHERE i.run_id = r.id AND i.state = 'pending') AS p, \
                 (SELECT COUNT(*) FROM mailbox m WHERE m.run_id = r.id) AS busy \
                 FROM run r WHERE r.delegation_id = $1",
                [self.delegation.into()],
            )
            .await;
        for run in runs {
            let count = |name: &str| i64::from(run.try_get::<i32>("", name).unwrap());
            let items = |name: &str| run.try_get::<i64>("", name).unwrap();
            let counted = (count("succeeded"), count("failed"), count("cancelled"));
            assert_eq!(counted, (items("s"), items("f"), items("c")));
            let settled = counted.0 + counted.1 + counted.2 + count("skipped");
            assert_eq!(settled + items("p"), count("total"));
            if run.try_get::<Option<i64>>("", "finished_at").unwrap().is_some() {
                assert_eq!(
                    (items("p"), items("busy")),
                    (0, 0),
                    "a finished run has open items or busy mailboxes"
                );
            }
        }
        let items = self
            .rows(
                "SELECT i.run_id, i.mailbox_id, i.state FROM run_item i JOIN run r ON r.id = i.run_id \
                 WHERE r.delegation_id = $1 AND i.state <> 'pending'",
                [self.delegation.into()],
            )
            .await;
        let mut now = HashMap::new();
        for item in items {
            let key: (Uuid, Uuid) =
                (item.try_get("", "run_id").unwrap(), item.try_get("", "mailbox_id").unwrap());
            now.insert(key, item.try_get::<String>("", "state").unwrap());
        }
        for (key, state) in &self.settled {
            assert_eq!(now.get(key), Some(state), "a settled item changed");
        }
        self.settled = now;
    }

    /// No mailbox is in a transitional state, and the log reports all changes without a gap.
    pub(super) async fn check_the_end(&mut self) {
        self.check().await;
        for (id, connection) in &self.states {
            assert!(
                !matches!(connection, Connection::Queued | Connection::Connecting),
                "{id} is {connection}"
            );
        }
        let events = self.rows(
            "SELECT seq, payload FROM event WHERE delegation_id = $1 ORDER BY seq",
            [self.delegation.into()],
        );
        let (mut last, mut logged) = (0, HashMap::<MailboxId, Connection>::new());
        for event in events.await {
            last += 1;
            assert_eq!(event.try_get::<i64>("", "seq").unwrap(), last, "a gap in the log");
            let payload: String = event.try_get("", "payload").unwrap();
            if let Change::Mailbox(row) = serde_json::from_str(&payload).unwrap() {
                let before = logged.insert(row.id, row.connection);
                assert!(
                    before.is_none_or(|before| before.may_become(row.connection)),
                    "{before:?} → {row:?}"
                );
            }
        }
        for (id, connection) in logged {
            assert_eq!(self.states.get(&id.0), Some(&connection), "the log ends elsewhere");
        }
    }
}
