//! What a department is, and the bounds its fields keep.

use base::{AgentId, DepartmentId, Time};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::FieldError;

/// A group of agents with its own queue and hours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Department {
    #[schema(value_type = String)]
    pub id: DepartmentId,
    pub name: String,
    /// When it works; none: always.
    pub hours: Option<Hours>,
    /// Who takes over when nobody here can.
    #[schema(value_type = Option<String>)]
    pub fallback_id: Option<DepartmentId>,
    /// An archived department gets nothing new; what it has stays with it.
    pub archived: bool,
    #[schema(value_type = Vec<String>)]
    pub members: Vec<AgentId>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
}

/// The hours of a week, in one time zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    /// An IANA name such as `Europe/Lisbon`.
    pub timezone: String,
    /// At most 28 stretches.
    pub week: Vec<Stretch>,
}

/// From one time of a day to a later one of the same day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Stretch {
    /// 1 (Monday) to 7 (Sunday).
    pub day: u8,
    /// `HH:MM`.
    pub from: String,
    /// `HH:MM`, up to 24:00.
    pub to: String,
}

/// What a department is made of.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewDepartment)]
pub struct New {
    /// 1 to 80 characters.
    pub name: String,
}

/// What to change of a department; what is missing stays, `null` takes away.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DepartmentUpdate)]
pub struct Update {
    pub name: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Hours>)]
    pub hours: Option<Option<Hours>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub fallback_id: Option<Option<DepartmentId>>,
    pub archived: Option<bool>,
}

/// Tells `null` from what is missing.
pub fn given<'de, T: Deserialize<'de>, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

fn minutes(text: &str) -> Option<u32> {
    let (hours, minutes) = text.split_once(':')?;
    let two = |part: &str| (part.len() == 2).then(|| part.parse::<u32>().ok()).flatten();
    let (hours, minutes) = (two(hours)?, two(minutes)?);
    let total = hours * 60 + minutes;
    (minutes < 60 && total <= 24 * 60).then_some(total)
}

/// Says what is wrong with the hours, if anything.
pub fn check_hours(errors: &mut Vec<FieldError>, hours: &Hours) {
    let zone = &hours.timezone;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '_' | '-' | '+');
    if zone.is_empty() || zone.len() > 64 || !zone.chars().all(plain) {
        let message = "Name a time zone such as Europe/Lisbon.".to_owned();
        errors.push(FieldError { field: "hours.timezone".to_owned(), message });
    }
    let fits = |it: &Stretch| {
        let order = minutes(&it.from).zip(minutes(&it.to)).is_some_and(|(from, to)| from < to);
        (1..=7).contains(&it.day) && order
    };
    if hours.week.len() > 28 || !hours.week.iter().all(fits) {
        let message = "Each stretch is a day from 1 to 7, and two times such as 09:00 and 18:00 in order.".to_owned();
        errors.push(FieldError { field: "hours.week".to_owned(), message });
    }
}

#[cfg(test)]
mod rules {
    use super::*;

    fn wrong(timezone: &str, day: u8, from: &str, to: &str) -> usize {
        let week = vec![Stretch { day, from: from.into(), to: to.into() }];
        let mut errors = Vec::new();
        check_hours(&mut errors, &Hours { timezone: timezone.into(), week });
        errors.len()
    }

    #[test]
    fn hours_are_stretches_of_a_day() {
        assert_eq!(wrong("Europe/Lisbon", 1, "09:00", "18:00"), 0);
        assert_eq!(wrong("Etc/GMT+3", 7, "00:00", "24:00"), 0);
        for (zone, day, from, to, count) in [
            ("", 1, "09:00", "18:00", 1),
            ("Europe/Lisbon\0", 1, "09:00", "18:00", 1),
            ("UTC", 0, "09:00", "18:00", 1),
            ("UTC", 8, "09:00", "18:00", 1),
            ("UTC", 1, "18:00", "09:00", 1),
            ("UTC", 1, "9:00", "18:00", 1),
            ("UTC", 1, "09:60", "18:00", 1),
            ("UTC", 1, "09:00", "24:01", 1),
            ("no zone", 1, "", "x", 2),
        ] {
            assert_eq!(wrong(zone, day, from, to), count, "{zone} {day} {from} {to}");
        }
    }
}
