//! Trees to typed records, strictly, with every fault at its place: unknown keys with the word that was meant,
//! missing keys, wrong types. A record with several faults reports them together.

use std::borrow::Cow;
use std::cell::RefCell;

use serde::de;
use serde::de::DeserializeOwned;
use serde::de::IntoDeserializer as _;

use super::Language;
use super::fault::Fault;
use super::fault::one_of;
use super::fault::short;
use super::node::Data;
use super::node::Entry;
use super::node::Node;
use super::stand_in;
use super::stand_in::Given;
use super::stand_in::StandIn;

/// The most faults reported of one record.
const MAX_FAULTS: usize = 20;

/// Records longer than this, in bytes, are looked at once for keys that are missing: each further look reads all of it again.
const MAX_LOOKED_AGAIN: u32 = 1 << 20;

/// Reads a record from `node`; its faults otherwise, or beside it.
pub(crate) fn read<T: DeserializeOwned>(node: &Node<'_>, language: Language) -> Result<T, Vec<Fault>> {
    let mut faults: Vec<Fault> = Vec::new();
    let mut slips: Vec<Fault> = Vec::new();
    let mut skip: Vec<String> = Vec::new();
    let mut stand_ins: Vec<StandIn> = Vec::new();
    loop {
        let unknown = RefCell::new(Vec::new());
        let context = Context { language, unknown: &unknown, stand_ins: &stand_ins };
        let result = T::deserialize(Value { node, context, skip: &skip });
        for slip in unknown.into_inner() {
            if slips.iter().all(|known| known.place != slip.place) {
                slips.push(slip);
            }
        }
        let fault = match result {
            Ok(value) if faults.is_empty() && slips.is_empty() => return Ok(value),
            Ok(_) => break,
            Err(fault) => fault,
        };
        // look again with something in place of what is missing or wrong, or without its key: there may be more to say
        let place = fault.place.unwrap_or((node.start, node.end));
        let skip_instead = if fault.code == stand_in::CODE {
            if stand_ins.last_mut().is_some_and(StandIn::try_next) {
                continue;
            }
            stand_ins.pop().and_then(|last| last.under)
        } else if fault.lacks.is_none() && stand_ins.iter().any(|known| known.is_within(place)) {
            // perhaps only because of what stands in
            break;
        } else {
            let is_new = stand_ins.iter().all(|known| !known.is_for(place, fault.lacks));
            let is_skipped = place == (node.start, node.end)
                && fault.lacks.is_some_and(|key| skip.iter().any(|skipped| skipped == key));
            let (lacks, under) = (fault.lacks, fault.key.clone());
            if is_new && !is_skipped {
                faults.push(fault);
            }
            let is_small = node.end - node.start <= MAX_LOOKED_AGAIN;
            if is_new && is_small && (lacks.is_some() || under.is_some()) && faults.len() < MAX_FAULTS {
                stand_ins.push(StandIn::new(place, lacks, under));
                continue;
            }
            under
        };
        match skip_instead.filter(|key| !skip.contains(key) && node.has(key)) {
            Some(key) if faults.len() < MAX_FAULTS => skip.push(key),
            Some(_) | None => break,
        }
    }
    // a key that is missing is said already where another was written for it
    faults.retain(|fault| !slips.iter().any(|slip| slip.is_meant_for(fault)));
    faults.extend(slips);
    faults.sort_by_key(|fault| fault.place);
    faults.truncate(MAX_FAULTS);
    Err(faults)
}

/// A tree as the JSON value it means; numbers beyond 64 bits become text.
pub(crate) fn to_json(node: &Node<'_>) -> serde_json::Value {
    match &node.data {
        Data::Null => serde_json::Value::Null,
        Data::Bool(value) => serde_json::Value::Bool(*value),
        Data::Number(raw) => serde_json::from_str::<serde_json::Number>(raw)
            .ok()
            .filter(|number| !number.is_f64() || raw.contains(['.', 'e', 'E']))
            .map_or_else(|| serde_json::Value::String(raw.to_string()), serde_json::Value::Number),
        Data::Text(text) => serde_json::Value::String(text.to_string()),
        Data::List(list) => serde_json::Value::Array(list.iter().map(to_json).collect()),
        Data::Map(entries) => serde_json::Value::Object(
            entries.iter().map(|entry| (entry.key.to_string(), to_json(&entry.value))).collect(),
        ),
    }
}

