//! Why a verb did not do what was asked: a closed list with stable codes, in words for people.

use db::DbError;
use serde::Serialize;
use utoipa::ToSchema;

use crate::status::Status;

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A verb's failure: refused for a reason that the caller can act on, or the database could not do its part.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    #[error("{0}")]
    Rejected(Box<Rejection>),
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<Rejection> for Error {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(Box::new(rejection))
    }
}

/// Somebody, as far as others may know: in errors and on conversations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Who {
    pub id: String,
    pub name: String,
}

/// One field that was not as it must be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldError {
    pub field: String,
    pub message: String,
}

/// Every reason to refuse. The text says what happened, what is safe and what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    #[error("There is nothing here, or not for you.")]
    NotFound,
    #[error("Your role does not allow this. Ask an administrator for it.")]
    Forbidden,
    #[error("You're signed out. Sign in again; your drafts are safe.")]
    Unauthenticated,
    #[error("{} took this first. Your text is safe.", .owner.name)]
    AlreadyClaimed { owner: Who },
    #[error("{}", not_owner(.owner.as_ref()))]
    NotOwner { owner: Option<Who>, epoch: i64 },
    #[error("This conversation changed while you were writing. Your text is safe: look again, then send.")]
    StaleEpoch { owner: Option<Who>, epoch: i64 },
    #[error("This conversation is resolved. Your text is safe: reopen it to reply.")]
    Resolved { epoch: i64 },
    #[error("This chat is ringing for others now. Nothing was changed.")]
    NotOffered,
    #[error("No one took it in time, so it stopped ringing. It is under Missed.")]
    OfferOver,
    #[error("{} has asked for this already. Wait for the answer.", .agent.name)]
    AskedAlready { agent: Who },
    #[error("That question is over: somebody answered, or it has another owner.")]
    AskOver,
    #[error("This client_id was already used for another message. Nothing was stored.")]
    ClientIdReused,
    #[error("Some fields are not right.")]
    Invalid(Vec<FieldError>),
    #[error("Email or password is not right, or there were too many tries. Wait a minute and try again.")]
    SignInFailed,
    #[error("That set-up code is wrong or too old. The current one is in the server's log and in its setup-code file.")]
    BadSetupCode,
    #[error("Chatdesk is already set up here. Sign in instead.")]
    AlreadySetUp,
    #[error("This invitation was used, withdrawn or is too old. Ask for a new link.")]
    InviteNotFound,
    #[error("Somebody with this email address is here already.")]
    EmailTaken,
    #[error("This is the last active administrator. Make somebody else one first.")]
    LastAdministrator,
    #[error("That person can't take conversations: the account is switched off.")]
    AgentInactive,
    #[error("This desk has no mail server, so nothing was sent. Copy the link and pass it on yourself.")]
    MailOff,
    #[error("Enough letters were sent for now. Nothing was lost: try again later.")]
    MailLimit { retry_after: u64 },
    #[error("There is no answer in this conversation yet, so there is nothing to send.")]
    NothingToSend,
    #[error("That file is too large to be sent here. The limit is {}.", in_words(*.limit))]
    FileTooLarge { limit: i64 },
    #[error("The file continues elsewhere. Nothing is lost: go on from byte {offset}.")]
    WrongOffset { offset: i64 },
    #[error("One of the files was sent already or belongs to another conversation. Add it again.")]
    FileUsed,
    #[error("That file is not safe, so it was not kept. Send another one.")]
    FileInfected,
    #[error("That picture is too large to be opened safely. Send a smaller one.")]
    PictureTooLarge,
    #[error("Too many of your files wait to be sent. Send or remove some first.")]
    TooManyFiles,
    #[error("{name} is {}. Hand it over anyway, or choose somebody else.", .status.map_or("without anybody available", Status::words))]
    TargetNotAvailable { name: String, status: Option<Status> },
    #[error("This role is still in use ({holders}). Give these people and invitations another one first.")]
    RoleInUse { holders: i64 },
    #[error("This link was used, replaced or is older than 30 minutes. Ask for a new one.")]
    ResetNotFound,
}

/// Bytes as people say them.
fn in_words(bytes: i64) -> String {
    const MIB: i64 = 1024 * 1024;
    if bytes >= MIB { format!("{} MB", bytes / MIB) } else { format!("{} kB", bytes / 1024) }
}

fn not_owner(owner: Option<&Who>) -> String {
    match owner {
        Some(owner) => format!("{} has this conversation. Your text is safe; you can add it as a note.", owner.name),
        None => "Nobody has this conversation yet. Your text is safe: take it, then send.".to_owned(),
    }
}

impl Rejection {
    /// A single field that was not as it must be.
    pub fn invalid(field: &str, message: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError { field: field.to_owned(), message: message.into() }])
    }

    /// The stable name that programs match on.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::Forbidden => "forbidden",
            Self::Unauthenticated => "unauthenticated",
            Self::AlreadyClaimed { .. } => "already_claimed",
            Self::NotOwner { .. } => "not_owner",
            Self::StaleEpoch { .. } => "stale_epoch",
            Self::Resolved { .. } => "conversation_resolved",
            Self::NotOffered => "not_offered",
            Self::OfferOver => "offer_over",
            Self::AskedAlready { .. } => "asked_already",
            Self::AskOver => "ask_over",
            Self::ClientIdReused => "client_id_reused",
            Self::Invalid(_) => "invalid_body",
            Self::SignInFailed => "sign_in_failed",
            Self::BadSetupCode => "bad_setup_code",
            Self::AlreadySetUp => "already_set_up",
            Self::InviteNotFound => "invite_not_found",
            Self::EmailTaken => "email_taken",
            Self::LastAdministrator => "last_administrator",
            Self::AgentInactive => "agent_inactive",
            Self::MailOff => "mail_off",
            Self::MailLimit { .. } => "mail_limit",
            Self::NothingToSend => "nothing_to_send",
            Self::FileTooLarge { .. } => "file_too_large",
            Self::WrongOffset { .. } => "wrong_offset",
            Self::FileUsed => "file_used",
            Self::FileInfected => "file_infected",
            Self::PictureTooLarge => "picture_too_large",
            Self::TooManyFiles => "too_many_files",
            Self::TargetNotAvailable { .. } => "target_not_available",
            Self::RoleInUse { .. } => "role_in_use",
            Self::ResetNotFound => "reset_not_found",
        }
    }
}
