//! Where settings come from, which are refused, and how they are shown.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::*;

fn scratch(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("chatdesk-config-{}-{name}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn write(path: &Path, text: &str) {
    std::fs::File::create(path).unwrap().write_all(text.as_bytes()).unwrap();
}

fn sources(flags: &[(&str, &str)], env: &[(&str, &str)], file: Option<&Path>) -> Sources {
    let mut by_key: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (key, value) in flags {
        by_key.entry((*key).to_owned()).or_default().push((*value).to_owned());
    }
    let env = env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Sources::gather(by_key, env, file.map(Path::to_path_buf)).unwrap()
}

fn load(flags: &[(&str, &str)], env: &[(&str, &str)], file: Option<&Path>) -> Result<Config, String> {
    Config::load(&sources(flags, env, file)).map_err(|fault| fault.to_string())
}

#[test]
fn without_a_word_the_defaults_hold() {
    let config = load(&[], &[], None).unwrap();
    assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.admin_listen.unwrap().to_string(), "127.0.0.1:9090");
    assert_eq!(config.database.reveal(), "sqlite:./data/chatdesk.db");
    assert_eq!(config.bus.reveal(), "local:");
    assert_eq!(config.files.reveal(), "dir:./data/files");
    assert_eq!(config.public_url, None);
    assert!(config.rate_limits);
    assert_eq!(config.shutdown_timeout, Duration::from_secs(20));
    assert!(config.show().contains("public_url = \"http://127.0.0.1:8080\"  # default\n"), "{}", config.show());
}

#[test]
fn a_flag_beats_the_environment_which_beats_the_file_which_beats_the_default() {
    let file = scratch("order").join("chatdesk.toml");
    write(&file, "listen = \"127.0.0.1:3\"\ndata = \"/file\"\nrate_limits = false\n");
    let env = [("CHATDESK_LISTEN", "127.0.0.1:2"), ("CHATDESK_DATA", "/env")];
    let config = load(&[("listen", "127.0.0.1:1")], &env, Some(&file)).unwrap();
    assert_eq!(config.listen.port(), 1);
    assert_eq!(config.data, PathBuf::from("/env"));
    assert!(!config.rate_limits);
    assert_eq!(config.log_level, "info");
    let shown = config.show();
    assert!(shown.contains("listen = \"127.0.0.1:1\"  # flag\n"), "{shown}");
    assert!(shown.contains("data = \"/env\"  # CHATDESK_DATA\n"), "{shown}");
    assert!(shown.contains(&format!("rate_limits = \"off\"  # {}\n", file.display())), "{shown}");
}

#[test]
fn an_unknown_key_in_the_file_is_refused_and_an_unknown_variable_is_remarked_on() {
    let file = scratch("unknown").join("chatdesk.toml");
    write(&file, "lisen = \"127.0.0.1:3\"\n");
    assert!(load(&[], &[], Some(&file)).unwrap_err().contains("there is no setting \"lisen\""));
    write(&file, "listen_file = \"x\"\n");
    assert!(load(&[], &[], Some(&file)).unwrap_err().contains("there is no setting \"listen_file\""));
    let config = load(&[], &[("CHATDESK_PORT", "tcp://10.0.0.1:80")], None).unwrap();
    assert_eq!(config.warnings, ["the environment variable CHATDESK_PORT is no setting and is ignored"]);
}

#[test]
fn secrets_are_masked_wherever_they_are_shown() {
    let flags = [
        ("database", "postgres://desk:hunter2@db/chat?sslpassword=hunter3&sslmode=require"),
        ("bus", "nats://hunter4@bus:4222"),
        ("files", "s3://id:hunter5@host/bucket?secret_key=hunter6"),
    ];
    let config = load(&flags, &[], None).unwrap();
    let shown = format!("{}{config:?}", config.show());
    assert!(!shown.contains("hunter"), "{shown}");
    assert!(shown.contains("postgres://desk:***@db/chat?sslpassword=***&sslmode=require"), "{shown}");
    assert!(shown.contains("nats://***@bus:4222"), "{shown}");
    assert_eq!(config.database.reveal(), flags[0].1);
    let refused = load(&[("database", "mysql://desk:hunter2@db/chat")], &[], None).unwrap_err();
    assert!(!refused.contains("hunter2") && refused.contains("postgres://"), "{refused}");
}

#[test]
fn a_password_with_odd_characters_is_hidden_whole() {
    for text in ["postgres://u:p?w@h/d", "postgres://u:p@w@h/d", "postgres://u:p/w@h/d", "nats://a:p@h1,nats://b:w@h2"]
    {
        let shown = mask::url(text);
        assert!(!shown.contains('p') || shown.starts_with("postgres://u:***@h"), "{shown}");
        assert!(!shown.contains('w'), "{shown}");
    }
    assert_eq!(mask::url("sqlite:./data/chatdesk.db"), "sqlite:./data/chatdesk.db");
}

#[test]
fn a_secret_may_come_from_a_file_but_not_from_two_places_at_once() {
    let folder = scratch("secret");
    write(&folder.join("db"), "postgres://desk:hunter2@db/chat\n");
    write(&folder.join("chatdesk.toml"), "database_file = \"db\"\n");
    let by_file = load(&[], &[], Some(&folder.join("chatdesk.toml"))).unwrap();
    assert_eq!(by_file.database.reveal(), "postgres://desk:hunter2@db/chat");
    let path = folder.join("db");
    let variable = ("CHATDESK_DATABASE_FILE", path.to_str().unwrap());
    assert_eq!(load(&[], &[variable], None).unwrap().database.reveal(), "postgres://desk:hunter2@db/chat");
    let refused = load(&[], &[variable, ("CHATDESK_DATABASE", "sqlite:x")], None).unwrap_err();
    assert!(refused.contains("are both set"), "{refused}");
}

