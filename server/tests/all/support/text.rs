//! The text of an HTML page, for tests.

/// The text of an HTML page that is in sight: without tags, scripts, closed dialogs and menus, and with single spaces.
pub(crate) fn text_of(page: &str) -> String {
    let mut text = String::new();
    let mut rest = page;
    while let Some((before, tag)) = rest.split_once('<') {
        text.push_str(before);
        // The framework's markers stand inside words.
        if !tag.starts_with('!') {
            text.push(' ');
        }
        rest = after(tag);
    }
    text.push_str(rest);
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#x27;", "'");
    text.replace("&amp;", "&").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Skips a tag, and the whole element if it is not in sight. Returns the rest of the page.
fn after(tag: &str) -> &str {
    if let Some(comment) = tag.strip_prefix("!--") {
        return comment.split_once("-->").map_or("", |(_, rest)| rest);
    }
    let Some((attributes, inside)) = tag.split_once('>') else { return "" };
    let name = attributes.split(' ').next().unwrap_or_default();
    let unseen = ["script", "style", "title", "option", "template"].contains(&name)
        || name == "dialog" && !attributes.contains(" open")
        || attributes.contains(" popover=")
        || attributes.split(' ').any(|attribute| attribute == "hidden" || attribute.starts_with("hidden="));
    if unseen { after_end(name, inside) } else { inside }
}

/// Skips an element with all elements of the same name inside it. Returns the rest of the page.
fn after_end<'a>(name: &str, mut inside: &'a str) -> &'a str {
    let (open, close) = (format!("<{name}"), format!("</{name}>"));
    let mut depth = 1;
    while depth > 0 {
        let Some(end) = inside.find(&close) else { return "" };
        depth += inside[..end].matches(&open).count();
        depth -= 1;
        inside = &inside[end + close.len()..];
    }
    inside
}

/// The numbers that stand directly before these words, wherever they do.
pub(crate) fn numbers_before(text: &str, words: &str) -> Vec<u32> {
    let words = format!(" {words}");
    let starts = text.match_indices(&words).map(|(at, _)| at);
    let number = |at: usize| {
        let before = &text[..at];
        let digits = before.trim_end_matches(|c: char| c.is_ascii_digit() || c == ',');
        before[digits.len()..].replace(',', "").parse().ok()
    };
    starts.filter_map(number).collect()
}

#[test]
fn a_page_is_read_as_a_person_does() {
    let page = "<p><b>1<!>,200</b> accounts&amp;more</p><script>5 accounts</script> \
                <p hidden><p>7 accounts</p></p><!--<> accounts-->3 accounts found";
    assert_eq!(text_of(page), "1,200 accounts&more 3 accounts found");
    assert_eq!(numbers_before(&text_of(page), "accounts"), [1_200, 3]);
}
