//! Checks that every text for users is in a `text.rs` or in `words.rs`, so that a second language needs changes only
//! there.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Literals that look like a text and are none, by reason.
const NO_TEXTS: [(&str, &[&str]); 8] = [
    (
        "keys as the browser names them",
        &[
            "ArrowDown",
            "ArrowLeft",
            "ArrowRight",
            "ArrowUp",
            "End",
            "Enter",
            "Escape",
            "Home",
            "PageDown",
            "PageUp",
            "Tab",
        ],
    ),
    ("letters on a keyboard", &["A", "Z"]),
    (
        "elements, and selectors of them",
        &[
            ".dialog[open] .dialog-body :is(a[href], button):not(:disabled, details:not([open]) *)",
            ".nav [aria-current]",
            "BODY",
            "BUTTON",
            "[role=grid] tbody",
            "[role=grid] tbody :is(td, input, a, button)[tabindex=\\\"0\\\"]",
            "[role=grid] tbody:is(:hover, :has(:focus-visible))",
            "[role=grid] tr[aria-rowindex=\\\"{}\\\"]",
            "button, a",
            "button, input, a",
            "dialog, [popover], select",
            "input:not(:disabled), button:not(:disabled), a[href]",
            "input:not([type=checkbox]), textarea, select, dialog",
            "main .skeleton",
            "main h1",
            "tbody tr",
        ],
    ),
    (
        "classes chosen by code",
        &[
            "button button-danger",
            "button button-primary",
            "button button-quiet",
            "button button-small",
            "button button-small button-accent",
            "icon {class}",
            "strip strip-undo",
        ],
    ),
    (
        "values for the browser only",
        &[
            "(prefers-color-scheme: dark)",
            "(prefers-color-scheme: light)",
            "light dark",
            "noopener external",
            "width=device-width, initial-scale=1",
            "{name}={value}; Path=/; Max-Age={age}; SameSite=Lax",
        ],
    ),
    ("fields of an event in the stream", &["data: ", "event: "]),
    ("classes of our scripts", &["LiveStream"]),
    ("texts for developers only", &["Loaded"]),
];

/// A literal, with the source before it.
struct Literal<'a> {
    before: &'a str,
    text: &'a str,
}

/// The literals of a source, without comments, attributes and tests.
fn literals(source: &str) -> Vec<Literal<'_>> {
    let end = source.find("#[cfg(test)]").or_else(|| source.find("#[cfg(all(test")).unwrap_or(source.len());
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(c) = source[at..end].chars().next() {
        let rest = &source[at..end];
        let line_end = || rest.find('\n').unwrap_or(rest.len());
        at += match c {
            '/' if rest.starts_with("//") => line_end(),
            '#' if rest.starts_with("#[") && source[..at].trim_end_matches(' ').ends_with('\n') => {
                rest.find("]\n").unwrap_or(rest.len())
            }
            '\'' if rest[1..].starts_with('\\') => 2 + rest[2..].find('\'').unwrap_or(0),
            '\'' if rest.starts_with("'\"'") => 3,
            '"' => {
                let text = inside(&rest[1..]);
                found.push(Literal { before: source[..at].trim_end(), text });
                text.len() + 2
            }
            c => c.len_utf8(),
        };
    }
    found
}

/// Up to the closing quote.
fn inside(rest: &str) -> &str {
    let mut escaped = false;
    let end = rest.find(|c| {
        let closes = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        closes
    });
    &rest[..end.unwrap_or(rest.len())]
}

/// Whether users read it: it begins with a capital letter, contains a space, or is a child of an element.
fn is_prose(literal: &Literal<'_>) -> bool {
    let words = without_values(literal.text);
    if !words.contains(char::is_alphabetic) || literal.before.ends_with("class=") {
        return false;
    }
    let child =
        literal.before.ends_with('>') && !literal.before.ends_with("=>") && !literal.before.ends_with("->");
    child || words.contains(' ') || words.starts_with(char::is_uppercase)
}

/// A template without its `{values}`.
fn without_values(text: &str) -> String {
    let mut depth = 0;
    text.chars()
        .filter(|c| {
            depth += i32::from(*c == '{');
            let outside = depth == 0;
            depth -= i32::from(*c == '}');
            outside
        })
        .collect()
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the folder exists") {
        let path = entry.expect("it is readable").path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if path.is_dir() {
            sources(&path, found);
        } else if !["text.rs", "words.rs", "text_check.rs"].contains(&name) {
            found.push(path);
        }
    }
}

#[test]
fn texts_are_in_the_text_files_only() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = vec![root.join("root.rs"), root.join("shell.rs")];
    sources(&root.join("ui"), &mut files);
    let known: Vec<&str> = NO_TEXTS.iter().flat_map(|(_, texts)| texts.iter().copied()).collect();
    let (mut elsewhere, mut met) = (Vec::new(), Vec::new());
    for file in files {
        let source = fs::read_to_string(&file).expect("it is readable");
        for literal in literals(&source).iter().filter(|literal| is_prose(literal)) {
            match known.iter().find(|known| **known == literal.text) {
                Some(known) => met.push(*known),
                None => {
                    let line = literal.before.lines().count();
                    elsewhere.push(format!("{}:{line}: {:?}", file.display(), literal.text));
                }
            }
        }
    }
    assert!(elsewhere.is_empty(), "move to the feature's text.rs:\n{}", elsewhere.join("\n"));
    let gone: Vec<_> = known.iter().filter(|known| !met.contains(known)).collect();
    assert!(gone.is_empty(), "no longer needed in `NO_TEXTS`: {gone:?}");
}

#[test]
fn texts_are_distinguished_from_names() {
    let prose = |source: &str| literals(source).iter().any(is_prose);
    for text in [
        r#"view! { <b>"since"</b> }"#,
        r#"label="Undo""#,
        r#"format!("{} left", 3)"#,
        r#"view! { <p>{who}" has signed in"</p> }"#,
        r#"let why = "one run";"#,
    ] {
        assert!(prose(text), "{text}");
    }
    for name in [
        r#"view! { <p class="card card-fine">{text::LEAD}</p> }"#,
        r#"Some(_) => "busy","#,
        r#"format!("{}?result={}", 1, 2)"#,
        r#"view! { {who}" · "{count} }"#,
        "// What \"Undo\" does",
    ] {
        assert!(!prose(name), "{name}");
    }
}
