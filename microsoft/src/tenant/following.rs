//! The link to the next page, read before the page itself: Graph writes it before the list.

use std::fmt;

use serde::{
    Deserializer as _,
    de::{Error as _, IgnoredAny, MapAccess, Visitor},
};

/// The link to the page after this one, if it stands before the list. Reads nothing of the list.
pub(super) fn following(page: &[u8]) -> Option<String> {
    let mut link = None;
    // Always an error: the visitor ends the reading early.
    let _ = serde_json::Deserializer::from_slice(page).deserialize_map(Head(&mut link));
    link
}

struct Head<'a>(&'a mut Option<String>);

impl<'de> Visitor<'de> for Head<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a page")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut page: A) -> Result<(), A::Error> {
        while let Some(key) = page.next_key::<String>()? {
            match key.as_str() {
                "@odata.nextLink" => {
                    *self.0 = page.next_value()?;
                    break;
                }
                "value" => break,
                _ => {
                    page.next_value::<IgnoredAny>()?;
                }
            }
        }
        Err(A::Error::custom("the head ends here"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_link_is_read_before_the_list() {
        let found = |page: &str| following(page.as_bytes());
        let link = Some("https://x/?$skiptoken=1".to_owned());
        assert_eq!(
            found(r#"{"@odata.context":"c","@odata.nextLink":"https:\/\/x/?$skiptoken=1","value":[{"id"#),
            link
        );
        for none in [
            r#"{"value":[],"@odata.nextLink":"https://x/"}"#,
            r#"{"@odata.deltaLink":"https://x/","value":[]}"#,
            r#"{"@odata.nextLink":null,"value":[]}"#,
            r#"{"@odata.nextLink":7,"value":[]}"#,
            "<html></html>",
            "[]",
            "",
        ] {
            assert_eq!(found(none), None, "{none}");
        }
    }
}
