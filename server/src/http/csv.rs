//! Comma-separated values that are safe to open: quoted by RFC 4180, and no cell is a formula.
//!
//! A spreadsheet evaluates a cell that begins like a formula, and names come from a directory that others write. Such a
//! cell gets an apostrophe in front, which spreadsheets hide. See
//! <https://owasp.org/www-community/attacks/CSV_Injection>.

use axum::{
    body::{Body, Bytes},
    http::header,
    response::{IntoResponse, Response},
};
use futures::Stream;

use store::StoreError;

/// The byte order mark, by which spreadsheets recognise UTF-8.
const MARK: &str = "\u{feff}";

/// The beginnings of a formula; spreadsheets of East Asian languages take full-width characters for the others.
const FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// One line of cells.
pub(super) fn line<'a>(cells: impl IntoIterator<Item = &'a str>) -> String {
    let mut out = String::new();
    for (i, cell) in cells.into_iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        out.push('"');
        if cell.starts_with(FORMULA) {
            out.push('\'');
        }
        out.push_str(&cell.replace('"', "\"\""));
        out.push('"');
    }
    out.push_str("\r\n");
    out
}

/// A download named `name`, sent while it is read. A failure breaks it off, which browsers report.
pub(super) fn file(
    name: &str,
    heading: &[&'static str],
    lines: impl Stream<Item = Result<String, StoreError>> + Send + 'static,
) -> Response {
    let head = Bytes::from(format!("{MARK}{}", line(heading.iter().copied())));
    let body = async_stream::try_stream! {
        yield head;
        for await some in lines {
            yield Bytes::from(some?);
        }
    };
    let body: std::pin::Pin<Box<dyn Stream<Item = Result<Bytes, StoreError>> + Send>> = Box::pin(body);
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.csv\"")),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    (headers, Body::from_stream(body)).into_response()
}

/// Formats a moment as "2026-11-23 17:49:05", in UTC.
pub(super) fn moment(at: domain::ids::Millis) -> String {
    let when = time::OffsetDateTime::from_unix_timestamp(at.div_euclid(1_000));
    when.map_or_else(
        |_| String::new(),
        |t| {
            let (year, month, day) = t.to_calendar_date();
            let (hour, minute, second) = t.to_hms();
            format!("{year:04}-{:02}-{day:02} {hour:02}:{minute:02}:{second:02}", u8::from(month))
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_that_look_like_formulas_are_text() {
        for cell in ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "＝1+1", "＠SUM(A1)"] {
            assert_eq!(line([cell]), format!("\"'{cell}\"\r\n"), "{cell:?}");
        }
        assert_eq!(line(["a-b", "x=1"]), "\"a-b\",\"x=1\"\r\n");
    }

    #[test]
    fn quotes_and_commas_stay_in_their_cell() {
        assert_eq!(line(["Ann \"the\" Fox, Dr.", ""]), "\"Ann \"\"the\"\" Fox, Dr.\",\"\"\r\n");
    }

    #[test]
    fn moments_are_utc() {
        assert_eq!(moment(1_795_456_145_000), "2026-11-23 17:49:05");
    }
}
