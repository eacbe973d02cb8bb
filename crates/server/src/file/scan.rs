//! The virus scanner: clamd by its socket, asked about every file before anybody may send it. What a finding is called
//! is logged and not told to strangers.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use blob::StoreError;
use bytes::Bytes;
use clamav_client::tokio::{Socket, Tcp, scan_stream};
use futures_util::{Stream, StreamExt as _};

/// How long a scan may take.
const LONGEST: Duration = Duration::from_secs(30);

/// Where clamd listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    Tcp(String),
    Unix(PathBuf),
}

impl Address {
    /// `tcp://HOST:PORT`, `unix:PATH`, or `off`; the error is a clause about "it".
    pub fn parse(text: &str) -> Result<Option<Self>, String> {
        if text == "off" {
            return Ok(None);
        }
        if let Some(path) = text.strip_prefix("unix:").filter(|path| !path.is_empty()) {
            return Ok(Some(Self::Unix(PathBuf::from(path))));
        }
        let host = text
            .strip_prefix("tcp://")
            .filter(|host| host.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok()));
        host.map(|host| Some(Self::Tcp(host.to_owned())))
            .ok_or_else(|| "it must be tcp://HOST:PORT, unix:PATH or off".to_owned())
    }
}

/// A scanner as the operator set it up.
#[derive(Clone, Debug)]
pub struct Scanner {
    address: Address,
    required: bool,
}

impl Scanner {
    /// With `required` nothing is let in while the scanner does not answer.
    pub const fn new(address: Address, required: bool) -> Self {
        Self { address, required }
    }

    pub const fn is_required(&self) -> bool {
        self.required
    }

    /// Whether the bytes are clean. The error is a sentence about the scanner.
    pub async fn scan(&self, pieces: impl Stream<Item = Result<Bytes, StoreError>> + Send) -> Result<bool, String> {
        let pieces = Box::pin(pieces.map(|piece| piece.map_err(io::Error::other)));
        let asked = async {
            match &self.address {
                Address::Tcp(host_address) => {
                    scan_stream(pieces, Tcp { host_address: host_address.as_str() }, None).await
                }
                Address::Unix(socket_path) => scan_stream(pieces, Socket { socket_path }, None).await,
            }
        };
        let answer = tokio::time::timeout(LONGEST, asked).await;
        let answer = answer.map_err(|_| "clamd took too long".to_owned())?;
        let answer = answer.map_err(|fault| format!("clamd does not answer: {fault}"))?;
        verdict(&answer)
    }
}

/// `stream: OK`, `stream: Eicar-Signature FOUND`, or something that is no verdict.
fn verdict(answer: &[u8]) -> Result<bool, String> {
    let text = String::from_utf8_lossy(answer);
    let text = text.trim_end_matches(['\0', '\n', '\r']).trim();
    match text.rsplit(' ').next() {
        Some("OK") if text == "stream: OK" => Ok(true),
        Some("FOUND") => {
            tracing::warn!(finding = text, "the scanner refused a file");
            Ok(false)
        }
        _ => Err(format!("clamd says: {}", text.chars().take(200).collect::<String>())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_plain_ok_is_clean() {
        assert_eq!(verdict(b"stream: OK\0"), Ok(true));
        assert_eq!(verdict(b"stream: Win.Test.EICAR_HDB-1 FOUND\0"), Ok(false));
        for odd in
            [&b""[..], b"INSTREAM size limit exceeded. ERROR\0", b"UNKNOWN COMMAND\0", b"stream: NOT OK\0", b"OK"]
        {
            assert!(verdict(odd).is_err(), "{odd:?}");
        }
    }

    #[test]
    fn an_address_is_a_port_or_a_path() {
        assert_eq!(Address::parse("off"), Ok(None));
        assert_eq!(Address::parse("tcp://clamd:3310"), Ok(Some(Address::Tcp("clamd:3310".to_owned()))));
        assert_eq!(Address::parse("unix:/run/clamd"), Ok(Some(Address::Unix(PathBuf::from("/run/clamd")))));
        for bad in ["", "on", "tcp://clamd", "unix:", "clamd:3310"] {
            assert!(Address::parse(bad).is_err(), "{bad}");
        }
    }
}
