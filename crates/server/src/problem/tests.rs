//! What a refused body, query or path looks like to its sender.

use axum::body::Body;
use axum::extract::{FromRequest as _, FromRequestParts as _, Request};
use http::Method;
use serde::Deserialize;

use super::*;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "only the refusals matter here")]
struct Post {
    name: String,
    inner: Option<Inside>,
    #[serde(default)]
    kind: Kind,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    #[default]
    Plain,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "only the refusals matter here")]
struct Inside {
    count: u8,
}

fn request(content_type: &str, body: impl Into<Body>) -> Request {
    Request::builder().method(Method::POST).uri("/").header(CONTENT_TYPE, content_type).body(body.into()).unwrap()
}

async fn refused(body: impl Into<Body>) -> (u16, Value) {
    let problem = Json::<Post>::from_request(request("application/json", body), &()).await.unwrap_err();
    let document: Value = serde_json::from_slice(&problem.document(None)).unwrap();
    (problem.status().as_u16(), document)
}

#[tokio::test]
async fn a_bad_body_is_told_apart_from_one_that_does_not_fit() {
    for text in ["", "{", "nonsense", "{\"name\":\"a\"} more", "{\"name\":\"\\ud800\"}"] {
        let (status, document) = refused(text).await;
        assert_eq!((status, &document["code"]), (400, &json!("bad_json")), "{text}");
    }
    for (text, field, message) in [
        ("{}", "name", "It is required."),
        ("{\"name\":\"a\",\"nam\":1}", "nam", "There is no such field."),
        ("{\"name\":\"a\",\"name\":\"b\"}", "name", "It is given twice."),
        ("{\"name\":\"a\",\"inner\":{}}", "inner.count", "It is required."),
        ("{\"name\":\"a\",\"inner\":{\"x\":1}}", "inner.x", "There is no such field."),
        ("{\"name\":\"a\",\"inner\":{\"count\":256}}", "inner.count", "invalid value: integer `256`, expected u8"),
        ("{\"name\":\"a\",\"kind\":null}", "kind", "It is none of the values it may have."),
        ("{\"name\":\"a\",\"kind\":[]}", "kind", "It is none of the values it may have."),
        ("{\"name\":7}", "name", "invalid type: integer `7`, expected a string"),
    ] {
        let (status, document) = refused(text).await;
        assert_eq!((status, &document["code"]), (422, &json!("invalid_body")), "{text}");
        assert_eq!(document["errors"], json!([{ "field": field, "message": message }]), "{text}");
    }
}

#[tokio::test]
async fn json_nested_too_deeply_is_refused_wherever_it_stands() {
    let nested = format!("{{\"unknown\":{}{}}}", "[".repeat(200), "]".repeat(200));
    assert_eq!(refused(nested).await.0, 400);
    let only_text = format!("{{\"name\":\"{}\\\"[\"}}", "[{".repeat(200));
    assert!(Json::<Post>::from_request(request("application/json", only_text), &()).await.is_ok());
}

#[tokio::test]
async fn only_json_is_read() {
    for kind in ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""] {
        let problem = Json::<Post>::from_request(request(kind, "{}"), &()).await.unwrap_err();
        assert_eq!(problem.status(), 415, "{kind}");
    }
    let good = request("Application/JSON; charset=utf-8", "{\"name\":\"a\"}");
    assert!(Json::<Post>::from_request(good, &()).await.is_ok());
}

#[tokio::test]
async fn nothing_means_no_body_or_an_empty_object() {
    let accepts = |kind: &'static str, body: &'static str| async move {
        Nothing::from_request(request(kind, body), &()).await.map_err(|problem| problem.status().as_u16()).err()
    };
    assert_eq!(accepts("", "").await, None);
    assert_eq!(accepts("application/json", "{}").await, None);
    assert_eq!(accepts("application/json", "{\"a\":1}").await, Some(422));
    assert_eq!(accepts("text/plain", "{}").await, Some(415));
}

#[tokio::test]
async fn a_query_that_does_not_fit_names_the_parameter() {
    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "only the refusals matter here")]
    struct Page {
        limit: Option<u8>,
    }
    for (query, field) in [("limit=x", "limit"), ("limit=300", "limit"), ("lim=1", "lim"), ("limit=1&limit=2", "limit")]
    {
        let request = Request::builder().uri(format!("/?{query}")).body(Body::empty()).unwrap();
        let mut parts = request.into_parts().0;
        let problem = Query::<Page>::from_request_parts(&mut parts, &()).await.unwrap_err();
        let document: Value = serde_json::from_slice(&problem.document(None)).unwrap();
        assert_eq!((problem.status().as_u16(), problem.code()), (422, "invalid_query"), "{query}");
        assert_eq!(document["errors"][0]["field"], field, "{query}: {document}");
    }
}

#[test]
fn a_problem_is_a_complete_document_and_keeps_its_fault_to_itself() {
    let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "slow_down", "Too many.").retry_after(7).fault("secret");
    let response = problem.into_response();
    assert_eq!(response.status(), 429);
    assert_eq!(response.headers()[CONTENT_TYPE], MEDIA_TYPE);
    assert_eq!(response.headers()[CACHE_CONTROL], "no-store");
    assert_eq!(response.headers()[RETRY_AFTER], "7");
    let kept = response.extensions().get::<Problem>().unwrap();
    let document = kept.document(Some("0190"));
    let text = String::from_utf8(document).unwrap();
    assert!(!text.contains("secret"));
    let document: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        document,
        json!({ "type": "about:blank", "title": "Too many.", "status": 429, "detail": "", "code": "slow_down",
                "request_id": "0190", "retry_after": 7 })
    );
}
