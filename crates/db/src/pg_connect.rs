//! How PostgreSQL is reached: the URL, TLS, the settings every connection gets
//! and the refusal of a server that acknowledges before its disk has.

use std::error::Error;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use postgres::config::{Host, SslMode};
use postgres::{Client, Config, NoTls};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::DbError;

/// A statement that runs longer is ended by the server, and so is a node that
/// stopped in the middle of a transaction and holds its locks.
const LIMITS: &str = "SET statement_timeout = '30s'; \
     SET idle_in_transaction_session_timeout = '10s'";

#[derive(Clone)]
pub(crate) struct Connector {
    config: Config,
    tls: Option<MakeRustlsConnect>,
}

impl Connector {
    /// `sslmode=require` and `verify-full` both verify the certificate and the
    /// name, against the system's roots or `sslrootcert=FILE`.
    pub fn new(url: &str) -> Result<Self, DbError> {
        let (url, ssl) = take_ssl(url)?;
        let mut config = Config::from_str(&url).map_err(|error| {
            let problem = error.source().map_or_else(|| error.to_string(), ToString::to_string);
            DbError::Unfit(format!("the database URL cannot be read: {problem}"))
        })?;
        config
            .ssl_mode(if ssl.required { SslMode::Require } else { SslMode::Disable })
            .connect_timeout(Duration::from_secs(5))
            .tcp_user_timeout(Duration::from_secs(10))
            .keepalives_idle(Duration::from_secs(10))
            .keepalives_interval(Duration::from_secs(5))
            .keepalives_retries(3);
        if config.get_application_name().is_none() {
            config.application_name("chatdesk");
        }
        let tls = if ssl.required { Some(encryption(ssl.root.as_deref())?) } else { None };
        if tls.is_none() && !ssl.refused && is_remote(&config) {
            tracing::warn!("the connection to PostgreSQL is not encrypted; use sslmode=verify-full");
        }
        Ok(Self { config, tls })
    }

    /// A connection ready for closures.
    pub fn connect(&self) -> Result<Client, DbError> {
        let mut client = self.plain()?;
        client.batch_execute(LIMITS).map_err(|error| unreachable(&error))?;
        let row = client
            .query_one(
                "SELECT current_setting('fsync'), current_setting('synchronous_commit'), \
                 current_setting('server_encoding')",
                &[],
            )
            .map_err(|error| unreachable(&error))?;
        let setting = |index| row.try_get::<_, String>(index).map_err(|error| unreachable(&error));
        check(&setting(0)?, &setting(1)?, &setting(2)?)?;
        Ok(client)
    }

    /// A connection without limits, for migrations.
    pub fn plain(&self) -> Result<Client, DbError> {
        match &self.tls {
            Some(tls) => self.config.connect(tls.clone()),
            None => self.config.connect(NoTls),
        }
        .map_err(|error| unreachable(&error))
    }
}

fn check(fsync: &str, synchronous_commit: &str, encoding: &str) -> Result<(), DbError> {
    if cfg!(break_fsync) {
        return Ok(());
    }
    if fsync != "on" {
        return Err(DbError::Unfit(format!(
            "PostgreSQL runs with fsync={fsync}: acknowledged messages could be lost; set fsync=on"
        )));
    }
    if synchronous_commit == "off" {
        return Err(DbError::Unfit(
            "PostgreSQL runs with synchronous_commit=off: acknowledged messages could be lost; \
             set synchronous_commit=on"
                .into(),
        ));
    }
    if encoding != "UTF8" {
        return Err(DbError::Unfit(format!(
            "the PostgreSQL database is encoded as {encoding}; create it with ENCODING 'UTF8'"
        )));
    }
    Ok(())
}

fn unreachable(error: &postgres::Error) -> DbError {
    let mut text = error.to_string();
    if let Some(source) = error.source() {
        text = format!("{text}: {source}");
    }
    DbError::Unavailable(text)
}

fn is_remote(config: &Config) -> bool {
    config.get_hosts().iter().any(|host| match host {
        Host::Tcp(name) => !(name == "localhost" || name == "::1" || name.starts_with("127.")),
        #[cfg(unix)]
        Host::Unix(_) => false,
    })
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Ssl {
    required: bool,
    /// The operator wrote `disable`, so there is nothing to warn about.
    refused: bool,
    root: Option<String>,
}

/// The driver knows neither `verify-full` nor `sslrootcert`, so these two
/// options are read here and taken out of the URL.
fn take_ssl(url: &str) -> Result<(String, Ssl), DbError> {
    let mut ssl = Ssl::default();
    let Some((base, query)) = url.split_once('?') else { return Ok((url.into(), ssl)) };
    let mut kept = Vec::new();
    for pair in query.split('&') {
        match pair.split_once('=') {
            Some(("sslmode", "require" | "verify-full")) => ssl.required = true,
            Some(("sslmode", "disable")) => ssl.refused = true,
            Some(("sslmode", "prefer")) => {}
            Some(("sslmode", other)) => {
                return Err(DbError::Unfit(format!(
                    "sslmode={other} is not supported; use disable, require or verify-full"
                )));
            }
            Some(("sslrootcert", path)) => ssl.root = Some(path.replace("%2F", "/")),
            _ => kept.push(pair),
        }
    }
    let url = if kept.is_empty() { base.into() } else { format!("{base}?{}", kept.join("&")) };
    Ok((url, ssl))
}

fn encryption(root: Option<&str>) -> Result<MakeRustlsConnect, DbError> {
    let unfit = |problem: String| DbError::Unfit(format!("TLS to PostgreSQL: {problem}"));
    let mut roots = RootCertStore::empty();
    match root {
        Some(path) => {
            for certificate in
                CertificateDer::pem_file_iter(path).map_err(|error| unfit(format!("cannot read {path}: {error}")))?
            {
                let certificate = certificate.map_err(|error| unfit(format!("cannot read {path}: {error}")))?;
                roots.add(certificate).map_err(|error| unfit(error.to_string()))?;
            }
        }
        None => {
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
    }
    if roots.is_empty() {
        return Err(unfit("no root certificates; name a file with sslrootcert=".into()));
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| unfit(error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tls_options_leave_the_url() {
        let (url, ssl) =
            take_ssl("postgres://u:p@h/d?sslmode=verify-full&connect_timeout=3&sslrootcert=%2Fca.pem").unwrap();
        assert_eq!(url, "postgres://u:p@h/d?connect_timeout=3");
        assert_eq!(ssl, Ssl { required: true, refused: false, root: Some("/ca.pem".into()) });
        assert_eq!(take_ssl("postgres://h/d").unwrap().1, Ssl::default());
        assert!(matches!(take_ssl("postgres://h/d?sslmode=verify-ca"), Err(DbError::Unfit(_))));
    }

    #[test]
    fn a_server_that_acknowledges_early_is_refused() {
        assert_eq!(check("on", "on", "UTF8"), Ok(()));
        assert_eq!(check("on", "remote_apply", "UTF8"), Ok(()));
        for (fsync, commit, encoding) in [("off", "on", "UTF8"), ("on", "off", "UTF8"), ("on", "on", "LATIN1")] {
            assert!(matches!(check(fsync, commit, encoding), Err(DbError::Unfit(_))));
        }
    }

    #[test]
    fn a_bad_url_does_not_print_its_password() {
        let Err(error) = Connector::new("postgres://u:hunter2@h:port/d?nonsense=1") else {
            panic!("accepted");
        };
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }
}
