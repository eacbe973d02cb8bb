//! SQL of the settings.

use db::{Tx, sql};

use crate::error::Result;

pub fn get(tx: &mut Tx<'_>, name: &str) -> Result<Option<String>> {
    let row = sql("SELECT value FROM setting WHERE name = $1").bind(name).maybe::<(String,)>(tx)?;
    Ok(row.map(|(value,)| value))
}

pub fn get_or_insert(tx: &mut Tx<'_>, name: &str, fresh: &str) -> Result<String> {
    sql("INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING").bind(name).bind(fresh).run(tx)?;
    Ok(sql("SELECT value FROM setting WHERE name = $1").bind(name).one::<(String,)>(tx)?.0)
}

pub fn set(tx: &mut Tx<'_>, name: &str, value: &str) -> Result<()> {
    sql("INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value")
        .bind(name)
        .bind(value)
        .run(tx)?;
    Ok(())
}

pub fn delete(tx: &mut Tx<'_>, name: &str) -> Result<()> {
    sql("DELETE FROM setting WHERE name = $1").bind(name).run(tx)?;
    Ok(())
}
