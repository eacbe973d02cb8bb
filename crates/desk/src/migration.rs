//! Every step of the schema, oldest first, one line each. A step that has been released never changes.

use db::Migration;

macro_rules! step {
    ($version:literal, $name:literal, $file:literal) => {
        Migration { version: $version, name: $name, sql: include_str!(concat!("../../../migrations/", $file)) }
    };
}

/// What [`db::Db::migrate`] is given.
#[rustfmt::skip]
pub const MIGRATIONS: &[Migration] = &[
    step!(1, "spine", "0001_spine.sql"),
    step!(2, "trail_and_contact", "0002_trail_and_contact.sql"),
    step!(3, "mail", "0003_mail.sql"),
    step!(4, "search", "0004_search.sql"),
    step!(5, "file", "0005_file.sql"),
    step!(6, "org", "0006_org.sql"),
    step!(7, "widget", "0007_widget.sql"),
    step!(8, "routing", "0008_routing.sql"),
    step!(9, "survey", "0009_survey.sql"),
    step!(10, "tag_and_priority", "0010_tag_and_priority.sql"),
    step!(11, "canned", "0011_canned.sql"),
    step!(12, "snooze", "0012_snooze.sql"),
    step!(13, "identity", "0013_identity.sql"),
    step!(14, "ask", "0014_ask.sql"),
];
