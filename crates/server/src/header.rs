//! The headers that protect a page or an answer, by kind of page, and the checks of `Host` and `Origin`. Who the caller is
//! is not decided here.

use std::net::IpAddr;

use http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST, ORIGIN, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Uri};

use crate::config::PublicUrl;

/// What kind of thing an answer is. A handler puts it into the answer's extensions; without it an answer is [`Page::Api`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Page {
    /// Data, or an error: nothing may run or load, nobody may frame it.
    #[default]
    Api,
    /// A document of the dashboard.
    Dashboard,
    /// A document of the chat itself. `ancestors` are the origins that may frame it: `https://shop.example`; an empty
    /// list allows every site, because a new inbox does not know its sites yet.
    Widget { ancestors: Vec<String> },
    /// A full page with the chat on our own host (`/chat/…`, `/test/…`), framed by nobody.
    Hosted,
    /// The widget as the dashboard shows it: framed by our own pages only.
    Preview,
    /// A script, picture or font of our own pages.
    Asset,
    /// A file that somebody sent: shown alone if at all, with no right to anything.
    File,
    /// What other sites load: the loader, the launcher and the widget's files.
    Public,
}

const CROSS_ORIGIN_OPENER: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const CROSS_ORIGIN_RESOURCE: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
const PERMISSIONS: HeaderName = HeaderName::from_static("permissions-policy");

const NO_PERMISSIONS: &str = "accelerometer=(), camera=(), display-capture=(), geolocation=(), \
    gyroscope=(), hid=(), magnetometer=(), microphone=(), midi=(), payment=(), publickey-credentials-get=(), \
    serial=(), usb=(), xr-spatial-tracking=()";
const FILE_POLICY: &str = "sandbox; default-src 'none'; frame-ancestors 'none'";
const API_POLICY: &str = "default-src 'none'; frame-ancestors 'none'";
const YEAR: &str = "max-age=31536000; includeSubDomains";

/// The headers every answer gets, made once per deployment.
#[derive(Clone, Debug)]
pub struct SecurityHeaders {
    dashboard: HeaderValue,
    hosted: HeaderValue,
    preview: HeaderValue,
    widget: String,
    https: bool,
}

impl SecurityHeaders {
    pub fn new(public_url: &PublicUrl) -> Self {
        let socket = format!("{}://{}", if public_url.is_https() { "wss" } else { "ws" }, public_url.authority());
        let shared = format!(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; font-src 'self'; \
             media-src 'self'; connect-src 'self' {socket}; worker-src 'self'; manifest-src 'self'; base-uri 'none'; \
             form-action 'self'; require-trusted-types-for 'script'"
        );
        let value = |text: String| HeaderValue::try_from(text).unwrap_or_else(|_| HeaderValue::from_static(API_POLICY));
        Self {
            dashboard: value(format!("{shared}; frame-src 'self'; frame-ancestors 'none'")),
            hosted: value(format!("{shared}; frame-src 'self'; frame-ancestors 'none'")),
            preview: value(format!("{shared}; frame-src 'self'; frame-ancestors 'self'")),
            widget: shared,
            https: public_url.is_https(),
        }
    }

    fn policy(&self, page: &Page) -> HeaderValue {
        match page {
            Page::Api | Page::Asset | Page::Public => HeaderValue::from_static(API_POLICY),
            Page::File => HeaderValue::from_static(FILE_POLICY),
            Page::Dashboard => self.dashboard.clone(),
            Page::Hosted => self.hosted.clone(),
            Page::Preview => self.preview.clone(),
            Page::Widget { ancestors } => {
                let mut list: Vec<&str> = ancestors.iter().map(String::as_str).filter(|o| is_source(o)).collect();
                if ancestors.is_empty() {
                    list.push("*");
                } else {
                    list.push("'self'");
                }
                let text = format!("{}; frame-ancestors {}", self.widget, list.join(" "));
                HeaderValue::try_from(text).unwrap_or_else(|_| HeaderValue::from_static(API_POLICY))
            }
        }
    }

