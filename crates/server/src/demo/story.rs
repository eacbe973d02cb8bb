//! What the demonstration tells: read from `company.toml`, laid out in time. Nothing is written here.

use anyhow::{Context as _, Result};
use serde::Deserialize;

const COMPANY: &str = include_str!("company.toml");

/// Days before today with conversations that are over.
const DAYS: u32 = 14;
/// Conversations a day that are over.
const A_DAY: u32 = 26;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Company {
    pub name: String,
    pub departments: Vec<String>,
    /// The first one is the administrator.
    #[serde(rename = "person")]
    pub people: Vec<Person>,
    #[serde(rename = "topic")]
    topics: Vec<Topic>,
    today: Vec<Today>,
    earlier: Earlier,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    pub name: String,
    pub email: String,
    pub departments: Vec<String>,
    pub languages: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Topic {
    department: String,
    #[serde(default = "english")]
    locale: String,
    page: String,
    lines: Vec<String>,
}

fn english() -> String {
    "en".to_owned()
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Today {
    contact: Option<String>,
    email: Option<String>,
    topic: usize,
    /// How far the talk has come.
    lines_said: usize,
    minutes_ago: u32,
    owner: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Earlier {
    contacts: Vec<String>,
}

/// Who says a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Voice {
    Customer,
    Agent,
    Note,
}

/// One conversation, from its first words to where it stands now.
#[derive(Debug)]
pub struct Talk {
    pub contact: Option<String>,
    pub email: Option<String>,
    pub department: String,
    pub locale: String,
    pub page: String,
    /// The index of the person who takes it; none while it waits.
    pub owner: Option<usize>,
    pub lines: Vec<(Voice, String)>,
    /// When it begins, in seconds before now.
    pub seconds_ago: i64,
    /// Seconds between two lines.
    pub pace: i64,
    pub resolved: bool,
}

/// The company, and all of its conversations.
pub fn tell() -> Result<(Company, Vec<Talk>)> {
    let company: Company = toml::from_str(COMPANY).context("read the demonstration's story")?;
    let mut talks = company.past()?;
    talks.extend(company.today.iter().map(|it| company.now(it)).collect::<Result<Vec<_>>>()?);
    Ok((company, talks))
}

impl Company {
    fn now(&self, it: &Today) -> Result<Talk> {
        let owner = it.owner.as_ref().map(|name| self.people.iter().position(|person| person.name == *name));
        let talk = self.talk(it.topic, it.lines_said)?;
        Ok(Talk {
            contact: it.contact.clone(),
            email: it.email.clone(),
            owner: owner.map(|found| found.context("an owner who is nobody")).transpose()?,
            seconds_ago: i64::from(it.minutes_ago) * 60,
            pace: 50,
            ..talk
        })
    }

    /// What was asked and settled on the days before, and this morning.
    fn past(&self) -> Result<Vec<Talk>> {
        let (people, names) = (self.people.len(), &self.earlier.contacts);
        let mut talks = Vec::new();
        for day in 0..DAYS {
            for turn in 0..A_DAY {
                let index = (day * A_DAY + turn) as usize;
                let talk = self.talk(index * 7 % self.topics.len(), usize::MAX)?;
                let owners: Vec<usize> =
                    (0..people).filter(|person| self.people[*person].departments.contains(&talk.department)).collect();
                let name = &names[index * 5 % names.len()];
                let address = name.to_lowercase().replace([' ', '\''], ".");
                let ascii = address.is_ascii() && !index.is_multiple_of(3);
                talks.push(Talk {
                    contact: (!index.is_multiple_of(4)).then(|| name.clone()),
                    email: ascii.then(|| format!("{address}@example.com")),
                    owner: Some(owners[index % owners.len().max(1)]),
                    seconds_ago: i64::from(day) * 86_400 + 5_400 + i64::from(turn) * 1_130 + (index as i64 * 37 % 600),
                    pace: 20 + (index as i64 * 13 % 70),
                    resolved: true,
                    ..talk
                });
            }
        }
        Ok(talks)
    }

    /// The first lines of a topic, by nobody yet.
    fn talk(&self, topic: usize, most: usize) -> Result<Talk> {
        let topic = self.topics.get(topic).context("a topic that is not told")?;
        let lines = topic.lines.iter().take(most).map(|line| {
            let (mark, text) = line.split_once(' ').context("a line that nobody says")?;
            let voice = match mark {
                "<" => Voice::Customer,
                ">" => Voice::Agent,
                _ => Voice::Note,
            };
            Ok((voice, text.to_owned()))
        });
        Ok(Talk {
            contact: None,
            email: None,
            department: topic.department.clone(),
            locale: topic.locale.clone(),
            page: topic.page.clone(),
            owner: None,
            lines: lines.collect::<Result<_>>()?,
            seconds_ago: 0,
            pace: 60,
            resolved: false,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_story_can_be_told() {
        let (company, talks) = tell().unwrap();
        assert_eq!(talks.iter().filter(|talk| talk.resolved).count(), (DAYS * A_DAY) as usize);
        for talk in &talks {
            assert_eq!(talk.lines.first().map(|(voice, _)| *voice), Some(Voice::Customer));
            assert!(company.departments.contains(&talk.department), "{}", talk.department);
            let owner = talk.owner.map(|owner| &company.people[owner]);
            assert!(owner.is_none_or(|it| it.departments.contains(&talk.department)), "{talk:?}");
            // whoever waits has not been answered, and nothing is said in the future
            assert_eq!(talk.owner.is_none(), talk.lines.iter().all(|(voice, _)| *voice == Voice::Customer));
            assert!(talk.seconds_ago > talk.pace * talk.lines.len() as i64, "{talk:?}");
        }
    }
}
