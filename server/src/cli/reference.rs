//! The reference of the settings as Markdown, from the definitions that clap reads: `docs/configuration.md`.

use clap::{Arg, ArgAction, Args as _, Command};

use crate::config::Config;

const TITLE: &str = "\
# Configuration

The settings of `server serve`, which `server doctor` and `server migrate` also take: environment variables, or flags,
which take precedence. This file is generated: `cargo xtask docs` writes it, and the lint part of the tests compares it
with the server's own definition.
";

/// The variables that the server's libraries read.
const WITHOUT_FLAG: &str = "
## Variables without a flag

### `LEPTOS_SITE_ROOT`

Folder of the site: WebAssembly, CSS and assets. `cargo xtask run` sets it.

### `LEPTOS_HASH_FILES`

`true` when the names of the site's files contain a hash of their content, as in a release build.

### `RUST_LOG`

Log level, also by module. Default: `info`, and `warn` for the database libraries.
";

/// Columns of a line.
const WIDTH: usize = 120;

/// The whole file.
#[must_use]
pub fn markdown() -> String {
    let settings = render(&Config::augment_args(Command::new("serve")));
    format!("{TITLE}{settings}{WITHOUT_FLAG}")
}

/// Returns a section for each heading, in the order of the settings. Hidden settings are left out.
fn render(command: &Command) -> String {
    let mut groups: Vec<(&str, Vec<&Arg>)> = Vec::new();
    for setting in command.get_arguments().filter(|setting| !setting.is_hide_set()) {
        let heading = setting.get_help_heading().unwrap_or("Others");
        match groups.iter_mut().find(|(name, _)| *name == heading) {
            Some((_, settings)) => settings.push(setting),
            None => groups.push((heading, vec![setting])),
        }
    }
    let mut text = String::new();
    for (heading, settings) in groups {
        text += &format!("\n## {heading}\n");
        for setting in settings {
            text += &format!("\n### `{}`\n\n{}\n{}", name(setting), facts(setting), help(setting));
        }
    }
    text
}

/// The environment variable, or the flag of a setting that has none.
fn name(setting: &Arg) -> String {
    setting.get_env().map_or_else(|| flag(setting), |variable| variable.to_string_lossy().into_owned())
}

fn flag(setting: &Arg) -> String {
    format!("--{}", setting.get_long().unwrap_or_else(|| setting.get_id().as_str()))
}

/// One line: flag, whether it is required, default, and a mark on secrets. Values of the environment are never among them.
fn facts(setting: &Arg) -> String {
    let mut facts = vec![format!("`{}`", flag(setting))];
    facts.push(if setting.is_required_set() { "required" } else { "optional" }.to_owned());
    let defaults: Vec<_> = setting.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
    match setting.get_action() {
        ArgAction::SetTrue => facts.push("off by default, on with `true`".to_owned()),
        _ if defaults.is_empty() || setting.is_hide_default_value_set() => {}
        _ => facts.push(format!("default `{}`", defaults.join(","))),
    }
    if setting.is_hide_env_values_set() {
        facts.push("secret".to_owned());
    }
    facts.join(" · ")
}

/// The help text, with an empty line before each paragraph. clap removes the last full stop.
fn help(setting: &Arg) -> String {
    let help = setting.get_long_help().or_else(|| setting.get_help()).map(ToString::to_string);
    let paragraphs = help.iter().flat_map(|help| help.split("\n\n")).map(str::trim);
    let paragraphs = paragraphs.filter(|paragraph| !paragraph.is_empty()).map(|paragraph| {
        let stop = if paragraph.ends_with('.') { "" } else { "." };
        format!("\n{}\n", wrapped(&format!("{paragraph}{stop}")))
    });
    paragraphs.collect()
}

fn wrapped(text: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= WIDTH => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_shows_its_flag_default_and_help_but_never_a_value_of_the_environment() {
        let command = Command::new("serve").args([
            Arg::new("listen")
                .long("listen")
                .default_value("127.0.0.1:3000")
                .help("Address")
                .help_heading("A"),
            Arg::new("key").long("key").env("PATH").hide_env_values(true).required(true).help_heading("B"),
            Arg::new("demo").long("demo").action(ArgAction::SetTrue).help("Demo.").help_heading("A"),
            Arg::new("hosts").long("hosts").long_help("One.\n\nTwo").help_heading("B"),
            Arg::new("old").long("old").hide(true),
        ]);
        assert_eq!(
            render(&command),
            "\n## A\n\
             \n### `--listen`\n\n`--listen` · optional · default `127.0.0.1:3000`\n\nAddress.\n\
             \n### `--demo`\n\n`--demo` · optional · off by default, on with `true`\n\nDemo.\n\
             \n## B\n\
             \n### `PATH`\n\n`--key` · required · secret\n\
             \n### `--hosts`\n\n`--hosts` · optional\n\nOne.\n\nTwo.\n"
        );
    }

    #[test]
    fn every_setting_has_a_heading_a_variable_and_a_help_text() {
        let command = Config::augment_args(Command::new("serve"));
        for setting in command.get_arguments() {
            let complete = setting.get_help_heading().is_some() && setting.get_env().is_some();
            assert!(complete && setting.get_help().is_some(), "{}", setting.get_id());
        }
    }

    #[test]
    fn long_lines_are_wrapped() {
        let text = wrapped(&"word ".repeat(60));
        assert!(text.lines().count() == 3 && text.lines().all(|line| line.len() <= WIDTH), "{text}");
    }
}
