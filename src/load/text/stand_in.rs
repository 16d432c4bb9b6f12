//! A value that stands in for one that is missing or wrong, so that the rest of a record is looked at and all its faults are told
//! at once. It never becomes part of a record: whoever used one ends with faults.

use serde::de;
use serde::de::IntoDeserializer;
use serde::de::value::MapDeserializer;
use serde::de::value::StrDeserializer;

use super::fault::Fault;
use super::node::Node;

/// The code of a fault of a stand-in itself; never shown.
pub(super) const CODE: &str = "stand-in";

/// Texts that are tried one after the other, where a text has a form of its own.
const WORDS: [&str; 7] =
    ["x", "2000-01-01T00:00:00Z", "2000-01-01", "P1D", "1", "https://stand-in.example", "sha256:"];

/// Something that is there though it is not written, or not as it must be.
#[derive(Clone, Debug)]
pub(super) struct StandIn {
    /// Where its map stands, or the value it is in place of.
    at: (u32, u32),
    /// The key of that map; `None` in place of a value.
    pub(super) key: Option<&'static str>,
    /// The key of the outermost map that it is under.
    pub(super) under: Option<String>,
    /// Which of the texts it gives.
    word: usize,
}

impl StandIn {
    /// For `key` of the map at `at`, or for the value there.
    pub(super) fn new(at: (u32, u32), key: Option<&'static str>, under: Option<String>) -> Self {
        Self { at, key, under, word: 0 }
    }

    /// Whether it is for `key` of the map at `at`, or for the value there.
    pub(super) fn is_for(&self, at: (u32, u32), key: Option<&str>) -> bool {
        self.at == at && self.key == key
    }

    /// Its key, when it is one of the map `node`.
    pub(super) fn key_in(&self, node: &Node<'_>) -> Option<&'static str> {
        self.key.filter(|_| self.at == (node.start, node.end))
    }

    /// Whether the bytes `from..to` enclose it, so that a fault there may be its own.
    pub(super) fn is_within(&self, (from, to): (u32, u32)) -> bool {
        from <= self.at.0 && self.at.1 <= to
    }

    /// Takes the next text; false when there is none.
    pub(super) fn try_next(&mut self) -> bool {
        self.word += 1;
        self.word < WORDS.len()
    }

    /// What it gives.
    pub(super) fn value(&self) -> Given {
        Given { word: WORDS.get(self.word).copied().unwrap_or_default() }
    }
}

/// What is read in place of `node`, if anything.
pub(super) fn instead(stand_ins: &[StandIn], node: &Node<'_>) -> Option<Given> {
    stand_ins.iter().find(|one| one.is_for((node.start, node.end), None)).map(StandIn::value)
}

/// A fault of a stand-in, which is not told.
pub(super) fn own(fault: Fault) -> Fault {
    Fault { code: CODE, lacks: None, ..fault }
}

/// A value of whatever type is asked for.
#[derive(Clone, Copy)]
pub(super) struct Given {
    word: &'static str,
}

macro_rules! give {
    ($visit:ident($value:expr): $($method:ident)*) => {
        $(fn $method<V: de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> { visitor.$visit($value) })*
    };
}

impl<'de> de::Deserializer<'de> for Given {
    type Error = Fault;

    give! { visit_bool(false): deserialize_bool }
    give! { visit_u64(1): deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
    deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 }
    give! { visit_f64(1.0): deserialize_f32 deserialize_f64 }

    fn deserialize_any<V: de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_str(self.word)
    }

    fn deserialize_option<V: de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_none()
    }

    fn deserialize_unit<V: de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: de::Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_seq(de::value::SeqDeserializer::new(std::iter::empty::<Self>()))
    }

    fn deserialize_map<V: de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_map(MapDeserializer::new(std::iter::empty::<(&str, Self)>()))
    }

    fn deserialize_struct<V: de::Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_map(MapDeserializer::new(fields.iter().map(|field| (*field, self))))
    }

    fn deserialize_enum<V: de::Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_enum(StrDeserializer::<Fault>::new(variants.first().copied().unwrap_or_default()))
    }

    fn deserialize_ignored_any<V: de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_unit()
    }

    serde::forward_to_deserialize_any! {
        char str string bytes byte_buf unit_struct tuple tuple_struct identifier
    }
}

impl IntoDeserializer<'_, Fault> for Given {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}
