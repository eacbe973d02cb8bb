//! What a role can allow: a closed list. The part before the dot is the group it is shown in; the sentence that explains it
//! stands in the dashboard's language files.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::openapi::schema::Type;
use utoipa::openapi::{ObjectBuilder, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

macro_rules! permissions {
    ($($(#[$doc:meta])* $name:ident = $text:literal),+ $(,)?) => {
        /// One thing that a role can allow.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        pub enum Permission {
            $($(#[$doc])* #[serde(rename = $text)] $name),+
        }

        impl Permission {
            /// Every permission, in the order in which they are shown.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text),+
                }
            }
        }
    };
}

permissions! {
    /// Read every conversation, whatever its department.
    ConversationReadAll = "conversation.read_all",
    /// Act on a colleague's conversation as if it were one's own.
    ConversationTakeOver = "conversation.take_over",
    /// Hand a conversation to a colleague or a department.
    ConversationTransfer = "conversation.transfer",
    /// Change many conversations at once.
    ConversationBulk = "conversation.bulk",
    ContactMerge = "contact.merge",
    ContactDelete = "contact.delete",
    /// Give canned replies to a department or to everybody.
    CannedShare = "canned.share",
    /// Give saved views to others.
    ViewShare = "view.share",
    TagManage = "tag.manage",
    FieldManage = "field.manage",
    MacroManage = "macro.manage",
    /// Invite people, change their accounts, reset passwords, sign them out.
    PeopleManage = "people.manage",
    /// Set a colleague's status.
    PeopleStatus = "people.status",
    RoleManage = "role.manage",
    DepartmentManage = "department.manage",
    InboxManage = "inbox.manage",
    SettingManage = "setting.manage",
    MonitoringRead = "monitoring.read",
    ReportRead = "report.read",
    CsatRead = "csat.read",
    AuditRead = "audit.read",
    DataExport = "data.export",
}

impl PartialSchema for Permission {
    fn schema() -> RefOr<Schema> {
        let names = Self::ALL.iter().map(|it| it.as_str());
        ObjectBuilder::new().schema_type(Type::String).enum_values(Some(names)).into()
    }
}

impl ToSchema for Permission {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Permission")
    }
}

impl Permission {
    /// None for a name that this version does not know: it allows nothing.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|it| it.as_str() == text)
    }

    const fn bit(self) -> u64 {
        1 << self as u64
    }
}

/// A set of permissions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Permissions(u64);

impl Permissions {
    pub const NONE: Self = Self(0);

    pub const fn all() -> Self {
        Self((1 << Permission::ALL.len()) - 1)
    }

    /// What the built-in role Agent may.
    pub const fn of_agents() -> Self {
        Self(
            Permission::ConversationTransfer.bit()
                | Permission::ConversationBulk.bit()
                | Permission::ContactMerge.bit(),
        )
    }

    pub const fn has(self, permission: Permission) -> bool {
        self.0 & permission.bit() != 0
    }

    /// Whether everything in `other` is in here too.
    pub const fn includes(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    pub fn iter(self) -> impl Iterator<Item = Permission> {
        Permission::ALL.iter().copied().filter(move |it| self.has(*it))
    }

    /// As it is stored: a JSON list of names. Names from a newer version are left out.
    pub fn from_json(text: &str) -> Self {
        let names: Vec<String> = serde_json::from_str(text).unwrap_or_default();
        names.iter().filter_map(|name| Permission::parse(name)).collect()
    }
}

impl FromIterator<Permission> for Permissions {
    fn from_iter<T: IntoIterator<Item = Permission>>(permissions: T) -> Self {
        Self(permissions.into_iter().fold(0, |bits, it| bits | it.bit()))
    }
}

impl Serialize for Permissions {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for Permissions {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Vec::<Permission>::deserialize(deserializer)?.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_survives_being_stored_and_a_foreign_name_allows_nothing() {
        for set in [Permissions::NONE, Permissions::of_agents(), Permissions::all()] {
            assert_eq!(Permissions::from_json(&serde_json::to_string(&set).unwrap()), set);
        }
        assert_eq!(Permissions::from_json(r#"["conversation.own_all","audit.read"]"#).iter().count(), 1);
        assert_eq!(Permissions::from_json("no list"), Permissions::NONE);
        assert!(
            serde_json::from_str::<Permissions>(r#"["conversation.own_all"]"#).is_err(),
            "what is sent must be known"
        );
    }

    #[test]
    fn names_are_unique_and_say_their_group() {
        for (index, it) in Permission::ALL.iter().enumerate() {
            assert_eq!(Permission::ALL.iter().position(|other| other.as_str() == it.as_str()), Some(index));
            assert!(it.as_str().split_once('.').is_some_and(|(group, verb)| !group.is_empty() && !verb.is_empty()));
            assert!(Permissions::all().has(*it));
        }
        assert!(Permissions::all().includes(Permissions::of_agents()));
        assert!(!Permissions::of_agents().includes(Permissions::all()));
    }
}
