//! What a deployment is set to: its name, the company's name, the set-up code. Single values under a name.

mod store;
#[cfg(test)]
mod tests;

use base::{Secret, Time};
use db::Tx;

use crate::context::{Context, Deployment};
use crate::error::Result;
use crate::token;

/// How long a set-up code is good, in ms.
pub const SETUP_CODE_LIFE: i64 = 30 * 60 * 1000;

/// What is fixed for the deployment; decided by whoever asks first.
pub fn deployment(tx: &mut Tx<'_>, fresh_id: &[u8; 8], fresh_key: &[u8; 32]) -> Result<Deployment> {
    let id = store::get_or_insert(tx, "deployment_id", &hex(fresh_id))?;
    let key = store::get_or_insert(tx, "visitor_key", &hex(fresh_key))?;
    Ok(Deployment { id, visitor_key: Secret::new(key.into_bytes()) })
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Proves that the database takes writes.
pub fn probe(tx: &mut Tx<'_>) -> Result<()> {
    store::set(tx, "probe", "")
}

/// The company's name; empty before set-up.
pub fn company(tx: &mut Tx<'_>) -> Result<String> {
    Ok(store::get(tx, "company")?.unwrap_or_default())
}

pub(crate) fn set_company(tx: &mut Tx<'_>, company: &str) -> Result<()> {
    store::set(tx, "company", company)
}

/// A number that was set; none before that.
pub(crate) fn number(tx: &mut Tx<'_>, name: &str) -> Result<Option<i64>> {
    Ok(store::get(tx, name)?.and_then(|text| text.parse().ok()))
}

pub(crate) fn set_number(tx: &mut Tx<'_>, name: &str, value: i64) -> Result<()> {
    store::set(tx, name, &value.to_string())
}

/// Adds to the number of conversations that had to be put right because nobody would have acted on them.
pub(crate) fn count_orphans(tx: &mut Tx<'_>, more: usize) -> Result<()> {
    let before = number(tx, "orphans")?.unwrap_or(0);
    set_number(tx, "orphans", before.saturating_add(i64::try_from(more).unwrap_or(i64::MAX)))
}

/// How many conversations ever had to be put right because nobody would have acted on them. It should be none.
pub fn orphans(tx: &mut Tx<'_>) -> Result<i64> {
    Ok(number(tx, "orphans")?.unwrap_or(0))
}

/// Makes `code` the one set-up code that counts from now on.
pub fn set_setup_code(tx: &mut Tx<'_>, cx: &Context, code: &Secret<String>) -> Result<()> {
    let until = cx.now().plus_millis(SETUP_CODE_LIFE);
    store::set(tx, "setup_code", &format!("{} {}", until.millis(), token::hash(code.reveal())))
}

/// Whether `code` is the set-up code and still good.
pub fn is_setup_code(tx: &mut Tx<'_>, cx: &Context, code: &Secret<String>) -> Result<bool> {
    let Some(stored) = store::get(tx, "setup_code")? else { return Ok(false) };
    let Some((until, hash)) = stored.split_once(' ') else { return Ok(false) };
    let fresh = until.parse().is_ok_and(|until| cx.now() < Time(until));
    let same: bool = subtle::ConstantTimeEq::ct_eq(hash.as_bytes(), token::hash(code.reveal()).as_bytes()).into();
    Ok(fresh && same)
}

/// A set-up code works once.
pub(crate) fn spend_setup_code(tx: &mut Tx<'_>) -> Result<()> {
    store::delete(tx, "setup_code")
}
