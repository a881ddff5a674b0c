//! Our pages outside the console, as a person uses them.

/// The first form of a page: its action, and the name and value of its field.
pub(crate) fn own_form(page: &str) -> Option<(String, String, String)> {
    let value = |text: &str, before: &str| {
        let (_, rest) = text.split_once(before)?;
        Some(rest.split(['"', '>', ' ']).next()?.to_owned())
    };
    let (_, form) = page.split_once("<form method=post action=\"")?;
    Some((form.split('"').next()?.to_owned(), value(form, " name=")?, value(form, " value=\"")?))
}
