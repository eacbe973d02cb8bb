//! Tags: the words that a team sorts its conversations by, each with a colour. Which conversation carries which is the
//! conversation's matter.

mod store;
#[cfg(test)]
mod tests;

use base::{TagId, Time};
use db::Tx;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::actor::{Action, Actor, Permission, Resource, authorize};
use crate::agent;
use crate::context::Context;
use crate::error::{Rejection, Result};
use crate::event::{Audience, Kind, emit};

/// The most tags a deployment may have.
const MOST: i64 = 1_000;

/// The colours there are; what each looks like is decided where it is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = TagColour)]
pub enum Colour {
    #[default]
    Grey,
    Red,
    Orange,
    Yellow,
    Green,
    Teal,
    Blue,
    Violet,
    Pink,
}

impl Colour {
    const ALL: [(Self, &'static str); 9] = [
        (Self::Grey, "grey"),
        (Self::Red, "red"),
        (Self::Orange, "orange"),
        (Self::Yellow, "yellow"),
        (Self::Green, "green"),
        (Self::Teal, "teal"),
        (Self::Blue, "blue"),
        (Self::Violet, "violet"),
        (Self::Pink, "pink"),
    ];

    fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(colour, _)| *colour == self).map_or("grey", |(_, name)| name)
    }

    fn parse(text: &str) -> Self {
        Self::ALL.iter().find(|(_, name)| *name == text).map_or(Self::Grey, |(colour, _)| *colour)
    }
}

/// A word for sorting conversations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Tag {
    #[schema(value_type = String)]
    pub id: TagId,
    /// Unique, whatever the case.
    pub name: String,
    pub colour: Colour,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
}

/// What a tag is made of.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewTag)]
pub struct New {
    /// 1 to 80 characters.
    pub name: String,
    #[serde(default)]
    pub colour: Colour,
}

/// What to change of a tag; what is missing stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TagUpdate)]
pub struct Update {
    pub name: Option<String>,
    pub colour: Option<Colour>,
}

#[derive(Serialize)]
struct TagData<'a> {
    tag: &'a Tag,
}

#[derive(Serialize)]
struct Gone {
    id: TagId,
}

/// All tags by name, with the number of the last event that is in them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Tags {
    pub items: Vec<Tag>,
    pub head: i64,
}

pub fn list(tx: &mut Tx<'_>, actor: &Actor) -> Result<Tags> {
    authorize(actor, Action::Read, Resource::Deployment)?;
    Ok(Tags { items: store::list(tx)?, head: tx.head()? })
}

/// Refuses a tag that is not there.
pub(crate) fn get(tx: &mut Tx<'_>, id: TagId) -> Result<Tag> {
    store::by_id(tx, id)?.ok_or_else(|| Rejection::NotFound.into())
}

fn named(tx: &mut Tx<'_>, id: Option<TagId>, name: &str) -> Result<String> {
    let mut errors = Vec::new();
    agent::check_name(&mut errors, "name", name);
    if !errors.is_empty() {
        return Err(Rejection::Invalid(errors).into());
    }
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    if store::by_key(tx, &key(&name))?.is_some_and(|tag| Some(tag.id) != id) {
        return Err(Rejection::invalid("name", "There is a tag with this name.").into());
    }
    Ok(name)
}

/// Two names with one key are one name to people.
fn key(name: &str) -> String {
    name.to_lowercase()
}

/// A new tag.
pub fn create(tx: &mut Tx<'_>, cx: &Context, actor: &Actor, new: &New) -> Result<Tag> {
    authorize(actor, Action::May(Permission::TagManage), Resource::Deployment)?;
    if store::count(tx)? >= MOST {
        return Err(Rejection::invalid("name", "There are 1,000 tags already. Delete one first.").into());
    }
    let id = TagId::new(&cx.rng, cx.now());
    let tag = Tag { id, name: named(tx, None, &new.name)?, colour: new.colour, created_at: cx.now() };
    store::insert(tx, &tag, &key(&tag.name))?;
    emit(tx, cx, actor, Kind::TagCreated, None, Audience::Agents, &TagData { tag: &tag });
    Ok(tag)
}

/// Gives a tag another name or colour, on every conversation that carries it.
pub fn update(tx: &mut Tx<'_>, cx: &Context, actor: &Actor, id: TagId, update: &Update) -> Result<Tag> {
    authorize(actor, Action::May(Permission::TagManage), Resource::Deployment)?;
    let before = get(tx, id)?;
    let mut after = before.clone();
    if let Some(name) = &update.name {
        after.name = named(tx, Some(id), name)?;
    }
    after.colour = update.colour.unwrap_or(before.colour);
    if after != before {
        store::save(tx, &after, &key(&after.name))?;
        emit(tx, cx, actor, Kind::TagUpdated, None, Audience::Agents, &TagData { tag: &after });
    }
    Ok(after)
}

/// Deletes a tag: no conversation shows it any more. However many carry it, only the tag itself is written.
pub fn delete(tx: &mut Tx<'_>, cx: &Context, actor: &Actor, id: TagId) -> Result<()> {
    authorize(actor, Action::May(Permission::TagManage), Resource::Deployment)?;
    get(tx, id)?;
    store::delete(tx, id)?;
    emit(tx, cx, actor, Kind::TagDeleted, None, Audience::Agents, &Gone { id });
    Ok(())
}
