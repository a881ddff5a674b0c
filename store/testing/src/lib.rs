//! Fixtures for the tests of the store and of the server: databases, clocks and an organisation.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::missing_panics_doc, reason = "tests")]

pub mod clock;
pub mod database;
pub mod organisation;
mod template;

/// Declares tests that run once on SQLite and once on PostgreSQL.
#[macro_export]
macro_rules! on_both_databases {
    ($($(#[$meta:meta])* async fn $name:ident($db:ident: TestDatabase) $body:block)*) => {
        mod sqlite {
            use super::*;
            $($(#[$meta])* #[tokio::test(flavor = "multi_thread", worker_threads = 2)] async fn $name() {
                let $db = $crate::database::TestDatabase::sqlite().await;
                $body
            })*
        }
        mod postgres {
            use super::*;
            $($(#[$meta])* #[tokio::test(flavor = "multi_thread", worker_threads = 2)] async fn $name() {
                let $db = $crate::database::TestDatabase::postgres().await;
                $body
            })*
        }
    };
}
