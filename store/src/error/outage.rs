//! Errors after which the same statement can succeed later: the database is away, or cannot write.

use sea_orm::{
    DbErr, RuntimeErr, SqlxError,
    sqlx::{error::DatabaseError, sqlite::SqliteError},
};

/// Why the database can do nothing at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outage {
    DiskFull,
    /// It has answered that it cannot write.
    Unwritable,
    /// It does not answer, or the connection broke.
    Away,
}

/// The outage that an error means, if any.
pub(super) fn of(error: &DbErr) -> Option<Outage> {
    let (DbErr::Conn(RuntimeErr::SqlxError(error))
    | DbErr::Exec(RuntimeErr::SqlxError(error))
    | DbErr::Query(RuntimeErr::SqlxError(error))) = error
    else {
        return matches!(error, DbErr::ConnectionAcquire(_)).then_some(Outage::Away);
    };
    match error.as_ref() {
        SqlxError::Io(_)
        | SqlxError::Tls(_)
        | SqlxError::Protocol(_)
        | SqlxError::PoolTimedOut
        | SqlxError::PoolClosed
        | SqlxError::WorkerCrashed => Some(Outage::Away),
        SqlxError::Database(error) => {
            let code = error.code()?;
            match is_sqlite(&**error) {
                true => sqlite(code.parse().ok()?),
                false => postgres(&code),
            }
        }
        _ => None,
    }
}

fn is_sqlite(error: &dyn DatabaseError) -> bool {
    error.as_error().is::<SqliteError>()
}

/// By SQLite's [result codes](https://www.sqlite.org/rescode.html); the lower eight bits are the primary code.
const fn sqlite(code: i32) -> Option<Outage> {
    match code & 0xff {
        // FULL
        13 => Some(Outage::DiskFull),
        // BUSY, NOMEM, READONLY, INTERRUPT, IOERR, CANTOPEN
        5 | 7 | 8 | 9 | 10 | 14 => Some(Outage::Unwritable),
        _ => None,
    }
}

/// By PostgreSQL's [error codes](https://www.postgresql.org/docs/15/errcodes-appendix.html).
fn postgres(code: &str) -> Option<Outage> {
    match code {
        "53100" => Some(Outage::DiskFull),
        // Out of memory, a read-only replica, an input/output error.
        "53200" | "25006" | "58030" => Some(Outage::Unwritable),
        // A transaction that was idle for too long; too many connections; shutting down, starting.
        "25P03" | "53300" | "57P01" | "57P02" | "57P03" => Some(Outage::Away),
        _ => code.starts_with("08").then_some(Outage::Away),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_mean_outages() {
        for (code, outage) in [
            (13, Some(Outage::DiskFull)),
            (10, Some(Outage::Unwritable)),
            (778, Some(Outage::Unwritable)),
            (9, Some(Outage::Unwritable)),
            (11, None),
            (19, None),
            (1811, None),
        ] {
            assert_eq!(sqlite(code), outage, "{code}");
        }
        for (code, outage) in [
            ("53100", Some(Outage::DiskFull)),
            ("58030", Some(Outage::Unwritable)),
            ("57P01", Some(Outage::Away)),
            ("08006", Some(Outage::Away)),
            ("23505", None),
            ("40001", None),
        ] {
            assert_eq!(postgres(code), outage, "{code}");
        }
    }
}
