//! A database of its own for every test.

use sea_orm::{ConnectionTrait, Database};
use server::{
    live::Hub,
    sources::Sources,
    store::{Db, Store},
};

/// An empty, migrated database. A SQLite file goes with it; PostgreSQL databases go with the test server.
pub(crate) struct TestDatabase {
    pub(crate) url: String,
    folder: Option<std::path::PathBuf>,
}

impl TestDatabase {
    pub(crate) async fn sqlite() -> Self {
        let folder = std::env::temp_dir().join(format!("warmy-test-{}", Sources::system().id()));
        Self { url: format!("sqlite://{}/test.db", folder.display()), folder: Some(folder) }
    }

    /// A copy of a template that the first test of a process makes.
    pub(crate) async fn postgres() -> Self {
        static TEMPLATE: tokio::sync::OnceCell<String> = tokio::sync::OnceCell::const_new();
        let server = std::env::var("DWD_TEST_POSTGRES")
            .expect("DWD_TEST_POSTGRES names the PostgreSQL server of the tests; `cargo xtask test native` starts one");
        let server = server.trim_end_matches('/').to_owned();
        let admin = Database::connect(format!("{server}/postgres")).await.unwrap();
        let name = |prefix: &str| format!("{prefix}_{}", Sources::system().id().simple());
        let template = TEMPLATE
            .get_or_init(|| async {
                let template = name("template");
                admin.execute_unprepared(&format!("CREATE DATABASE {template}")).await.unwrap();
                drop(Db::open(&format!("{server}/{template}")).await.unwrap());
                // A template in use cannot be copied: its connections must be gone.
                admin
                    .execute_unprepared(&format!(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{template}'"
                    ))
                    .await
                    .unwrap();
                template
            })
            .await;
        let database = name("test");
        admin.execute_unprepared(&format!("CREATE DATABASE {database} TEMPLATE {template}")).await.unwrap();
        Self { url: format!("{server}/{database}"), folder: None }
    }

    pub(crate) async fn store(&self) -> Store {
        self.store_at(Sources::system()).await
    }

    /// A store whose clock is the test's.
    pub(crate) async fn store_at(&self, sources: Sources) -> Store {
        Store::new(Db::open(&self.url).await.unwrap(), Hub::default(), sources)
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Some(folder) = &self.folder {
            _ = std::fs::remove_dir_all(folder);
        }
    }
}
