//! The one table of settings: flags, environment variables, file keys, the reference and `config show` all come from it.

/// One thing a deployment can set.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// The flag without its dashes: `public-url` is `--public-url`, `CHATDESK_PUBLIC_URL` and `public_url` in the file.
    pub key: &'static str,
    /// What the flag's value is called in the help.
    pub value: &'static str,
    /// The default, or words for it where it follows from other settings.
    pub default: &'static str,
    /// May carry a password: masked wherever it is shown, and can be read from a file named by `…_FILE`.
    pub secret: bool,
    /// May be given several times (comma-separated in the environment, a list in the file).
    pub many: bool,
    pub help: &'static str,
}

impl Setting {
    const fn plain(key: &'static str, value: &'static str, default: &'static str, help: &'static str) -> Self {
        Self { key, value, default, secret: false, many: false, help }
    }

    const fn secret(key: &'static str, value: &'static str, default: &'static str, help: &'static str) -> Self {
        Self { key, value, default, secret: true, many: false, help }
    }

    /// The environment variable: `CHATDESK_PUBLIC_URL`.
    pub fn variable(&self) -> String {
        format!("CHATDESK_{}", self.key.to_ascii_uppercase().replace('-', "_"))
    }

    /// The key in the configuration file: `public_url`.
    pub fn file_key(&self) -> String {
        self.key.replace('-', "_")
    }
}

/// Every setting, in the order of the reference.
pub const SETTINGS: &[Setting] = &[
    Setting::plain("listen", "ADDRESS", "127.0.0.1:8080", "Address and port of the dashboard, the widget and the API."),
    Setting::plain(
        "admin-listen",
        "ADDRESS",
        "127.0.0.1:9090",
        "Address and port of `/metrics`, `/livez`, `/readyz` and `/healthz` for operators, or `off`. Keep it private.",
    ),
    Setting::plain("data", "FOLDER", "./data", "Folder for everything kept on this machine; made when missing."),
    Setting::secret(
        "database",
        "URL",
        "`sqlite:` and `chatdesk.db` in the data folder",
        "`sqlite:PATH`, or `postgres://USER:PASSWORD@HOST/NAME` (PostgreSQL 15 or newer) for several nodes.",
    ),
    Setting::secret(
        "bus",
        "URL",
        "`local:`",
        "How nodes wake each other: `local:` for one node, `nats://HOST:4222` for several.",
    ),
    Setting::secret(
        "files",
        "URL",
        "`dir:` and `files` in the data folder",
        "Where attachments are kept: `dir:PATH`, or for several nodes \
         `s3://[KEY:SECRET@]BUCKET[/PREFIX][?region=REGION&endpoint=URL]`; what it leaves out comes from the `AWS_…` variables.",
    ),
    Setting::plain(
        "files-reserve",
        "BYTES",
        "1GiB",
        "Room that must stay free on the disk of `dir:`; with less no file is taken in, and everything else goes on.",
    ),
    Setting::plain(
        "clamav",
        "ADDRESS",
        "off",
        "ClamAV's clamd, asked about every file before it can be sent: `tcp://HOST:PORT`, `unix:PATH` or `off`.",
    ),
    Setting::plain(
        "clamav-required",
        "on|off",
        "on",
        "Whether files wait while the scanner does not answer (`on`), or are let in unscanned (`off`).",
    ),
    Setting::plain(
        "public-url",
        "URL",
        "`http://` and the listen address",
        "The address people type. Links, cookies and the check of the `Host` header follow it; with `https://` cookies \
         become `Secure` and HSTS is sent.",
    ),
    Setting::secret(
        "smtp",
        "URL",
        "`none`: nothing is mailed, links are copied",
        "The mail server that takes letters: `smtps://USER:PASSWORD@HOST` (TLS from the start, port 465) or \
         `smtp://USER:PASSWORD@HOST:587` (STARTTLS). TLS is required except on this machine's own addresses; `?tls=none` \
         does without it and lets everyone on the way read the password and every letter. Special characters in user and \
         password are percent-encoded.",
    ),
    Setting::plain(
        "mail-from",
        "ADDRESS",
        "`auto`: the SMTP user if that is an address, else `chatdesk@` and the public URL's host",
        "Who letters are from: `support@acme.com`, or with a name of its own: `Acme Support <support@acme.com>`. Without a \
         name it is the company's.",
    ),
    Setting::plain(
        "rate-limits",
        "on|off",
        "on",
        "`off` lifts the limits per visitor, address and account. For load tests only; the server warns at its start.",
    ),
    Setting {
        key: "trusted-proxy",
        value: "CIDR",
        default: "none",
        secret: false,
        many: true,
        help: "Network of a reverse proxy whose `X-Forwarded-For` is believed. May be given several times.",
    },
    Setting::plain(
        "log-level",
        "FILTER",
        "info",
        "`error`, `warn`, `info`, `debug` or `trace`, also per part: `info,desk=debug`. Logs are JSON lines on stderr.",
    ),
    Setting::plain(
        "shutdown-timeout",
        "DURATION",
        "20s",
        "The longest a stop may take, such as `20s` or `1m`; requests get at most half of it to finish.",
    ),
    Setting::plain(
        "max-connections",
        "NUMBER",
        "`auto`: as the limit on open files allows, at most 20,000",
        "How many connections are held at once; further ones wait to be accepted.",
    ),
];

/// The setting with this key. Panics on a key that is not in the table, which every start would show.
pub(super) fn named(key: &str) -> &'static Setting {
    match SETTINGS.iter().find(|setting| setting.key == key) {
        Some(setting) => setting,
        None => panic!("no setting is called {key}"),
    }
}