    /// Adds what the kind of page asks for. `Cache-Control` is left alone where the handler has set it.
    pub fn apply(&self, page: &Page, headers: &mut HeaderMap) {
        let foreign = matches!(page, Page::Public | Page::Widget { .. });
        headers.insert(CONTENT_SECURITY_POLICY, self.policy(page));
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        headers.insert(PERMISSIONS, HeaderValue::from_static(NO_PERMISSIONS));
        headers.insert(CROSS_ORIGIN_OPENER, HeaderValue::from_static("same-origin"));
        let resource = if foreign { "cross-origin" } else { "same-origin" };
        headers.insert(CROSS_ORIGIN_RESOURCE, HeaderValue::from_static(resource));
        if *page == Page::Public {
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        }
        if self.https {
            headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(YEAR));
        }
        if !headers.contains_key(CACHE_CONTROL) {
            headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        }
    }
}

/// An origin as a policy may list it: it cannot end the directive or add a keyword.
fn is_source(origin: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-._~:/[]*".contains(c);
    !origin.is_empty() && origin.chars().all(allowed)
}

/// Whether a request names this deployment: the public URL's host, or a loopback name when someone is on this machine.
/// The port does not matter, since no link is ever built from it. No host or more than one is not ours.
pub fn is_own_host(public_url: &PublicUrl, uri: &Uri, headers: &HeaderMap) -> bool {
    host(uri, headers).is_some_and(|host| host.eq_ignore_ascii_case(public_url.host()) || is_loopback(host))
}

/// Whether an unsafe request comes from our own pages: its `Origin` is the public URL's, or that of a loopback address
/// under which the server was reached. Without an `Origin` the answer is no.
pub fn is_own_origin(public_url: &PublicUrl, parts: &Parts) -> bool {
    let mut all = parts.headers.get_all(ORIGIN).iter();
    let (Some(origin), None) = (all.next().and_then(|value| value.to_str().ok()), all.next()) else {
        return false;
    };
    if origin.eq_ignore_ascii_case(&public_url.origin()) {
        return true;
    }
    let reached = parts.uri.authority().map(http::uri::Authority::as_str);
    let reached = reached.or_else(|| parts.headers.get(HOST).and_then(|value| value.to_str().ok()));
    let (Some(reached), Some(named)) = (reached, origin.strip_prefix("http://")) else { return false };
    named.eq_ignore_ascii_case(reached) && host(&parts.uri, &parts.headers).is_some_and(is_loopback)
}

/// The host without its port; IPv6 in brackets.
fn host<'a>(uri: &'a Uri, headers: &'a HeaderMap) -> Option<&'a str> {
    let mut all = headers.get_all(HOST).iter();
    let header = all.next().and_then(|value| value.to_str().ok());
    if all.next().is_some() {
        return None;
    }
    let full = uri.authority().map(http::uri::Authority::as_str).or(header)?;
    let end = full.find(']').map_or_else(|| full.find(':'), |at| Some(at + 1)).unwrap_or(full.len());
    Some(&full[..end]).filter(|host| !host.is_empty() && !full.contains('@'))
}

