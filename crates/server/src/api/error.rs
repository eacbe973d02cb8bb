//! The domain's refusals as HTTP problems: the one place where a code gets its status.

use db::DbError;
use desk::{Error, Rejection};
use http::StatusCode;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::problem::Problem;

/// RFC 9457. Other members depend on the code: `owner`, `epoch`, `errors`, `retry_after`.
#[derive(Serialize, ToSchema)]
#[allow(dead_code, reason = "only its schema is used")]
pub struct ProblemDocument {
    pub r#type: String,
    pub title: String,
    pub status: u16,
    pub detail: String,
    /// Stable; programs match on it. See docs/errors.md.
    pub code: String,
    pub request_id: Option<String>,
    pub errors: Option<Vec<desk::error::FieldError>>,
    pub owner: Option<desk::error::Who>,
    pub epoch: Option<i64>,
    /// Bytes.
    pub limit: Option<i64>,
    /// Bytes that are here.
    pub offset: Option<i64>,
    /// With `target_not_available`: what that colleague is doing; none for a department.
    pub agent_status: Option<desk::status::Status>,
    /// With `role_in_use`: how many people and invitations have it.
    pub holders: Option<i64>,
    /// Seconds.
    pub retry_after: Option<u64>,
}

const fn status(rejection: &Rejection) -> StatusCode {
    match rejection {
        Rejection::NotFound | Rejection::InviteNotFound | Rejection::ResetNotFound => StatusCode::NOT_FOUND,
        Rejection::Forbidden | Rejection::BadSetupCode => StatusCode::FORBIDDEN,
        Rejection::Unauthenticated | Rejection::SignInFailed => StatusCode::UNAUTHORIZED,
        Rejection::AlreadyClaimed { .. }
        | Rejection::NotOwner { .. }
        | Rejection::StaleEpoch { .. }
        | Rejection::Resolved { .. }
        | Rejection::NotOffered
        | Rejection::OfferOver
        | Rejection::AskedAlready { .. }
        | Rejection::AskOver
        | Rejection::AlreadySetUp
        | Rejection::EmailTaken
        | Rejection::LastAdministrator
        | Rejection::TargetNotAvailable { .. }
        | Rejection::RoleInUse { .. }
        | Rejection::AgentInactive
        | Rejection::MailOff
        | Rejection::NothingToSend
        | Rejection::WrongOffset { .. }
        | Rejection::FileUsed
        | Rejection::FileInfected
        | Rejection::PictureTooLarge
        | Rejection::TooManyFiles => StatusCode::CONFLICT,
        Rejection::MailLimit { .. } => StatusCode::TOO_MANY_REQUESTS,
        Rejection::FileTooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
        Rejection::ClientIdReused | Rejection::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

const fn title(rejection: &Rejection) -> &'static str {
    match rejection {
        Rejection::NotFound => "There is nothing here.",
        Rejection::Forbidden => "You may not do this.",
        Rejection::Unauthenticated => "You're signed out.",
        Rejection::AlreadyClaimed { .. } => "Somebody took this first.",
        Rejection::NotOwner { .. } => "This conversation is not yours.",
        Rejection::StaleEpoch { .. } => "This conversation has changed.",
        Rejection::Resolved { .. } => "This conversation is resolved.",
        Rejection::NotOffered => "This is ringing for others.",
        Rejection::OfferOver => "It stopped ringing.",
        Rejection::AskedAlready { .. } => "Somebody asked first.",
        Rejection::AskOver => "The question is over.",
        Rejection::ClientIdReused => "This id was used before.",
        Rejection::Invalid(_) => "The request does not fit.",
        Rejection::SignInFailed => "Signing in did not work.",
        Rejection::BadSetupCode => "That set-up code does not work.",
        Rejection::AlreadySetUp => "Chatdesk is set up.",
        Rejection::InviteNotFound => "This invitation does not work.",
        Rejection::EmailTaken => "This address is taken.",
        Rejection::LastAdministrator => "One administrator must stay.",
        Rejection::AgentInactive => "That account is switched off.",
        Rejection::MailOff => "This desk sends no mail.",
        Rejection::MailLimit { .. } => "Too many letters for now.",
        Rejection::NothingToSend => "There is nothing to send yet.",
        Rejection::FileTooLarge { .. } => "That file is too large.",
        Rejection::WrongOffset { .. } => "The file is not complete there.",
        Rejection::FileUsed => "That file was used.",
        Rejection::FileInfected => "That file is not safe.",
        Rejection::PictureTooLarge => "That picture is too large.",
        Rejection::TooManyFiles => "Too many files wait.",
        Rejection::TargetNotAvailable { .. } => "Nobody is there to take it now.",
        Rejection::RoleInUse { .. } => "Somebody has this role.",
        Rejection::ResetNotFound => "This link does not work.",
    }
}

impl From<Rejection> for Problem {
    fn from(rejection: Rejection) -> Self {
        let problem = Self::new(status(&rejection), rejection.code(), title(&rejection)).detail(rejection.to_string());
        match rejection {
            Rejection::AlreadyClaimed { owner } => problem.with("owner", json!(owner)),
            Rejection::NotOwner { owner, epoch } | Rejection::StaleEpoch { owner, epoch } => {
                problem.with("owner", json!(owner)).with("epoch", epoch)
            }
            Rejection::TargetNotAvailable { status, .. } => problem.with("agent_status", json!(status)),
            Rejection::RoleInUse { holders } => problem.with("holders", holders),
            Rejection::Resolved { epoch } => problem.with("epoch", epoch),
            Rejection::FileTooLarge { limit } => problem.with("limit", limit),
            Rejection::WrongOffset { offset } => problem.with("offset", offset),
            Rejection::Invalid(errors) => problem.with("errors", json!(errors)),
            Rejection::MailLimit { retry_after } => problem.retry_after(retry_after),
            _ => problem,
        }
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Rejected(rejection) => (*rejection).into(),
            Error::Db(error) => error.into(),
        }
    }
}

impl From<DbError> for Problem {
    fn from(error: DbError) -> Self {
        match error {
            DbError::Full => Self::new(StatusCode::INSUFFICIENT_STORAGE, "disk_full", "The server's disk is full.")
                .detail("Nothing was stored; what was stored before is safe and can be read. Try again in a while.")
                .retry_after(30)
                .fault(error),
            // a key that collides even when the work is run alone is somebody else's at this very moment
            DbError::Unavailable(_) | DbError::Conflict => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", "The server cannot reach its database.")
                    .detail("It is not known whether this was stored. Send it again with the same client_id: it is never stored twice.")
                    .retry_after(1)
                    .fault(error)
            }
            other => Self::internal(other),
        }
    }
}