#[test]
fn values_that_make_no_sense_are_refused_by_name() {
    for (key, value) in [
        ("listen", "8080"),
        ("public-url", "chat.example.com"),
        ("public-url", "https://example.com/chat"),
        ("public-url", "https://user:pw@example.com"),
        ("rate-limits", "yes"),
        ("trusted-proxy", "10.0.0.0/33"),
        ("log-level", "info,=,="),
        ("shutdown-timeout", "20 s"),
        ("max-connections", "0"),
    ] {
        let refused = load(&[(key, value)], &[], None).unwrap_err();
        assert!(refused.starts_with(&format!("{key} = ")), "{key} {value}: {refused}");
    }
    assert!(load(&[("listen", "127.0.0.1:1"), ("listen", "127.0.0.1:2")], &[], None).is_err());
}

#[test]
fn lists_come_from_repeated_flags_commas_or_a_list() {
    let expected: Vec<IpNet> = vec!["10.0.0.0/8".parse().unwrap(), "fd00::/8".parse().unwrap()];
    let flags = [("trusted-proxy", "10.0.0.0/8"), ("trusted-proxy", "fd00::/8")];
    assert_eq!(load(&flags, &[], None).unwrap().trusted_proxies, expected);
    let env = [("CHATDESK_TRUSTED_PROXY", "10.0.0.0/8, fd00::/8")];
    assert_eq!(load(&[], &env, None).unwrap().trusted_proxies, expected);
    let file = scratch("list").join("chatdesk.toml");
    write(&file, "trusted_proxy = [\"10.0.0.0/8\", \"fd00::/8\"]\n");
    assert_eq!(load(&[], &[], Some(&file)).unwrap().trusted_proxies, expected);
}

#[test]
fn a_broken_file_is_named_by_line_without_quoting_it() {
    let file = scratch("broken").join("chatdesk.toml");
    write(&file, "listen = \"127.0.0.1:1\"\ndatabase = postgres://u:hunter2@h\n");
    let refused = Sources::gather(BTreeMap::new(), std::iter::empty(), Some(file)).unwrap_err().to_string();
    assert!(refused.contains("line 2") && !refused.contains("hunter2"), "{refused}");
    assert!(Sources::gather(BTreeMap::new(), std::iter::empty(), Some("/nowhere/x.toml".into())).is_err());
}

#[test]
fn the_public_url_is_normalised() {
    let url = |text: &str| PublicUrl::parse(text).unwrap();
    assert_eq!(url("https://Desk.Example.com:443/").to_string(), "https://desk.example.com");
    assert_eq!(url("http://[::1]:8080").authority(), "[::1]:8080");
    assert_eq!(url("http://[::1]:8080").host(), "[::1]");
    assert_eq!(PublicUrl::of_address("0.0.0.0:8080".parse().unwrap()).to_string(), "http://127.0.0.1:8080");
    assert_eq!(PublicUrl::of_address("[::]:80".parse().unwrap()).to_string(), "http://[::1]");
}

#[test]
fn the_reference_in_the_documentation_is_current() {
    let kept = include_str!("../../../../docs/config.md");
    assert!(kept == reference(), "docs/config.md differs: run `chatdesk config reference > docs/config.md`");
}

#[test]
fn letters_leave_without_tls_only_on_this_machine_or_by_express_wish() {
    let url = |text: &str| load(&[("smtp", text)], &[], None).map(|config| config.smtp.map(|url| url.reveal().clone()));
    assert_eq!(load(&[], &[], None).unwrap().smtp.map(|_| ()), None);
    assert_eq!(url("none"), Ok(None));
    for (given, meant) in [
        ("smtps://u:p@mail.acme.com", "smtps://u:p@mail.acme.com"),
        ("smtp://u:p@mail.acme.com:587", "smtp://u:p@mail.acme.com:587?tls=required"),
        ("smtp://mail.acme.com/", "smtp://mail.acme.com?tls=required"),
        ("smtp://10.0.0.7:25?tls=none", "smtp://10.0.0.7:25"),
        ("smtp://127.0.0.1:2525", "smtp://127.0.0.1:2525"),
        ("smtp://localhost@mail.acme.com", "smtp://localhost@mail.acme.com?tls=required"),
        ("smtp://[::1]:25", "smtp://[::1]:25"),
        ("smtp://[2001:db8::1]:25", "smtp://[2001:db8::1]:25?tls=required"),
    ] {
        assert_eq!(url(given), Ok(Some(meant.to_owned())), "{given}");
    }
    for bad in [
        "",
        "mail.acme.com",
        "http://mail.acme.com",
        "smtp://",
        "smtp://u:hunter2@",
        "smtp://a/b",
        "smtp://a:0",
        "smtp://a:x",
        "smtp://a?tls=opportunistic",
        "smtps://u:hunter2@a?tls=none",
    ] {
        let refused = url(bad).unwrap_err();
        assert!(refused.starts_with("smtp = ") && !refused.contains("hunter2"), "{bad}: {refused}");
    }
    let config =
        load(&[("smtp", "smtps://desk:hunter2@mail.acme.com"), ("mail-from", "Acme <a@acme.com>")], &[], None).unwrap();
    assert!(config.show().contains("smtp = \"smtps://desk:***@mail.acme.com\"") && !config.show().contains("hunter2"));
    assert!(!format!("{config:?}").contains("hunter2"));
    for bad in ["acme", "a@b@c", "Acme <a@acme.com", "a@acme.com\r\nBcc: b@acme.com"] {
        assert!(load(&[("mail-from", bad)], &[], None).is_err(), "{bad}");
    }
}
