//! JSON Schemas of the files, for editors that complete and check as one types.
//!
//! They say what the checker says about keys and kinds of value; what names mean is beyond a schema. The published
//! copies lie under `docs/schema/`.

use crate::syntax::shapes::{self, Form, Shape};
use serde_json::{Map, Value, json};

/// The schema of `case.toml`.
pub fn case() -> Value {
    document("case", &shapes::CASE, &["formateur", "title", "question", "from", "until", "period", "actors"])
}

/// The schema of a procedure pack.
pub fn pack() -> Value {
    document("procedure", &shapes::PACK, &["formateur", "kind"])
}

/// The schema of `claims.toml`.
pub fn claims() -> Value {
    document("claims", &shapes::CLAIMS, &[])
}

/// The schema of `log.toml`.
pub fn log() -> Value {
    document("log", &shapes::LOG, &[])
}

fn document(title: &str, shape: &'static Shape, required: &[&str]) -> Value {
    let mut defs = Defs::default();
    let mut schema = defs.shape(shape);
    let object = schema.as_object_mut().expect("a shape is an object");
    object.insert("$schema".into(), json!("https://json-schema.org/draft/2020-12/schema"));
    object.insert("title".into(), json!(format!("formateur {title}")));
    if !required.is_empty() {
        object.insert("required".into(), json!(required));
    }
    object.insert("$defs".into(), Value::Object(defs.made));
    schema
}

/// Definitions that are referred to by name.
#[derive(Default)]
struct Defs {
    made: Map<String, Value>,
}

impl Defs {
    fn shape(&mut self, shape: &'static Shape) -> Value {
        let mut properties = Map::new();
        for (key, form) in shape.all() {
            properties.insert((*key).to_owned(), self.form(form));
        }
        json!({ "type": "object", "description": shape.what, "properties": properties, "additionalProperties": false })
    }

    fn refer(&mut self, name: &str, make: impl FnOnce(&mut Defs) -> Value) -> Value {
        if !self.made.contains_key(name) {
            // Entered first, so that a definition may refer to itself.
            self.made.insert(name.to_owned(), Value::Bool(true));
            let made = make(self);
            self.made.insert(name.to_owned(), made);
        }
        json!({ "$ref": format!("#/$defs/{name}") })
    }

    /// A table that must have some of its keys.
    fn needing(&mut self, shape: &'static Shape, keys: &[&str]) -> Value {
        let mut made = self.shape(shape);
        made["required"] = json!(keys);
        made
    }

    fn table(&mut self, shape: &'static Shape) -> Value {
        let name = shape.what.trim_start_matches("a ").trim_start_matches("an ").replace([' ', '`'], "_");
        let is_columns = std::ptr::eq(shape, &raw const shapes::COLUMNS);
        self.refer(&name, |defs| {
            let mut made = defs.shape(shape);
            if is_columns {
                made["required"] = json!(["columns"]);
                made["additionalProperties"] =
                    json!({ "anyOf": [{ "type": "array" }, { "type": "object", "required": ["worth"] }] });
            }
            made
        })
    }

    fn form(&mut self, form: &'static Form) -> Value {
        let text = json!({ "type": "string" });
        match form {
            Form::Text => text,
            Form::Texts => json!({ "anyOf": [text, { "type": "array", "items": { "type": "string" } }] }),
            Form::Date => json!({ "type": "string", "format": "date" }),
            Form::Truth => json!({ "type": "boolean" }),
            Form::Whole => json!({ "type": "integer" }),
            Form::Version => json!({ "const": 1 }),
            Form::Condition => json!({ "type": "string", "description": "a condition, such as stage == formed" }),
            Form::Range => json!({ "type": "string", "description": "a range, such as 0..3" }),
            Form::Domain => self.refer("values", |_| {
                json!({
                    "description": "a list, or names joined by `or`, such as candidates.premier or none",
                    "anyOf": [{ "type": "string" }, { "type": "array", "items": { "type": ["string", "integer"] } }]
                })
            }),
            Form::Number => self.refer("quantity", |defs| {
                let table = defs.needing(&shapes::NUMBER, &["value"]);
                json!({
                    "description": "a number, an interval such as 0.2 to 0.6, an expression, or a table with `value` or `by`",
                    "anyOf": [
                        { "type": "number" },
                        { "type": "string" },
                        table,
                        { "type": "object", "required": ["by"] }
                    ]
                })
            }),
            Form::Rule => self.refer("decision_rule", |defs| {
                let dated = defs.needing(&shapes::DATED_RULE, &["rule"]);
                let disputed = defs.needing(&shapes::DISPUTED_RULE, &["readings", "prior"]);
                json!({
                    "description": "a decision rule, such as majority of members",
                    "anyOf": [
                        { "type": "string" },
                        dated,
                        disputed,
                        { "type": "object", "required": ["by"] }
                    ]
                })
            }),
            Form::Effects => self.refer("effects", |_| {
                json!({
                    "description": "variables and what they become",
                    "type": "object",
                    "additionalProperties": { "anyOf": [
                        { "type": ["string", "integer"] }, { "type": "object", "required": ["by"] }
                    ] }
                })
            }),
            Form::Exit => {
                let effects = self.form(&Form::Effects);
                let result = self.table(&shapes::RESULT);
                json!({ "anyOf": [effects, { "type": "array", "items": result }] })
            }
            Form::Pays => {
                let number = self.form(&Form::Number);
                json!({ "type": "object", "additionalProperties": number })
            }
            Form::Choice => {
                let domain = self.form(&Form::Domain);
                json!({ "type": "object", "additionalProperties": domain })
            }
            Form::Vote => {
                let number = self.form(&Form::Number);
                let mut properties = Map::new();
                for (key, form) in &shapes::REASONS {
                    properties.insert((*key).to_owned(), self.form(form));
                }
                json!({ "type": "object", "properties": properties, "additionalProperties": number })
            }
            Form::Table(shape) => self.table(shape),
            Form::Map(inner) => {
                let inner = self.form(inner);
                json!({ "type": "object", "additionalProperties": inner })
            }
            Form::List(inner) => {
                let inner = self.form(inner);
                json!({ "type": "array", "items": inner })
            }
            Form::Either(forms) => {
                let any: Vec<Value> = forms.iter().map(|form| self.form(form)).collect();
                json!({ "anyOf": any })
            }
            Form::Anything => Value::Bool(true),
        }
    }
}
