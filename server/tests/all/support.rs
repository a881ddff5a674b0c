//! What the tests stand on: databases, an organisation, a whole server and its live stream, a clock.

pub(crate) mod clock;
pub(crate) mod database;
pub(crate) mod organisation;
pub(crate) mod stream;
mod template;
pub(crate) mod world;

/// Declares tests that run once on SQLite and once on PostgreSQL.
macro_rules! on_both_databases {
    ($($(#[$meta:meta])* async fn $name:ident($db:ident: TestDatabase) $body:block)*) => {
        mod sqlite {
            use super::*;
            $($(#[$meta])* #[tokio::test(flavor = "multi_thread", worker_threads = 2)] async fn $name() {
                let $db = $crate::support::database::TestDatabase::sqlite().await;
                $body
            })*
        }
        mod postgres {
            use super::*;
            $($(#[$meta])* #[tokio::test(flavor = "multi_thread", worker_threads = 2)] async fn $name() {
                let $db = $crate::support::database::TestDatabase::postgres().await;
                $body
            })*
        }
    };
}
pub(crate) use on_both_databases;
