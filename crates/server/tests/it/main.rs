//! Stories about the whole server, told over HTTP and sockets, each on SQLite and on PostgreSQL. Files mirror `src/api`.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a story that cannot go on has failed")]
#![allow(clippy::disallowed_methods, reason = "people at keyboards draw their own ids")]

mod kit;

/// Runs each story on SQLite and on PostgreSQL.
macro_rules! on_both {
    ($($story:ident),+ $(,)?) => {
        mod sqlite {
            $(#[test] fn $story() { $crate::kit::tell(db::Engine::Sqlite, super::$story); })+
        }
        mod postgres {
            $(#[test] fn $story() { $crate::kit::tell(db::Engine::Postgres, super::$story); })+
        }
    };
}

/// The same where time stands still until the story moves it on.
macro_rules! on_both_in_still_time {
    ($($story:ident),+ $(,)?) => {
        mod still_sqlite {
            $(#[test] fn $story() { $crate::kit::tell_in_still_time(db::Engine::Sqlite, super::$story); })+
        }
        mod still_postgres {
            $(#[test] fn $story() { $crate::kit::tell_in_still_time(db::Engine::Postgres, super::$story); })+
        }
    };
}

mod agent;
mod authz;
mod bad_input;
mod canned;
mod chat;
mod contact;
mod conversation;
mod draft;
mod error;
mod event;
mod file;
mod handover;
mod identity;
mod inbox;
mod invite;
mod limits;
mod mail;
mod naughty;
mod openapi;
mod org;
mod routing;
mod search;
mod session;
mod setup;
mod socket;
mod survey;
mod tag;
