//! Whether an answer is what the API description says: the part of JSON Schema that the description uses.

use std::sync::OnceLock;

use serde_json::{Map, Value};

use super::Answer;

/// The description that the server gives of itself.
pub fn document() -> &'static Value {
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    DOCUMENT.get_or_init(|| serde_json::from_str(&server::api::openapi()).unwrap())
}

/// The described route that serves this address: `/api/v1/agents/{id}` for `/api/v1/agents/agent_1`.
pub fn route_of(path: &str) -> Option<&'static str> {
    let path = path.split('?').next().unwrap();
    let paths = document()["paths"].as_object().unwrap();
    let fits = |route: &str| {
        let (mut wanted, mut given) = (route.split('/'), path.split('/'));
        let all = wanted.by_ref().zip(given.by_ref()).all(|(one, other)| one == other || one.starts_with('{'));
        all && route.split('/').count() == path.split('/').count()
    };
    let mut found: Vec<&str> = paths.keys().map(String::as_str).filter(|route| fits(route)).collect();
    found.sort_by_key(|route| route.matches('{').count());
    found.first().copied()
}

/// What of the answer is not as described; nothing for addresses that are not described.
pub fn faults(method: &str, path: &str, answer: &Answer) -> Vec<String> {
    let Some(route) = route_of(path) else { return Vec::new() };
    let operation = &document()["paths"][route][method.to_lowercase()];
    if operation.is_null() {
        return Vec::new();
    }
    let status = answer.status.to_string();
    let responses = &operation["responses"];
    let class = format!("{}XX", &status[..1]);
    let described = responses.get(&status).or_else(|| responses.get(&class));
    let Some(described) = described else { return vec![format!("no answer {status} is described")] };
    let kind = answer.header("content-type");
    let Some(content) = described.get("content") else {
        return if answer.text.is_empty() { Vec::new() } else { vec!["no body is described".to_owned()] };
    };
    let Some(schema) = content.get(kind).map(|content| &content["schema"]) else {
        return vec![format!("no body of type {kind:?} is described")];
    };
    if !kind.ends_with("json") {
        return Vec::new();
    }
    let mut found = Vec::new();
    check(schema, &answer.body, "", &mut found);
    found
}

fn resolve(schema: &Value) -> &Value {
    match schema["$ref"].as_str() {
        Some(reference) => resolve(document().pointer(reference.trim_start_matches('#')).unwrap()),
        None => schema,
    }
}

fn check(schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
    let schema = resolve(schema);
    if let Some(choices) = schema["oneOf"].as_array().or_else(|| schema["anyOf"].as_array()) {
        let fits = |choice: &Value| {
            let mut faults = Vec::new();
            check(choice, value, at, &mut faults);
            faults.is_empty()
        };
        if !choices.iter().any(fits) {
            found.push(format!("{at}: {value} is none of what it may be"));
        }
        return;
    }
    if let Some(wanted) = schema.get("type") {
        let named: Vec<&str> = wanted
            .as_array()
            .map_or_else(|| vec![wanted], |all| all.iter().collect())
            .into_iter()
            .filter_map(Value::as_str)
            .collect();
        if !named.iter().any(|name| is_a(name, value)) {
            found.push(format!("{at}: {value} is no {named:?}"));
            return;
        }
    }
    if let Some(allowed) = schema["enum"].as_array()
        && !value.is_null()
        && !allowed.contains(value)
    {
        found.push(format!("{at}: {value} is not one of {allowed:?}"));
    }
    if let (Some("date-time"), Some(text)) = (schema["format"].as_str(), value.as_str())
        && !is_moment(text)
    {
        found.push(format!("{at}: {text} is no RFC 3339 time in UTC with milliseconds"));
    }
    if let (Some(items), Some(values)) = (schema.get("items"), value.as_array()) {
        values.iter().enumerate().for_each(|(index, value)| check(items, value, &format!("{at}[{index}]"), found));
    }
    if let Some(object) = value.as_object() {
        check_object(schema, object, at, found);
    }
}

fn check_object(schema: &Value, object: &Map<String, Value>, at: &str, found: &mut Vec<String>) {
    let (mut properties, mut required) = (Map::new(), Vec::new());
    gather(schema, &mut properties, &mut required);
    if properties.is_empty() {
        return;
    }
    found.extend(
        required.iter().filter(|name| !object.contains_key(*name)).map(|name| format!("{at}.{name} is missing")),
    );
    for (name, value) in object {
        match properties.get(name) {
            Some(schema) => check(schema, value, &format!("{at}.{name}"), found),
            None => found.push(format!("{at}.{name} is not described")),
        }
    }
}

/// The properties of an object and of everything it is put together from.
fn gather(schema: &Value, properties: &mut Map<String, Value>, required: &mut Vec<String>) {
    let schema = resolve(schema);
    properties.extend(schema["properties"].as_object().cloned().unwrap_or_default());
    required.extend(schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned));
    schema["allOf"].as_array().into_iter().flatten().for_each(|part| gather(part, properties, required));
}

fn is_a(name: &str, value: &Value) -> bool {
    match name {
        "null" => value.is_null(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("the description has a type {other}"),
    }
}

fn is_moment(text: &str) -> bool {
    let form: String = text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    form == "0000-00-00T00:00:00.000Z"
}
