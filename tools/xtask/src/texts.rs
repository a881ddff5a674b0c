//! `cargo xtask texts`: every text that the console, its server's pages and its e-mails can show, numbered, with the
//! places where it stands. For reading all of them at once, and for a translator.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// Where texts for users are: the console's text files, and everything in the other folders that reads like a sentence.
const FOLDERS: [&str; 7] = [
    "app/src",
    "domain/src",
    "microsoft/src",
    "server/src/http",
    "server/src/services",
    "server/src/worker",
    "store/src",
];

/// Macros and methods whose texts only developers and operators read.
const FOR_DEVELOPERS: [&str; 17] = [
    "assert",
    "assert_eq",
    "assert_ne",
    "bail",
    "concat",
    "debug",
    "env",
    "error",
    "expect",
    "expect_err",
    "info",
    "matches",
    "panic",
    "query",
    "trace",
    "unreachable",
    "warn",
];

/// The first words of statements in SQL.
const SQL: [&str; 12] = [
    "ALTER", "ATTACH", "BEGIN", "CASE", "CREATE", "DELETE", "DROP", "INSERT", "PRAGMA", "SELECT", "UPDATE",
    "WITH",
];

/// Prints the list.
pub(crate) fn run() -> Result<()> {
    let mut texts = BTreeMap::<String, Vec<String>>::new();
    for folder in FOLDERS {
        for file in sources(Path::new(folder))? {
            let source =
                fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
            let only_texts = folder == "app/src";
            for (line, text) in texts_of(&source, only_texts).with_context(|| file.display().to_string())? {
                texts.entry(text).or_default().push(format!("{}:{line}", file.display()));
            }
        }
    }
    let mut list: Vec<(String, String)> =
        texts.into_iter().map(|(text, places)| (places.join(", "), text)).collect();
    list.sort();
    let mut printed = String::new();
    for (number, (places, text)) in list.iter().enumerate() {
        _ = writeln!(printed, "{:>4}  {}\n      {places}", number + 1, text.replace('\n', "\\n"));
    }
    print!("{printed}");
    Ok(())
}

/// The Rust files of a folder; of the console only those that hold texts.
fn sources(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let holds_texts = !path.starts_with("app") || ["text.rs", "words.rs"].contains(&name);
        if path.is_dir() {
            found.extend(sources(&path)?);
        } else if name.ends_with(".rs") && !name.contains("test") && holds_texts {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// The texts of a source with their lines. `all` takes labels of one word too.
fn texts_of(source: &str, all: bool) -> Result<Vec<(usize, String)>> {
    let end =
        source.find("#[cfg(test)]\nmod").or_else(|| source.find("#[cfg(all(test")).unwrap_or(source.len());
    let tokens: TokenStream =
        source[..end].parse().map_err(|error| anyhow::anyhow!("cannot be read as Rust: {error}"))?;
    let mut found = Vec::new();
    collect(tokens, all, &mut found);
    Ok(found)
}

fn collect(tokens: TokenStream, all: bool, found: &mut Vec<(usize, String)>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Group(group) if !is_for_developers(&tokens[..at], group) => {
                collect(group.stream(), all, found);
            }
            TokenTree::Literal(literal) => {
                if let Ok(text) = syn::parse_str::<syn::LitStr>(&literal.to_string())
                    && is_text(&text.value(), all)
                {
                    found.push((literal.span().start().line, text.value()));
                }
            }
            _ => {}
        }
    }
}

/// Whether only developers read what is in this group: an attribute other than an error's message, a log line, an
/// assertion.
fn is_for_developers(before: &[TokenTree], group: &Group) -> bool {
    let last =
        |back: usize| before.len().checked_sub(back).map(|at| before[at].to_string()).unwrap_or_default();
    if group.delimiter() == Delimiter::Bracket && (last(1) == "#" || last(1) == "!" && last(2) == "#") {
        return !group.to_string().starts_with("[error");
    }
    let name = if last(1) == "!" { last(2) } else { last(1) };
    // `#[error("…")]` is the message of an error; `error!("…")` a log line.
    let is_message = name == "error" && last(1) != "!";
    group.delimiter() == Delimiter::Parenthesis && FOR_DEVELOPERS.contains(&name.as_str()) && !is_message
}

/// Whether a literal is prose. Names of columns, paths, classes and statements of a database are not.
fn is_text(text: &str, all: bool) -> bool {
    let first = text.split_whitespace().next().unwrap_or_default();
    let spaced = text.trim().contains(' ');
    let words = text.split_whitespace().filter(|word| word.chars().all(char::is_alphabetic)).count();
    if SQL.contains(&first) || !text.contains(char::is_alphabetic) {
        return false;
    }
    if all {
        return spaced
            || text.starts_with(char::is_uppercase)
            || text.ends_with(' ')
            || text.starts_with(' ');
    }
    spaced && words >= 2 && !text.contains(" = ") && !text.contains("$1")
        || text.starts_with(char::is_uppercase) && text.chars().skip(1).all(char::is_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_for_users_are_found_and_log_lines_are_not() {
        let source = r##"
            #[expect(clippy::all, reason = "this is for developers")]
            #[error("the slots are all in use")]
            fn f() {
                tracing::warn!(%error, "the log cannot be read");
                let sql = "SELECT name FROM mailbox WHERE id = $1";
                title("Nothing was changed.");
                x.expect("it is there always");
            }
        "##;
        let texts: Vec<String> = texts_of(source, false).unwrap().into_iter().map(|(_, text)| text).collect();
        assert_eq!(texts, ["the slots are all in use", "Nothing was changed."]);
    }
}
