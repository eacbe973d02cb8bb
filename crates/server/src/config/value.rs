//! How the text of a setting becomes a value, and what is wrong with it otherwise. Pure functions.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use base::Secret;
use ipnet::IpNet;

use super::reachable;

/// The address under which people reach this deployment: scheme and authority, no path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    https: bool,
    /// Host and, when it is not the scheme's own, port.
    authority: String,
    host: String,
}

impl PublicUrl {
    /// The address of a listener as seen from this machine.
    pub fn of_address(address: SocketAddr) -> Self {
        let address = reachable(address);
        let host = match address.ip() {
            IpAddr::V4(ip) => ip.to_string(),
            IpAddr::V6(ip) => format!("[{ip}]"),
        };
        let authority = if address.port() == 80 { host.clone() } else { address.to_string() };
        Self { https: false, authority, host }
    }

    /// `http://` or `https://`, a host and perhaps a port; the error is a clause about "it".
    pub fn parse(text: &str) -> Result<Self, String> {
        let uri: http::Uri = text.parse().map_err(|_| "it is not a URL".to_owned())?;
        let https = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err("it must start with http:// or https://".to_owned()),
        };
        let authority = uri.authority().ok_or("it names no host")?;
        if authority.as_str().contains('@') {
            return Err("it must not carry a user name or password".to_owned());
        }
        if uri.path() != "/" || uri.query().is_some() {
            return Err("a path or query is not supported; give scheme, host and port only".to_owned());
        }
        let own_port = if https { 443 } else { 80 };
        let host = authority.host().to_ascii_lowercase();
        if host.is_empty() {
            return Err("it names no host".to_owned());
        }
        let authority = match authority.port_u16() {
            Some(port) if port != own_port => format!("{host}:{port}"),
            _ => host.clone(),
        };
        Ok(Self { https, authority, host })
    }

    pub const fn is_https(&self) -> bool {
        self.https
    }

    /// The host in lower case, without a port; IPv6 in brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Host and, when it is not the scheme's own, port.
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// As a browser's `Origin` header says it. The same text as the URL itself.
    pub fn origin(&self) -> String {
        self.to_string()
    }
}

impl fmt::Display for PublicUrl {
    /// Without a slash at the end.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", if self.https { "https" } else { "http" }, self.authority)
    }
}

pub(super) fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| "it must be an IP address and a port, such as 127.0.0.1:8080 or [::]:8080".to_owned())
}

pub(super) fn address_or_off(text: &str) -> Result<Option<SocketAddr>, String> {
    if text == "off" { Ok(None) } else { address(text).map(Some) }
}

pub(super) fn folder(text: &str) -> Result<PathBuf, String> {
    if text.is_empty() { Err("it is empty".to_owned()) } else { Ok(PathBuf::from(text)) }
}

pub(super) fn on_or_off(text: &str) -> Result<bool, String> {
    match text {
        "on" => Ok(true),
        "off" => Ok(false),
        _ => Err("it must be on or off".to_owned()),
    }
}

pub(super) fn network(text: &str) -> Result<IpNet, String> {
    let net = text.parse::<IpNet>().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
    net.map_err(|_| "it must be a network such as 10.0.0.0/8 or a single address".to_owned())
}

pub(super) fn log_filter(text: &str) -> Result<String, String> {
    match tracing_subscriber::EnvFilter::try_new(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(_) => Err("it must be error, warn, info, debug, trace or a list such as info,desk=debug".to_owned()),
    }
}

pub(super) fn shutdown_timeout(text: &str) -> Result<Duration, String> {
    let span = duration(text)?;
    if span > Duration::from_secs(600) { Err("it must be at most 10m".to_owned()) } else { Ok(span) }
}

/// `500ms`, `20s`, `2m`, or a bare number of seconds.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let bad = || "it must be a number with ms, s or m, such as 20s".to_owned();
    let number: u64 = number.parse().map_err(|_| bad())?;
    match unit {
        "ms" => Ok(Duration::from_millis(number)),
        "s" | "" => Ok(Duration::from_secs(number)),
        "m" => number.checked_mul(60).map(Duration::from_secs).ok_or_else(bad),
        _ => Err(bad()),
    }
}

/// The URL of a mail server as the transport wants it: without TLS only where the letters stay on this machine, or where
/// somebody asked for it in so many words.
pub(super) fn smtp(text: &str) -> Result<Option<Secret<String>>, String> {
    if text == "none" {
        return Ok(None);
    }
    let (scheme, rest) = text.split_once("://").ok_or("it must start with smtp:// or smtps://")?;
    let (rest, query) = rest.split_once('?').map_or((rest, None), |(rest, query)| (rest, Some(query)));
    let authority = rest.strip_suffix('/').unwrap_or(rest);
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let end = host.find(']').map_or_else(|| host.find(':'), |at| Some(at + 1)).unwrap_or(host.len());
    let (name, port) = host.split_at(end);
    if name.is_empty() || authority.contains('/') {
        return Err("it must name a host and nothing after it".to_owned());
    }
    if !port.is_empty() && port.strip_prefix(':').and_then(|port| port.parse::<u16>().ok()).is_none_or(|port| port == 0)
    {
        return Err("its port must be a number from 1 to 65535".to_owned());
    }
    let url = match (scheme, query) {
        ("smtps", None) => format!("smtps://{authority}"),
        ("smtp", Some("tls=none")) => format!("smtp://{authority}"),
        ("smtp", None) if crate::header::is_loopback(name) => format!("smtp://{authority}"),
        ("smtp", None) => format!("smtp://{authority}?tls=required"),
        ("smtp" | "smtps", Some(_)) => {
            return Err("after the ? it may only say tls=none, and only with smtp://".to_owned());
        }
        _ => return Err("it must start with smtp:// or smtps://".to_owned()),
    };
    Ok(Some(Secret::new(url)))
}

pub(super) fn mail_from(text: &str) -> Result<Option<String>, String> {
    if text == "auto" {
        return Ok(None);
    }
    match text.parse::<lettre::message::Mailbox>() {
        Ok(_) => Ok(Some(text.to_owned())),
        Err(_) => Err("it must be an address like support@acme.com or Acme <support@acme.com>".to_owned()),
    }
}

/// `1GiB`, `512MiB`, `64KiB`, or a bare number of bytes.
pub(super) fn bytes(text: &str) -> Result<u64, String> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let bad = || "it must be a number with KiB, MiB or GiB, such as 1GiB".to_owned();
    let number: u64 = number.parse().map_err(|_| bad())?;
    let scale = match unit {
        "" => 1,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        "GiB" => 1 << 30,
        _ => return Err(bad()),
    };
    number.checked_mul(scale).ok_or_else(bad)
}

pub(super) fn connections(text: &str) -> Result<Option<usize>, String> {
    if text == "auto" {
        return Ok(None);
    }
    match text.parse() {
        Ok(count @ 1..=1_000_000) => Ok(Some(count)),
        _ => Err("it must be auto or a number from 1 to 1000000".to_owned()),
    }
}
