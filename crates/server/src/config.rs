//! What a deployment can set: where each value comes from (flag, environment, file, default), that it makes sense, and
//! how it is shown without its secrets. No setting is read anywhere else.

mod mask;
mod reference;
mod setting;
mod source;
mod value;

#[cfg(test)]
mod tests;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use base::Secret;
use ipnet::IpNet;

use crate::file::scan;

pub use reference::reference;
pub use setting::{SETTINGS, Setting};
pub use source::{Origin, Sources};
pub use value::PublicUrl;

/// Why the configuration was refused, in a sentence that names the setting.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{0}")]
pub struct ConfigError(String);

impl ConfigError {
    fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

/// The effective settings of one process.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where people and widgets are served.
    pub listen: SocketAddr,
    /// Where `/metrics` is served; `None` when switched off.
    pub admin_listen: Option<SocketAddr>,
    pub data: PathBuf,
    pub database: Secret<String>,
    pub bus: Secret<String>,
    pub files: Secret<String>,
    /// Bytes that must stay free on the disk of a `dir:` store.
    pub files_reserve: u64,
    /// The virus scanner; `None` when there is none.
    pub scanner: Option<scan::Address>,
    /// Whether no file is let in while the scanner does not answer.
    pub scanner_required: bool,
    /// `None`: `http://` and the address that is really listened on.
    pub public_url: Option<PublicUrl>,
    /// Where letters are handed over; `None`: nothing is mailed.
    pub smtp: Option<Secret<String>>,
    /// Who letters are from; `None`: an address that follows from the other settings.
    pub mail_from: Option<String>,
    pub rate_limits: bool,
    pub trusted_proxies: Vec<IpNet>,
    /// A `tracing` filter such as `info` or `info,desk=debug`.
    pub log_level: String,
    pub shutdown_timeout: Duration,
    /// `None`: as many as the limit on open files allows, at most 20,000.
    pub max_connections: Option<usize>,
    /// Remarks worth a warning at the start, such as an environment variable that looks like a setting and is none.
    pub warnings: Vec<String>,
    shown: Vec<Shown>,
}

#[derive(Clone, Debug)]
struct Shown {
    key: &'static str,
    text: String,
    origin: Origin,
}

impl Config {
    /// Reads every setting from the sources; the first that has one wins: flag, environment, file, default.
    pub fn load(sources: &Sources) -> Result<Self, ConfigError> {
        sources.refuse_unknown_keys()?;
        let mut reader = Reader { sources, shown: Vec::new() };
        let listen = reader.one("listen", value::address)?;
        let admin_listen = reader.one("admin-listen", value::address_or_off)?;
        let data = reader.one("data", value::folder)?;
        let database = reader.url("database", &["sqlite:", "postgres://", "postgresql://"], || {
            format!("sqlite:{}", data.join("chatdesk.db").display())
        })?;
        let bus = reader.url("bus", &["local:", "nats://", "tls://"], || "local:".to_owned())?;
        let files = reader.url("files", &["dir:", "s3://"], || format!("dir:{}", data.join("files").display()))?;
        let own = PublicUrl::of_address(listen).to_string();
        let public_url = reader.optional("public-url", &own, |text| PublicUrl::parse(text).map(Some))?;
        Ok(Self {
            listen,
            admin_listen,
            database,
            bus,
            files,
            public_url,
            smtp: reader.optional("smtp", "none", value::smtp)?,
            mail_from: reader.optional("mail-from", "auto", value::mail_from)?,
            files_reserve: reader.one("files-reserve", value::bytes)?,
            scanner: reader.one("clamav", scan::Address::parse)?,
            scanner_required: reader.one("clamav-required", value::on_or_off)?,
            rate_limits: reader.one("rate-limits", value::on_or_off)?,
            trusted_proxies: reader.many("trusted-proxy", value::network)?,
            log_level: reader.one("log-level", value::log_filter)?,
            shutdown_timeout: reader.one("shutdown-timeout", value::shutdown_timeout)?,
            max_connections: reader.optional("max-connections", "auto", value::connections)?,
            warnings: sources.warnings(),
            data,
            shown: reader.shown,
        })
    }

    /// The effective values as TOML, each with where it came from; secrets are `***`.
    pub fn show(&self) -> String {
        let mut text = String::new();
        for shown in &self.shown {
            let key = shown.key.replace('-', "_");
            text.push_str(&format!("{key} = {}  # {}\n", shown.text, shown.origin));
        }
        text
    }
}

struct Reader<'a> {
    sources: &'a Sources,
    shown: Vec<Shown>,
}

impl Reader<'_> {
    fn one<T>(&mut self, key: &str, parse: fn(&str) -> Result<T, String>) -> Result<T, ConfigError> {
        let setting = setting::named(key);
        let (text, origin) = match self.sources.find(setting)? {
            Some((values, origin)) => (source::single(setting, values)?, origin),
            None => (setting.default.to_owned(), Origin::Default),
        };
        self.remember(setting, &text, origin);
        parse(&text).map_err(|why| refusal(setting, &text, &why))
    }

    fn optional<T>(
        &mut self,
        key: &str,
        default: &str,
        parse: fn(&str) -> Result<Option<T>, String>,
    ) -> Result<Option<T>, ConfigError> {
        let setting = setting::named(key);
        match self.sources.find(setting)? {
            Some((values, origin)) => {
                let text = source::single(setting, values)?;
                self.remember(setting, &text, origin);
                parse(&text).map_err(|why| refusal(setting, &text, &why))
            }
            None => {
                self.remember(setting, default, Origin::Default);
                Ok(None)
            }
        }
    }

    fn many<T>(&mut self, key: &str, parse: fn(&str) -> Result<T, String>) -> Result<Vec<T>, ConfigError> {
        let setting = setting::named(key);
        let (values, origin) = self.sources.find(setting)?.unwrap_or((Vec::new(), Origin::Default));
        let text = toml::Value::from(values.clone()).to_string();
        self.shown.push(Shown { key: setting.key, text, origin });
        values.iter().map(|text| parse(text).map_err(|why| refusal(setting, text, &why))).collect()
    }

    fn url(
        &mut self,
        key: &str,
        schemes: &[&str],
        default: impl FnOnce() -> String,
    ) -> Result<Secret<String>, ConfigError> {
        let setting = setting::named(key);
        let (text, origin) = match self.sources.find(setting)? {
            Some((values, origin)) => (source::single(setting, values)?, origin),
            None => (default(), Origin::Default),
        };
        self.remember(setting, &text, origin);
        if !schemes.iter().any(|scheme| text.starts_with(scheme)) {
            return Err(refusal(setting, &text, &format!("it must start with {}", schemes.join(", "))));
        }
        Ok(Secret::new(text))
    }

    fn remember(&mut self, setting: &Setting, text: &str, origin: Origin) {
        let text = if setting.secret { mask::url(text) } else { text.to_owned() };
        self.shown.push(Shown { key: setting.key, text: toml::Value::from(text).to_string(), origin });
    }
}

fn refusal(setting: &Setting, text: &str, why: &str) -> ConfigError {
    let text = if setting.secret { mask::url(text) } else { text.to_owned() };
    ConfigError::new(format!("{} = \"{text}\" cannot be used: {why}", setting.key))
}

/// Where to reach a listener from this machine: an address that listens everywhere is named by its loopback.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}