#[derive(Clone, Copy)]
struct Context<'c> {
    language: Language,
    unknown: &'c RefCell<Vec<Fault>>,
    /// Keys that are there though they are not written.
    stand_ins: &'c [StandIn],
}

/// One value, as serde reads it.
struct Value<'n, 'a, 'c> {
    node: &'n Node<'a>,
    context: Context<'c>,
    /// Keys of this map that are not looked at.
    skip: &'c [String],
}

impl<'n, 'a, 'c> Value<'n, 'a, 'c> {
    fn inner(&self, node: &'n Node<'a>) -> Self {
        Value { node, context: self.context, skip: &[] }
    }

    fn list<'de, V: de::Visitor<'de>>(&self, items: &'n [Node<'a>], visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_seq(Items { items: items.iter(), of: self })
    }

    fn entries<'de, V: de::Visitor<'de>>(
        &self,
        entries: &'n [Entry<'a>],
        fields: Option<&'static [&'static str]>,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_map(Entries {
            entries: entries.iter(),
            value: None,
            stand_ins: self.context.stand_ins.iter(),
            of: self,
            fields,
        })
    }

    fn number<'de, V: de::Visitor<'de>>(&self, raw: &str, visitor: V) -> Result<V::Value, Fault> {
        if let Ok(value) = raw.parse::<u64>() {
            visitor.visit_u64(value)
        } else if let Ok(value) = raw.parse::<i64>() {
            visitor.visit_i64(value)
        } else if raw.contains(['.', 'e', 'E']) {
            match raw.parse::<f64>() {
                Ok(value) if value.is_finite() => visitor.visit_f64(value),
                Ok(_) | Err(_) => Err(de::Error::custom(format!("`{}` is too large a number", short(raw)))),
            }
        } else {
            Err(de::Error::custom(format!("`{}` is too large a number", short(raw))))
        }
    }

    fn any<'de, V: de::Visitor<'de>>(
        &self,
        fields: Option<&'static [&'static str]>,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        let node = self.node;
        match &node.data {
            Data::Null => visitor.visit_unit(),
            Data::Bool(value) => visitor.visit_bool(*value),
            Data::Number(raw) => self.number(raw, visitor),
            Data::Text(text) => visitor.visit_str(text),
            Data::List(items) => self.list(items, visitor),
            Data::Map(entries) => self.entries(entries, fields, visitor),
        }
        .map_err(|fault: Fault| fault.at(node.start, node.end))
    }

    /// A text; in YAML a number that was written without quotes is the text it looks like.
    fn as_text(&self) -> Option<&'n str> {
        match (&self.node.data, self.context.language) {
            (Data::Text(text), _) => Some(text),
            (Data::Number(raw), Language::Yaml) => Some(raw),
            _ => None,
        }
    }
}

macro_rules! forward {
    ($($method:ident)*) => {
        $(fn $method<V: de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> { self.any(None, visitor) })*
    };
}

