//! The published schemas: what the program says, and what they accept and reject.

use crate::support::{Input, Part, markdown_files, parts, put, recording, root};
use serde_json::{Map, Value};

#[test]
fn the_published_schemas_are_the_programs() {
    for (name, schema) in [
        ("case", case::schema::case()),
        ("procedure", case::schema::pack()),
        ("claims", case::schema::claims()),
        ("log", case::schema::log()),
    ] {
        let path = root().join(format!("docs/schema/{name}.schema.json"));
        let text = format!("{}\n", serde_json::to_string_pretty(&schema).expect("JSON"));
        if recording() {
            std::fs::create_dir_all(root().join("docs/schema")).expect("a folder");
            std::fs::write(&path, &text).expect("writable");
        }
        let published = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(published == text, "{name}: `RECORD=1 cargo test -p case` publishes it anew");
    }
}

/// TOML as the JSON that editors check; dates are texts.
fn json(value: &toml::Value) -> Value {
    match value {
        toml::Value::String(text) => Value::String(text.clone()),
        toml::Value::Integer(n) => Value::from(*n),
        toml::Value::Float(x) => Value::from(*x),
        toml::Value::Boolean(truth) => Value::Bool(*truth),
        toml::Value::Datetime(date) => Value::String(date.to_string()),
        toml::Value::Array(items) => Value::Array(items.iter().map(json).collect()),
        toml::Value::Table(table) => {
            Value::Object(table.iter().map(|(key, value)| (key.clone(), json(value))).collect::<Map<_, _>>())
        }
    }
}

fn parse(text: &str) -> Option<Value> {
    text.parse::<toml::Table>().ok().map(|table| json(&toml::Value::Table(table)))
}

/// Whether a value fits a schema, as far as ours use the language of schemas.
fn fits(value: &Value, schema: &Value, whole: &Value) -> bool {
    let Some(schema) = schema.as_object() else { return schema.as_bool().unwrap_or(false) };
    schema.iter().all(|(word, says)| match word.as_str() {
        "$ref" => {
            let name = says.as_str().and_then(|path| path.strip_prefix("#/$defs/")).expect("a definition");
            fits(value, &whole["$defs"][name], whole)
        }
        "type" => {
            let one = |name: &str| match name {
                "string" => value.is_string(),
                "number" => value.is_number(),
                "integer" => value.is_i64(),
                "boolean" => value.is_boolean(),
                "array" => value.is_array(),
                "object" => value.is_object(),
                other => panic!("type {other}"),
            };
            match says {
                Value::Array(names) => names.iter().any(|name| one(name.as_str().unwrap_or(""))),
                name => one(name.as_str().unwrap_or("")),
            }
        }
        "const" => value == says,
        "anyOf" => says.as_array().is_some_and(|any| any.iter().any(|schema| fits(value, schema, whole))),
        "items" => value.as_array().is_none_or(|items| items.iter().all(|item| fits(item, says, whole))),
        "required" => value.as_object().is_none_or(|object| {
            says.as_array().is_some_and(|keys| keys.iter().all(|key| object.contains_key(key.as_str().unwrap_or(""))))
        }),
        "properties" => value.as_object().is_none_or(|object| {
            object.iter().all(|(key, value)| says.get(key).is_none_or(|schema| fits(value, schema, whole)))
        }),
        "additionalProperties" => value.as_object().is_none_or(|object| {
            let known = schema.get("properties");
            object
                .iter()
                .filter(|(key, _)| known.is_none_or(|known| known.get(key).is_none()))
                .all(|(_, value)| fits(value, says, whole))
        }),
        "$schema" | "$defs" | "title" | "description" | "format" => true,
        other => panic!("our schemas do not use `{other}`"),
    })
}

fn accepts(schema: &Value, text: &str) -> bool {
    parse(text).is_some_and(|value| fits(&value, schema, schema))
}

#[test]
fn the_schemas_accept_what_the_checker_accepts() {
    let (case, pack) = (case::schema::case(), case::schema::pack());
    let mut folders: Vec<_> = Vec::new();
    for parent in ["tests/drafts", "cases", "cases/past"] {
        let entries = std::fs::read_dir(root().join(parent)).into_iter().flatten().flatten();
        folders.extend(entries.map(|entry| entry.path()));
    }
    let mut count = 0;
    for path in folders.iter().map(|folder| folder.join("case.toml")).filter(|path| path.exists()) {
        assert!(accepts(&case, &std::fs::read_to_string(&path).expect("readable")), "{}", path.display());
        count += 1;
    }
    for folder in ["tests/drafts/packs", "packs"] {
        for path in std::fs::read_dir(root().join(folder)).into_iter().flatten().flatten() {
            let text = std::fs::read_to_string(path.path()).expect("readable");
            assert!(accepts(&pack, &text), "{}", path.path().display());
            count += 1;
        }
    }
    assert!(count >= 10);
}

#[test]
fn the_schemas_reject_unknown_keys_and_kinds() {
    let case = case::schema::case();
    let mut rejected = 0;
    for path in markdown_files(&root().join("tests/diagnostics")) {
        let mut input = Input::default();
        for part in parts(&std::fs::read_to_string(&path).expect("readable")) {
            let Part::Block { info, text } = part else { continue };
            match info.as_str() {
                "toml" => input.case = Some(text),
                "text" => {
                    let snippet = std::mem::take(&mut input).case;
                    let (Some(snippet), false) = (snippet, text.contains("packs/")) else { continue };
                    let whole = put(&snippet);
                    if !text.contains("error[") {
                        assert!(accepts(&case, &whole), "{}\n{snippet}\n{text}", path.display());
                    } else if text.starts_with("error[unknown-key]") {
                        assert!(!accepts(&case, &whole), "{}\n{snippet}", path.display());
                        rejected += 1;
                    }
                }
                _ => input.whole = true,
            }
        }
    }
    assert!(rejected >= 5, "{rejected}");
}
