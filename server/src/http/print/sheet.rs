//! The document around the rows of a printed page. It is sent while the rows are read.

use std::{pin::Pin, sync::LazyLock};

use axum::{
    body::{Body, Bytes},
    http::{HeaderName, header},
    response::{IntoResponse, Response},
};
use domain::ids::Millis;
use futures::Stream;
use store::StoreError;

use crate::{
    config::Config,
    http::{csv::moment, pages::escape, security},
};

const STYLE: &str = "@page{margin:12mm}body{margin:1.5rem;font:400 .75rem/1.4 Inter,system-ui,'Segoe UI',sans-serif;color:#1f1c17;background:#fff}\
h1{font-size:1.125rem;margin:0 0 .25rem}p{margin:0 0 .75rem;color:#5c554b}table{width:100%;border-collapse:collapse}\
th{text-align:start;border-bottom:1.5px solid #1f1c17}th,td{padding:.2rem .75rem .2rem 0;vertical-align:top;overflow-wrap:anywhere}\
td{border-bottom:.5px solid #d5cfc5}tr{break-inside:avoid}@media print{body{margin:0}}";

static POLICY: LazyLock<String> = LazyLock::new(|| security::hash_of(STYLE));

/// The title, the facts and the column headings of a printed page.
pub(super) struct Sheet {
    pub(super) title: String,
    /// The number of rows or the start of the run, and the filters.
    pub(super) facts: Vec<String>,
    pub(super) heading: &'static [&'static str],
    /// When it is printed.
    pub(super) at: Millis,
}

impl Sheet {
    /// The page. The console loads it in a frame and prints that, if its end is there: a failure of `rows` breaks it off.
    pub(super) fn answer(
        &self,
        config: &Config,
        rows: impl Stream<Item = Result<String, StoreError>> + Send + 'static,
    ) -> Response {
        let (title, cells) =
            (escape(&self.title), self.heading.iter().map(|cell| format!("<th>{cell}</th>")));
        let facts: Vec<String> = self.facts.iter().map(|fact| escape(fact)).collect();
        let head = format!(
            "<!doctype html><html lang=en><head><meta charset=utf-8><meta name=robots content=noindex><title>{title}</title>\
             <style>{STYLE}</style></head><body><h1>{title}</h1><p>{} · Printed on {} (UTC)</p>\
             <table><thead><tr>{}</tr></thead><tbody>",
            facts.join(" · "),
            moment(self.at),
            cells.collect::<String>(),
        );
        let body = async_stream::try_stream! {
            yield Bytes::from(head);
            for await some in rows {
                yield Bytes::from(some?);
            }
            yield Bytes::from_static(b"</tbody></table><p id=end></p></body></html>");
        };
        let body: Pin<Box<dyn Stream<Item = Result<Bytes, StoreError>> + Send>> = Box::pin(body);
        let headers = [
            (header::CONTENT_TYPE, "text/html; charset=utf-8".to_owned()),
            (header::CONTENT_SECURITY_POLICY, security::print_policy(config, &POLICY)),
            (HeaderName::from_static("x-frame-options"), "SAMEORIGIN".to_owned()),
        ];
        (headers, Body::from_stream(body)).into_response()
    }
}

/// A row of cells.
pub(super) fn line(cells: &[&str]) -> String {
    let cells: String = cells.iter().map(|cell| format!("<td>{}</td>", escape(cell))).collect();
    format!("<tr>{cells}</tr>\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_text() {
        assert_eq!(
            line(&["<b>Ann</b>", "a&b"]),
            "<tr><td>&lt;b&gt;Ann&lt;/b&gt;</td><td>a&amp;b</td></tr>\n"
        );
    }
}
