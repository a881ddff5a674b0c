//! `@odata.nextLink` and `@odata.deltaLink`, and the page around them.

use serde::Serialize;
use url::form_urlencoded;

use super::user_json::UserJson;

/// One page of users.
#[derive(Debug, Serialize)]
pub(crate) struct Page<'a> {
    #[serde(rename = "@odata.context")]
    pub(crate) context: String,
    #[serde(rename = "@odata.count", skip_serializing_if = "Option::is_none")]
    pub(crate) count: Option<u32>,
    #[serde(rename = "@odata.nextLink", skip_serializing_if = "Option::is_none")]
    pub(crate) next_link: Option<String>,
    #[serde(rename = "@odata.deltaLink", skip_serializing_if = "Option::is_none")]
    pub(crate) delta_link: Option<String>,
    pub(crate) value: Vec<UserJson<'a>>,
}

/// A link under `/v1.0/` with this query; `$` is not encoded, as in Microsoft's links.
pub(crate) fn link(base: &str, path: &str, query: &[(&str, &str)]) -> String {
    let pairs: Vec<_> = query
        .iter()
        .map(|(name, value)| {
            let encoded: String = form_urlencoded::byte_serialize(value.as_bytes()).collect();
            format!("{name}={}", encoded.replace("%2C", ","))
        })
        .collect();
    format!("{base}/v1.0/{path}?{}", pairs.join("&"))
}