/// Whether a host name means this machine.
pub fn is_loopback(host: &str) -> bool {
    let bare = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host);
    host.eq_ignore_ascii_case("localhost") || bare.parse::<IpAddr>().is_ok_and(|ip| ip.to_canonical().is_loopback())
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn url(text: &str) -> PublicUrl {
        PublicUrl::parse(text).unwrap()
    }

    fn parts(uri: &str, headers: &[(&str, &str)]) -> Parts {
        let mut request = Request::builder().uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(()).unwrap().into_parts().0
    }

    fn applied(public_url: &str, page: &Page) -> HeaderMap {
        let mut headers = HeaderMap::new();
        SecurityHeaders::new(&url(public_url)).apply(page, &mut headers);
        headers
    }

    #[test]
    fn each_kind_of_page_gets_its_policy() {
        let api = applied("https://desk.example.com", &Page::Api);
        assert_eq!(api[CONTENT_SECURITY_POLICY], API_POLICY);
        assert_eq!(api[CACHE_CONTROL], "no-store");
        assert_eq!(api[STRICT_TRANSPORT_SECURITY], YEAR);
        assert_eq!(api[CROSS_ORIGIN_RESOURCE], "same-origin");
        let dashboard = applied("https://desk.example.com", &Page::Dashboard);
        let policy = dashboard[CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.contains("connect-src 'self' wss://desk.example.com;"), "{policy}");
        assert!(policy.ends_with("frame-ancestors 'none'"), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
        let public = applied("http://localhost:8080", &Page::Public);
        assert_eq!(public[ACCESS_CONTROL_ALLOW_ORIGIN], "*");
        assert_eq!(public[CROSS_ORIGIN_RESOURCE], "cross-origin");
        assert!(!public.contains_key(STRICT_TRANSPORT_SECURITY));
    }

    #[test]
    fn the_widget_is_framed_by_its_sites_alone_and_they_cannot_extend_the_policy() {
        let ancestors =
            vec!["https://shop.example".to_owned(), "*; script-src *".to_owned(), "'unsafe-inline'".to_owned()];
        let headers = applied("https://desk.example.com", &Page::Widget { ancestors });
        let policy = headers[CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.ends_with("frame-ancestors https://shop.example 'self'"), "{policy}");
        let headers = applied("https://desk.example.com", &Page::Widget { ancestors: Vec::new() });
        assert!(headers[CONTENT_SECURITY_POLICY].to_str().unwrap().ends_with("frame-ancestors *"));
    }

    #[test]
    fn only_our_own_host_is_served() {
        let public = url("https://desk.example.com");
        let ours = |uri: &str, headers: &[(&str, &str)]| {
            let parts = parts(uri, headers);
            is_own_host(&public, &parts.uri, &parts.headers)
        };
        for host in [
            "desk.example.com",
            "DESK.example.com:443",
            "desk.example.com:8080",
            "localhost",
            "127.0.0.1:8080",
            "[::1]:8080",
        ] {
            assert!(ours("/", &[("host", host)]), "{host}");
        }
        for host in [
            "evil.example",
            "desk.example.com.evil.example",
            "desk.example.com@evil.example",
            "",
            "localhost.evil",
            "10.0.0.1",
        ] {
            assert!(!ours("/", &[("host", host)]), "{host}");
        }
        assert!(!ours("/", &[]));
        assert!(!ours("/", &[("host", "desk.example.com"), ("host", "evil.example")]));
        assert!(!ours("http://evil.example/", &[("host", "desk.example.com")]));
    }

    #[test]
    fn only_our_own_origin_may_change_things() {
        let public = url("https://desk.example.com");
        let ours = |headers: &[(&str, &str)]| is_own_origin(&public, &parts("/", headers));
        assert!(ours(&[("host", "desk.example.com"), ("origin", "https://desk.example.com")]));
        assert!(ours(&[("host", "127.0.0.1:8080"), ("origin", "http://127.0.0.1:8080")]));
        assert!(ours(&[("host", "localhost:8080"), ("origin", "http://localhost:8080")]));
        for origin in [
            "http://desk.example.com",
            "https://desk.example.com:444",
            "null",
            "https://evil.example",
            "http://localhost:3000",
        ] {
            assert!(!ours(&[("host", "localhost:8080"), ("origin", origin)]), "{origin}");
        }
        assert!(!ours(&[("host", "evil.example"), ("origin", "http://evil.example")]));
        assert!(!ours(&[("host", "desk.example.com")]));
        assert!(!ours(&[("host", "desk.example.com"), ("origin", "https://desk.example.com"), ("origin", "x")]));
    }
}