impl<'de> de::Deserializer<'de> for Value<'_, '_, '_> {
    type Error = Fault;

    forward! {
        deserialize_any deserialize_bool deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_f32 deserialize_f64
        deserialize_bytes deserialize_byte_buf deserialize_unit deserialize_seq deserialize_map
    }

    fn deserialize_str<V: de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.as_text() {
            Some(text) => {
                visitor.visit_str(text).map_err(|fault: Fault| fault.at(self.node.start, self.node.end))
            }
            None => match &self.node.data {
                Data::Number(raw) => {
                    let mut fault =
                        Fault::new("wrong-type", format!("expected a text, found `{}`", short(raw)));
                    fault.help = "put it in quotes".to_owned();
                    Err(fault.at(self.node.start, self.node.end))
                }
                Data::Null | Data::Bool(_) | Data::Text(_) | Data::List(_) | Data::Map(_) => {
                    self.any(None, visitor)
                }
            },
        }
    }

    fn deserialize_string<V: de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_str(visitor)
    }

    fn deserialize_char<V: de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_str(visitor)
    }

    fn deserialize_identifier<V: de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.node.data {
            Data::Null => visitor.visit_none(),
            Data::Bool(_) | Data::Number(_) | Data::Text(_) | Data::List(_) | Data::Map(_) => {
                visitor.visit_some(self)
            }
        }
    }

    fn deserialize_unit_struct<V: de::Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.any(None, visitor)
    }

    fn deserialize_newtype_struct<V: de::Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_tuple<V: de::Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Fault> {
        self.any(None, visitor)
    }

    fn deserialize_tuple_struct<V: de::Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.any(None, visitor)
    }

    fn deserialize_struct<V: de::Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        if self.node.map().is_none() {
            return Err(<Fault as de::Error>::custom(format!("expected a map, found {}", self.node.kind())))
                .map_err(|fault: Fault| {
                    Fault { code: "wrong-type", ..fault }.at(self.node.start, self.node.end)
                });
        }
        self.any(Some(fields), visitor)
    }

    fn deserialize_enum<V: de::Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        let (start, end) = (self.node.start, self.node.end);
        match self.as_text() {
            Some(text) => visitor.visit_enum(de::value::StrDeserializer::<Fault>::new(text)),
            None => Err(Fault::new(
                "wrong-type",
                format!("expected {}, found {}", one_of(variants), self.node.kind()),
            )),
        }
        .map_err(|fault: Fault| fault.at(start, end))
    }

    fn deserialize_ignored_any<V: de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_unit()
    }
}

struct Items<'s, 'n, 'a, 'c> {
    items: std::slice::Iter<'n, Node<'a>>,
    of: &'s Value<'n, 'a, 'c>,
}

impl<'de> de::SeqAccess<'de> for Items<'_, '_, '_, '_> {
    type Error = Fault;

    fn next_element_seed<T: de::DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Fault> {
        let Some(item) = self.items.next() else { return Ok(None) };
        match stand_in::instead(self.of.context.stand_ins, item) {
            Some(given) => seed.deserialize(given).map_err(stand_in::own),
            None => seed.deserialize(self.of.inner(item)),
        }
        .map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len().min(4096))
    }
}

/// The value of a key.
enum Found<'n, 'a> {
    Written(&'n Entry<'a>),
    StandsIn(Given),
}

struct Entries<'s, 'n, 'a, 'c> {
    entries: std::slice::Iter<'n, Entry<'a>>,
    value: Option<Found<'n, 'a>>,
    stand_ins: std::slice::Iter<'c, StandIn>,
    of: &'s Value<'n, 'a, 'c>,
    fields: Option<&'static [&'static str]>,
}

impl<'de> de::MapAccess<'de> for Entries<'_, '_, '_, '_> {
    type Error = Fault;

    fn next_key_seed<K: de::DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Fault> {
        for entry in self.entries.by_ref() {
            if self.of.skip.iter().any(|key| *key == entry.key) {
                continue;
            }
            if let Some(fields) = self.fields
                && !fields.contains(&entry.key.as_ref())
            {
                // records refuse unknown keys; noted here, so that the other faults are found too
                let fault = <Fault as de::Error>::unknown_field(&entry.key, fields);
                self.of.context.unknown.borrow_mut().push(at_key(fault, entry));
                continue;
            }
            self.value = Some(Found::Written(entry));
            let key: Cow<'_, str> = Cow::Borrowed(entry.key.as_ref());
            return seed
                .deserialize(key.into_deserializer())
                .map(Some)
                .map_err(|fault: Fault| at_key(fault, entry));
        }
        let of = self.of;
        let next = self.stand_ins.by_ref().find_map(|one| Some((one, one.key_in(of.node)?)));
        let Some((stand_in, key)) = next else { return Ok(None) };
        self.value = Some(Found::StandsIn(stand_in.value()));
        seed.deserialize(key.into_deserializer()).map(Some)
    }

