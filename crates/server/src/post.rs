//! The carrier of letters: takes what is due from the outbox and hands it to a mail server over SMTP, outside of any
//! transaction. What a letter says and how often it is tried is decided in the domain.

use std::time::{Duration, SystemTime};

use anyhow::Context as _;
use base::{MailId, Secret, Time};
use desk::mail::{self, Failure, Mail};
use desk::{Desk, setting};
use futures_util::future::join_all;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};

use crate::config::{Config, PublicUrl};

/// Pause between two looks for letters that are due.
const PAUSE: Duration = Duration::from_millis(500);
/// The longest that one command may take.
const COMMAND_LIMIT: Duration = Duration::from_secs(30);
/// The longest that handing one letter over may take; well under the lease of a letter.
const LIMIT: Duration = Duration::from_secs(120);
/// So many letters are handed over at once.
const AT_ONCE: i64 = 4;

/// The way to the mail server. Cheap to clone.
#[derive(Clone)]
pub struct Carrier {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    /// The host in message ids: ours, whatever server carries the letter.
    host: String,
    /// Where letters go, without secrets.
    server: String,
}

impl std::fmt::Debug for Carrier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Carrier").field("server", &self.server).finish_non_exhaustive()
    }
}

impl Carrier {
    /// The carrier that the settings ask for; none when they name no mail server. Nothing is connected yet.
    pub fn open(config: &Config, public_url: &PublicUrl) -> anyhow::Result<Option<Self>> {
        let Some(url) = &config.smtp else { return Ok(None) };
        // the URL itself may hold a password, so it is no part of the error
        let builder =
            AsyncSmtpTransport::<Tokio1Executor>::from_url(url.reveal()).context("smtp: the URL cannot be used")?;
        let host = public_url.host().to_owned();
        let from = match &config.mail_from {
            Some(text) => text.parse().context("mail-from is no address")?,
            None => Mailbox::new(
                None,
                own_address(url, &host)
                    .context("mail-from must be set: no address follows from smtp and public-url")?,
            ),
        };
        let authority = url.reveal().split_once("://").map_or("", |(_, rest)| rest);
        let server = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        let server = server.split('?').next().unwrap_or_default().to_owned();
        let transport = builder.timeout(Some(COMMAND_LIMIT)).build();
        Ok(Some(Self { transport, from, host, server }))
    }

    /// Host and port of the mail server.
    pub fn server(&self) -> &str {
        &self.server
    }

    /// Who letters are from.
    pub fn from(&self) -> String {
        self.from.email.to_string()
    }

    /// Puts a letter together: the same letter gives the same bytes whenever that is done.
    fn write(&self, mail: &Mail, company: &str) -> Result<Message, lettre::error::Error> {
        let name = self.from.name.clone().or_else(|| Some(company.to_owned()).filter(|name| !name.is_empty()));
        let to: Address = mail.recipient.reveal().parse().map_err(|_| lettre::error::Error::MissingTo)?;
        let millis = u64::try_from(mail.created_at.millis()).unwrap_or(0);
        let body = MultiPart::alternative()
            .boundary(format!("={}=", mail.id))
            .singlepart(SinglePart::plain(mail.text.reveal().clone()))
            .singlepart(SinglePart::html(mail.html.reveal().clone()));
        // nobody on holiday should answer a machine (RFC 3834)
        let automatic = HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned());
        Message::builder()
            .from(Mailbox::new(name, self.from.email.clone()))
            .to(Mailbox::new(None, to))
            .subject(mail.subject.reveal().clone())
            .date(SystemTime::UNIX_EPOCH + Duration::from_millis(millis))
            .message_id(Some(format!("<{}@{}>", mail.id, self.host)))
            .raw_header(automatic)
            .multipart(body)
    }

    /// Hands a letter over. Once this says so, the mail server has it.
    pub async fn hand_over(&self, mail: &Mail, company: &str) -> Result<(), Failure> {
        let message =
            self.write(mail, company).map_err(|error| Failure { permanent: true, reason: error.to_string() })?;
        match tokio::time::timeout(LIMIT, self.transport.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(failure(&error)),
            Err(_) => Err(Failure { permanent: false, reason: "The mail server took too long.".to_owned() }),
        }
    }

    /// Sends a letter at once and keeps nothing of it, to see whether the way is open.
    pub async fn try_out(&self, rng: &base::Rng, now: Time, to: &str, company: &str) -> Result<(), Failure> {
        let letter = mail::Letter::new(company, "Letters from your desk arrive")
            .text("This is the test that you asked for. It came all the way through your mail server, so invitations and copies \
                   of conversations will too.");
        let mail = Mail {
            id: MailId::new(rng, now),
            purpose: mail::Purpose::Invitation,
            recipient: Secret::new(to.to_owned()),
            subject: Secret::new(letter.subject().to_owned()),
            text: Secret::new(letter.plain()),
            html: Secret::new(letter.html()),
            created_at: now,
            attempts: 0,
            ambiguous: false,
        };
        self.hand_over(&mail, company).await
    }
}

