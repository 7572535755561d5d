//! Days in TOML files, where they are values of their own.

use jiff::civil::Date;
use serde::de::Error;
use serde::{Deserialize, Deserializer};

fn day<E: Error>(written: toml::value::Datetime) -> Result<Date, E> {
    let date = written.date.filter(|_| written.time.is_none()).ok_or_else(|| E::custom("expected a day"))?;
    Date::new(date.year as i16, date.month as i8, date.day as i8).map_err(E::custom)
}

pub(crate) fn optional<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Date>, D::Error> {
    Option::<toml::value::Datetime>::deserialize(from)?.map(day).transpose()
}

pub(crate) fn list<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Date>, D::Error> {
    Vec::<toml::value::Datetime>::deserialize(from)?.into_iter().map(day).collect()
}