    fn next_value_seed<V: de::DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Fault> {
        let entry = match self.value.take() {
            Some(Found::Written(entry)) => entry,
            Some(Found::StandsIn(given)) => return seed.deserialize(given).map_err(stand_in::own),
            None => return Err(de::Error::custom("a value without a key")),
        };
        if let Some(given) = stand_in::instead(self.of.context.stand_ins, &entry.value) {
            return seed.deserialize(given).map_err(stand_in::own);
        }
        seed.deserialize(self.of.inner(&entry.value)).map_err(|fault: Fault| {
            let (start, end) = (entry.value.start, entry.value.end);
            let empty = start == end;
            let fault = if empty { at_key(fault, entry) } else { fault.at(start, end) };
            Fault { key: Some(entry.key.to_string()), ..fault }
        })
    }
}

fn at_key(fault: Fault, entry: &Entry<'_>) -> Fault {
    let width = u32::try_from(entry.key.len()).unwrap_or(1);
    fault.at(entry.key_start, entry.key_start + width)
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::load::text;
    use crate::model::content::Claim;

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(rename_all = "kebab-case", deny_unknown_fields)]
    struct Sample {
        name: String,
        #[serde(default)]
        count: Option<u32>,
        #[serde(default)]
        tags: Vec<String>,
    }

    fn faults<T: DeserializeOwned + std::fmt::Debug>(text: &str) -> Vec<String> {
        let document = text::parse(text).unwrap();
        read::<T>(&document.root, document.language)
            .unwrap_err()
            .iter()
            .map(|fault| {
                let finding = fault.finding("f", text, &document.root);
                let place = finding.place.unwrap();
                format!(
                    "{}:{}+{} {} [{}] ({})",
                    place.line.unwrap(),
                    place.column.unwrap(),
                    place.width,
                    finding.message,
                    place.pointer,
                    finding.help
                )
            })
            .collect()
    }

    #[test]
    fn all_faults_of_a_record_are_reported_at_their_places() {
        let text = "nmae: x\ncount: many\ntags: [a, {b: 1}]\nextra: 1\n";
        assert_eq!(
            faults::<Sample>(text),
            [
                "1:1+4 unknown key `nmae` [/nmae] (did you mean `name`?)",
                "2:8+4 expected a whole number, found `many` [/count] ()",
                "3:11+6 expected a text, found a map [/tags/1] ()",
                "4:1+5 unknown key `extra` [/extra] (known here: `name`, `count`, `tags`)",
            ]
        );
    }

    #[test]
    fn a_missing_key_points_at_its_map() {
        assert_eq!(faults::<Sample>("count: 1\n"), ["1:1+8 the key `name` is missing [] (add `name:`)"]);
    }

    #[test]
    fn all_keys_that_are_missing_are_told_at_once_each_at_its_map() {
        use crate::model::drill::DrillFile;
        assert_eq!(
            faults::<DrillFile>(
                "{\"drill-version\": \"1\", \"id\": \"d\",\n \"objectives\": [\n  {},\n  {\"id\": 1}],\n \"result\": {}}"
            ),
            [
                "1:1+33 the key `title` is missing [] (add `title:`)",
                "1:1+33 the key `type` is missing [] (add `type:`)",
                "1:1+33 the key `environment` is missing [] (add `environment:`)",
                "1:1+33 the key `started` is missing [] (add `started:`)",
                "3:3+2 the key `metric` is missing [/objectives/0] (add `metric:`)",
                "4:3+9 the key `metric` is missing [/objectives/1] (add `metric:`)",
                "4:4+2 unknown key `id` [/objectives/1/id] (known here: `metric`, `name`, `service`, `target`, `achieved`, `unit`, `compare`, `note`)",
                "5:12+2 the key `status` is missing [/result] (add `status:`)",
            ]
        );
    }

    #[test]
    fn a_wrong_value_hides_no_other_fault_beside_it() {
        use crate::model::drill::DrillFile;
        assert_eq!(
            faults::<DrillFile>(
                "drill-version: \"1\"\nid: d\ntitle: D\ntype: restore\nenvironment: staging\nstarted: 2026-01-01T00:00:00Z\n\
                 timeline:\n  - {mark: disrupted}\n  - {at: noon, mark: note}\nobjectives: [{metric: [rto]}, rpo]\nresult: {status: good}\n"
            ),
            [
                "8:5+17 the key `at` is missing [/timeline/0] (add `at:`)",
                "8:12+9 expected one of `disruption`, `detected`, `declared`, `recovery-started`, `service-restored`, `data-verified`, `fallback-completed`, `aborted`, `note`, found `disrupted` [/timeline/0/mark] (did you mean `disruption`?)",
                "9:10+4 `noon` is not an RFC 3339 time with an offset, such as `2026-03-02T10:00:00Z` [/timeline/1/at] ()",
                "10:23+5 expected a text, found a list [/objectives/0/metric] ()",
                "10:31+3 expected a map, found a text [/objectives/1] ()",
                "11:18+4 expected one of `failed`, `aborted`, `interrupted`, `not-run`, `inconclusive`, `observed`, `passed-with-findings`, `passed`, found `good` [/result/status] ()",
            ]
        );
    }

    #[test]
    fn a_needed_key_with_a_wrong_value_hides_none_that_is_missing_and_is_not_told_as_missing() {
        use crate::model::drill::DrillFile;
        assert_eq!(
            faults::<DrillFile>(
                "drill-version: \"1\"\nid: d\ntype: restore\nenvironment: [staging]\nstarted: soon\nresult: {status: passed}\n"
            ),
            [
                "1:1+18 the key `title` is missing [] (add `title:`)",
                "4:14+9 expected one of `production`, `production-like`, `staging`, `isolated`, `none`, found a list [/environment] ()",
                "5:10+4 `soon` is not an RFC 3339 time with an offset, such as `2026-03-02T10:00:00Z` [/started] ()",
            ]
        );
    }

    #[test]
    fn a_slip_in_a_needed_key_is_told_as_the_slip_wherever_it_stands() {
        #[derive(Debug, Deserialize)]
        #[serde(rename_all = "kebab-case", deny_unknown_fields)]
        struct Outer {
            #[expect(dead_code, reason = "only read")]
            inner: Sample,
            #[expect(dead_code, reason = "only read")]
            other: Sample,
        }
        assert_eq!(
            faults::<Outer>("inner:\n  nmae: x\n  extra: 1\nother:\n  count: 1\n"),
            [
                "2:3+4 unknown key `nmae` [/inner/nmae] (did you mean `name`?)",
                "3:3+5 unknown key `extra` [/inner/extra] (known here: `name`, `count`, `tags`)",
                "5:3+8 the key `name` is missing [/other] (add `name:`)",
            ]
        );
    }

    #[test]
    fn yaml_numbers_are_texts_where_texts_are_asked_for_and_json_numbers_are_not() {
        let document = text::parse("name: 1.10\n").unwrap();
        assert_eq!(read::<Sample>(&document.root, document.language).unwrap().name, "1.10");
        assert_eq!(
            faults::<Sample>("{\"name\": 1.10}"),
            ["1:10+4 expected a text, found `1.10` [/name] (put it in quotes)"]
        );
        assert_eq!(
            faults::<Sample>("name: ~\n"),
            ["1:7+1 expected a text, found nothing [/name] (put it in quotes)"]
        );
    }

    #[test]
    fn a_claim_with_criteria_is_read_with_its_parameters() {
        let text = "id: a\nstatement: S\ncriteria:\n  - id: c\n    text: T\n    kind: test-passed\n    test: x::y\n    max-age: P90D\n";
        let document = text::parse(text).unwrap();
        let claim: Claim = read(&document.root, document.language).unwrap();
        assert_eq!(claim.criteria[0].parameters["test"], serde_json::json!("x::y"));
        assert_eq!(faults::<Claim>("id: a\nstatement: S\ntier: high\n").len(), 1);
    }
}