/// The address that follows from the settings: the SMTP user if that is one, else ours at the public host.
fn own_address(url: &Secret<String>, host: &str) -> Option<Address> {
    let user =
        url.reveal().split_once("://")?.1.rsplit_once('@').map(|(user, _)| user.split(':').next().unwrap_or_default());
    let by_user = user.and_then(|user| user.replace("%40", "@").parse().ok());
    by_user.or_else(|| Address::new("chatdesk", host).ok())
}

/// What went wrong, and whether trying again can help. A refused sign-in is for the operator to repair; the letter waits.
fn failure(error: &lettre::transport::smtp::Error) -> Failure {
    let code = error.status().map(u16::from);
    let sign_in = matches!(code, Some(530 | 534 | 535 | 538));
    let mut reason = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        let text = cause.to_string();
        if !reason.contains(&text) {
            reason = format!("{reason}: {text}");
        }
        source = cause.source();
    }
    Failure { permanent: error.is_permanent() && !sign_in, reason }
}

/// Delivers letters until the task is dropped. Looks every half second, at once again while there was something to do.
pub async fn run(desk: Desk, carrier: Carrier, worker: String) {
    loop {
        let name = worker.clone();
        let mails = match desk.read(mail::is_any_due).await {
            Ok(true) => desk.write("mail", move |tx, cx| mail::claim(tx, cx, &name, AT_ONCE)).await,
            Ok(false) => Ok(Vec::new()),
            Err(error) => Err(error),
        };
        match mails {
            Ok(mails) if !mails.is_empty() => {
                join_all(mails.into_iter().map(|mail| carry(&desk, &carrier, &worker, mail))).await;
            }
            Ok(_) => tokio::time::sleep(PAUSE).await,
            Err(error) => {
                tracing::warn!(%error, "letters have to wait for the database");
                tokio::time::sleep(PAUSE * 4).await;
            }
        }
    }
}

async fn carry(desk: &Desk, carrier: &Carrier, worker: &str, mail: Mail) {
    if mail.ambiguous {
        // the attempt before may have delivered it: receivers know it by its message id
        metrics::counter!("app_outbox_ambiguous_total").increment(1);
    }
    let handed = match desk.read(|tx, _| setting::company(tx)).await {
        Ok(company) => carrier.hand_over(&mail, &company).await,
        Err(error) => {
            tracing::warn!(%error, "a letter has to wait for the database");
            return;
        }
    };
    let result = match &handed {
        Ok(()) => "sent",
        Err(failure) if failure.permanent => "refused",
        Err(_) => "failed",
    };
    metrics::counter!("app_outbox_attempts_total", "kind" => "mail", "result" => result).increment(1);
    let (id, name) = (mail.id, worker.to_owned());
    let noted = match handed {
        Ok(()) => desk.write("mail", move |tx, cx| mail::delivered(tx, cx, id, &name).map(drop)).await,
        Err(failure) => {
            // what the server said may name the recipient, which has no place in a log
            tracing::warn!(%id, attempts = mail.attempts + 1, permanent = failure.permanent, "a letter was not taken");
            desk.write("mail", move |tx, cx| mail::failed(tx, cx, &mail, &name, &failure)).await
        }
    };
    if let Err(error) = noted {
        // its lease ends by itself and it is tried again
        tracing::warn!(%id, %error, "could not note what became of a letter");
    }
}
