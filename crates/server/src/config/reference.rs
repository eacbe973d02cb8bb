//! The reference of all settings as Markdown, printed by `chatdesk config reference` and kept in docs/config.md.

use super::SETTINGS;

const HEAD: &str = "\
# Settings

This page is the output of `chatdesk config reference`.

Each setting can be given as a flag of `chatdesk serve`, as an environment variable, or in a TOML file
(`./chatdesk.toml`, or the one named by `--config` or `CHATDESK_CONFIG`). The first that has it wins: flag, environment,
file, default. A file with a key that is not listed here is refused. `chatdesk config show` prints what is in effect and
where each value came from, without secrets.

Settings marked *secret* may carry a password. Give them as a file instead: `CHATDESK_DATABASE_FILE=/run/secrets/database`
or `database_file = \"database.secret\"` (relative to the configuration file).
";

/// The Markdown text, ending in a newline.
pub fn reference() -> String {
    let mut text = HEAD.to_owned();
    for setting in SETTINGS {
        let mut notes = String::new();
        if setting.secret {
            notes.push_str(" · *secret*");
        }
        if setting.many {
            notes.push_str(" · several: comma-separated in the environment, a list in the file");
        }
        let default =
            if setting.default.contains('`') { setting.default.to_owned() } else { format!("`{}`", setting.default) };
        text.push_str(&format!(
            "\n## `--{key} {value}`\n\n`{variable}` · `{file_key}` · default: {default}{notes}\n\n{help}\n",
            key = setting.key,
            value = setting.value,
            variable = setting.variable(),
            file_key = setting.file_key(),
            help = setting.help,
        ));
    }
    text
}
