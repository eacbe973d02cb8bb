//! The command line: `serve`, `demo-data`, `config show`, `config reference`, `openapi`. The flags come from the table of settings.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Command};

use crate::config::{Config, ConfigError, SETTINGS, Sources};

/// What the operator asked for.
#[derive(Debug)]
pub enum Task {
    Serve(Box<Config>),
    /// Fill an empty desk with made-up conversations and end.
    DemoData(Box<Config>),
    /// Print this text and end.
    Print(String),
    /// Print the OpenAPI document and end.
    OpenApi,
}

/// Reads the command line and environment of this process. Ends it by itself on `--help` and on wrong usage.
pub fn task() -> Result<Task, ConfigError> {
    let variables =
        std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    of(&command().get_matches(), variables)
}

fn of(matches: &ArgMatches, variables: impl Iterator<Item = (String, String)>) -> Result<Task, ConfigError> {
    match matches.subcommand() {
        Some(("serve", flags)) => Ok(Task::Serve(Box::new(load(flags, variables)?))),
        Some(("demo-data", flags)) => Ok(Task::DemoData(Box::new(load(flags, variables)?))),
        Some(("config", config)) => match config.subcommand() {
            Some(("show", flags)) => Ok(Task::Print(load(flags, variables)?.show())),
            _ => Ok(Task::Print(crate::config::reference())),
        },
        _ => Ok(Task::OpenApi),
    }
}

fn load(matches: &ArgMatches, variables: impl Iterator<Item = (String, String)>) -> Result<Config, ConfigError> {
    let mut flags = BTreeMap::new();
    for setting in SETTINGS {
        if let Some(values) = matches.get_many::<String>(setting.key) {
            flags.insert(setting.key.to_owned(), values.cloned().collect());
        }
    }
    let path = matches.get_one::<PathBuf>("config").cloned();
    Config::load(&Sources::gather(flags, variables, path)?)
}

fn command() -> Command {
    Command::new("chatdesk")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Self-hosted customer support: one binary, one folder.")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(with_settings(Command::new("serve").about("Serve the dashboard, the widget and the API")))
        .subcommand(with_settings(
            Command::new("demo-data").about("Fill an empty desk with a made-up company on a busy day"),
        ))
        .subcommand(
            Command::new("config")
                .about("Show settings")
                .subcommand_required(true)
                .subcommand(with_settings(Command::new("show").about("Print the effective settings, without secrets")))
                .subcommand(Command::new("reference").about("Print the reference of all settings as Markdown")),
        )
        .subcommand(Command::new("openapi").about("Print the OpenAPI document"))
}

fn with_settings(command: Command) -> Command {
    let config = Arg::new("config")
        .long("config")
        .value_name("PATH")
        .value_parser(clap::value_parser!(PathBuf))
        .help("The settings file [default: ./chatdesk.toml if it exists] [env: CHATDESK_CONFIG]");
    let settings = SETTINGS.iter().map(|setting| {
        let help = format!("{} [default: {}] [env: {}]", setting.help, setting.default, setting.variable());
        // Repeating a flag that takes one value is refused with the other sources' rules.
        Arg::new(setting.key)
            .long(setting.key)
            .value_name(setting.value)
            .help(help.replace('`', ""))
            .action(ArgAction::Append)
    });
    command.arg(config).args(settings)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(line: &str, variables: &[(&str, &str)]) -> Result<Task, ConfigError> {
        let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        of(&command().try_get_matches_from(line.split(' ')).unwrap(), variables)
    }

    #[test]
    fn every_setting_is_a_flag() {
        command().debug_assert();
        let line = "chatdesk serve --listen 127.0.0.1:0 --admin-listen off --data /d --database sqlite:/d/x --bus local: \
                    --files dir:/d/f --files-reserve 1GiB --clamav off --clamav-required on --smtp none \
                    --mail-from auto --public-url https://desk.example.com --rate-limits off --trusted-proxy 10.0.0.0/8 \
                    --trusted-proxy fd00::/8 --log-level debug --shutdown-timeout 5s --max-connections 100";
        let Ok(Task::Serve(config)) = task(line, &[]) else { panic!("refused") };
        assert_eq!((config.listen.port(), config.admin_listen), (0, None));
        assert_eq!(config.trusted_proxies.len(), 2);
        assert_eq!(config.max_connections, Some(100));
        assert!(!config.rate_limits);
        for setting in SETTINGS {
            assert!(line.contains(&format!("--{} ", setting.key)), "{} is missing in this test", setting.key);
        }
    }

    #[test]
    fn settings_are_shown_as_they_would_be_served() {
        let variables = [("CHATDESK_DATABASE", "postgres://u:hunter2@h/d"), ("CHATDESK_LISTEN", "127.0.0.1:1")];
        let Ok(Task::Print(text)) = task("chatdesk config show --listen 127.0.0.1:2", &variables) else {
            panic!("refused")
        };
        assert!(text.contains("listen = \"127.0.0.1:2\"  # flag"), "{text}");
        assert!(text.contains("database = \"postgres://u:***@h/d\"  # CHATDESK_DATABASE"), "{text}");
    }

    #[test]
    fn a_flag_given_twice_or_unknown_is_refused() {
        assert!(task("chatdesk serve --listen 127.0.0.1:1 --listen 127.0.0.1:2", &[]).is_err());
        assert!(command().try_get_matches_from(["chatdesk", "serve", "--lisen", "x"]).is_err());
        assert!(command().try_get_matches_from(["chatdesk"]).is_err());
    }
}
