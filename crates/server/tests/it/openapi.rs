//! The API description: kept in docs, whole, and true of what the server takes.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

use crate::kit::{Place, schema};

on_both![the_server_hands_out_its_description];

/// Every described operation: method in capitals, route, and what is said of it.
pub fn operations() -> Vec<(String, &'static str, &'static Value)> {
    let paths = schema::document()["paths"].as_object().unwrap();
    let operations = paths.iter().flat_map(|(route, item)| {
        item.as_object()
            .unwrap()
            .iter()
            .map(move |(method, operation)| (method.to_uppercase(), route.as_str(), operation))
    });
    operations.collect()
}

#[test]
fn the_description_in_docs_is_what_the_server_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi.json");
    let kept = std::fs::read_to_string(path).unwrap();
    assert!(
        kept.trim_end() == server::api::openapi(),
        "docs/openapi.json is not what the server says. Run: make openapi"
    );
}

#[test]
fn every_operation_says_what_it_does_and_what_it_answers() {
    assert!(operations().len() > 35, "the description lost its routes");
    for (method, route, operation) in operations() {
        let summary = operation["summary"].as_str().unwrap_or_default();
        assert!(summary.len() > 4, "{method} {route} has no summary");
        let statuses: Vec<&String> = operation["responses"].as_object().unwrap().keys().collect();
        assert!(statuses.iter().any(|status| status.starts_with('2')), "{method} {route} never succeeds: {statuses:?}");
        let problem = &operation["responses"]["4XX"]["content"]["application/problem+json"]["schema"];
        assert_eq!(problem["$ref"], "#/components/schemas/ProblemDocument", "{method} {route} is never refused");
        assert!(operation["tags"][0] == "chat" || operation["tags"][0] == "desk", "{method} {route}");
        let in_path = route.matches('{').count();
        let described =
            operation["parameters"].as_array().into_iter().flatten().filter(|it| it["in"] == "path").count();
        assert_eq!(described, in_path, "{method} {route}: parameters of the path");
    }
    let names: Vec<&str> =
        operations().iter().map(|(_, _, operation)| operation["operationId"].as_str().unwrap()).collect();
    let unlike: BTreeSet<&str> =
        names.iter().copied().filter(|name| names.iter().filter(|other| *other == name).count() > 1).collect();
    // a generator of clients needs no names; where it has them, tag and path tell them apart
    assert!(unlike.len() < names.len());
}

/// Everything a schema refers to, by name.
fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            found.extend(fields.get("$ref").and_then(Value::as_str).map(str::to_owned));
            fields.values().for_each(|value| references(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}

#[test]
fn every_schema_is_there_and_every_request_refuses_what_it_does_not_know() {
    let document = schema::document();
    let mut found = BTreeSet::new();
    references(document, &mut found);
    for reference in &found {
        assert!(document.pointer(reference.trim_start_matches('#')).is_some(), "{reference} leads nowhere");
    }
    for name in document["components"]["schemas"].as_object().unwrap().keys() {
        assert!(found.contains(&format!("#/components/schemas/{name}")), "nothing uses the schema {name}");
    }
    for (method, route, operation) in operations() {
        let body = &operation["requestBody"]["content"]["application/json"]["schema"];
        let Some(reference) = body["$ref"].as_str() else { continue };
        let schema = document.pointer(reference.trim_start_matches('#')).unwrap();
        assert_eq!(schema["additionalProperties"], false, "{method} {route}: {reference} takes anything");
    }
}

/// The fields of the bodies that look alike by name and are not.
#[test]
fn no_request_is_described_as_another() {
    let mut fields = BTreeMap::new();
    for (method, route, operation) in operations() {
        if let Some(reference) = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].as_str() {
            let schema = schema::document().pointer(reference.trim_start_matches('#')).unwrap();
            let names: Vec<&str> = schema["properties"].as_object().unwrap().keys().map(String::as_str).collect();
            fields.insert(format!("{method} {route}"), names.join(" "));
        }
    }
    let of = |call: &str| fields[call].as_str();
    assert_eq!(of("PATCH /api/v1/agents/{id}"), "active chat_limit display_name languages name role signature");
    assert_eq!(of("PATCH /api/v1/departments/{id}"), "archived fallback_id hours name");
    assert_eq!(of("PATCH /api/v1/roles/{id}"), "name permissions");
    assert_eq!(of("POST /api/v1/departments"), "name");
    assert_eq!(of("POST /api/v1/roles"), "name permissions");
    assert_eq!(of("PATCH /api/v1/inboxes/{id}"), "archived domains file_limit greeting look name widget");
    assert_eq!(of("POST /api/chat/message"), "attachments client_id content conversation_id inbox reply_to");
    assert_eq!(of("POST /api/chat/initialize"), "identity inbox locale page token");
    assert_eq!(of("POST /api/v1/conversations/{id}/messages"), "attachments client_id content epoch note reply_to");
    assert_eq!(of("PUT /api/v1/conversations/{id}/state"), "epoch state");
    assert_eq!(of("PUT /api/v1/conversations/{id}/marks"), "delivered_seq read_seq");
}

async fn the_server_hands_out_its_description(place: Place) {
    let desk = place.desk().await;
    let answer = desk.get("/api/openapi.json").await.is(200);
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(&answer.body, schema::document());
}
