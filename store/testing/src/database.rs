//! A separate database for every test.

use sea_orm::{ConnectionTrait, Database};
use store::clock::Sources;
use store::{Db, Signals, Store};

use crate::template;

/// An empty, migrated database. A SQLite file is deleted on drop; PostgreSQL databases are deleted with the test
/// server.
#[derive(Debug)]
pub struct TestDatabase {
    pub url: String,
    folder: Option<std::path::PathBuf>,
}

impl TestDatabase {
    /// A copy of a migrated file.
    pub async fn sqlite() -> Self {
        let template = template::sqlite().await;
        let folder = std::env::temp_dir().join(format!("warmy-test-{}", Sources::system().id()));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::copy(template, folder.join("test.db")).unwrap();
        Self { url: format!("sqlite://{}/test.db", folder.display()), folder: Some(folder) }
    }

    /// A copy of a migrated database.
    pub async fn postgres() -> Self {
        let server = std::env::var("DWD_TEST_POSTGRES")
            .expect("DWD_TEST_POSTGRES names the PostgreSQL server of the tests; `cargo xtask test native` starts one");
        let server = server.trim_end_matches('/').to_owned();
        let admin = Database::connect(format!("{server}/postgres")).await.unwrap();
        let template = template::postgres(&server, &admin).await;
        let database = format!("test_{}", Sources::system().id().simple());
        admin.execute_unprepared(&format!("CREATE DATABASE {database} TEMPLATE {template}")).await.unwrap();
        Self { url: format!("{server}/{database}"), folder: None }
    }

    pub async fn store(&self) -> Store {
        self.store_at(Sources::system()).await
    }

    /// A store with the test's clock.
    pub async fn store_at(&self, sources: Sources) -> Store {
        Store::new(Db::open(&self.url).await.unwrap(), Signals::default(), sources)
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Some(folder) = &self.folder {
            _ = std::fs::remove_dir_all(folder);
        }
    }
}
