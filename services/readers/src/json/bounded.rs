//! JSON values with bounded memory.
//!
//! A document of a few megabytes can hold a million small objects, each of which takes hundreds of
//! bytes as a value. The reader therefore counts the memory cost while it parses.

use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// Cost of an object or list besides its entries: it reserves room for several.
const CONTAINER_BYTES: usize = 640;

/// Cost of an entry besides its text.
const ENTRY_BYTES: usize = 96;

/// Reads one value; fails when `left` is exhausted.
pub(super) struct Bounded<'a> {
    pub(super) left: &'a Cell<usize>,
}

impl Bounded<'_> {
    fn spend<E: Error>(&self, bytes: usize) -> Result<(), E> {
        let left = self.left.get().checked_sub(bytes);
        self.left.set(left.unwrap_or_default());
        left.map(|_| ()).ok_or_else(|| E::custom("it is too large in memory"))
    }
}

impl<'de> DeserializeSeed<'de> for Bounded<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Bounded<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        self.spend(value.len())?;
        Ok(Value::String(value.to_owned()))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        self.spend(CONTAINER_BYTES)?;
        let mut values = Vec::new();
        while let Some(value) = list.next_element_seed(Bounded { left: self.left })? {
            self.spend(ENTRY_BYTES)?;
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Value, A::Error> {
        self.spend(CONTAINER_BYTES)?;
        let mut fields = Map::new();
        while let Some(key) = object.next_key::<String>()? {
            self.spend(ENTRY_BYTES + key.len())?;
            let value = object.next_value_seed(Bounded { left: self.left })?;
            fields.insert(key, value);
        }
        Ok(Value::Object(fields))
    }
}
