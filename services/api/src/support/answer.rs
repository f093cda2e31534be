//! Responses, and the checks that apply to every page.

use std::collections::BTreeSet;

use axum::http::HeaderMap;
use axum::response::Response;
use http_body_util::BodyExt;
use serde_json::Value;

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) text: String,
    headers: HeaderMap,
}

impl Answer {
    pub(super) async fn read(response: Response) -> Self {
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        Self { status: parts.status.as_u16(), headers: parts.headers, text }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {}", self.text))
    }

    /// The value of a header; empty if it is absent.
    pub(crate) fn header(&self, name: &str) -> String {
        self.headers.get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
    }

    #[track_caller]
    pub(crate) fn shows_in_order(&self, texts: &[&str]) {
        let mut rest = self.text.as_str();
        for text in texts {
            let at = rest.find(text).unwrap_or_else(|| panic!("`{text}` is not in {rest}"));
            rest = &rest[at + text.len()..];
        }
    }

    /// Checks the rules for every page: one first-level heading, landmarks, a language, a title,
    /// closed elements, unique ids, and nothing executable.
    #[track_caller]
    pub(crate) fn is_valid_page(&self) {
        assert_eq!(self.header("content-type"), "text/html; charset=utf-8");
        assert!(self.text.starts_with("<!doctype html>\n<html lang=\"en\">"), "{}", self.text);
        for (tag, times) in [("<h1", 1), ("<main", 1), ("<title>", 1), ("<footer", 1)] {
            assert_eq!(self.text.matches(tag).count(), times, "{tag} in {}", self.text);
        }
        let mut open = Vec::new();
        let (mut ids, mut wanted) = (BTreeSet::new(), BTreeSet::new());
        for tag in tags(&self.text) {
            let name = tag.split_whitespace().next().unwrap();
            assert!(!["script", "iframe", "object", "style", "form"].contains(&name), "<{tag}>");
            let runs = tag.contains(" on") && tag.contains("=alert");
            assert!(!runs && !tag.contains(" style="), "<{tag}>");
            if let Some(id) = attribute(tag, "id") {
                assert!(ids.insert(id), "`{id}` twice in {}", self.text);
            }
            wanted.extend(attribute(tag, "aria-labelledby"));
            if let Some(name) = name.strip_prefix('/') {
                assert_eq!(open.pop(), Some(name), "in {}", self.text);
            } else if !["!doctype", "meta", "link", "img", "br", "hr"].contains(&name) {
                open.push(name);
            }
        }
        assert!(open.is_empty(), "{open:?} in {}", self.text);
        assert!(wanted.is_subset(&ids), "{wanted:?} are not in {ids:?}");
    }
}

fn tags(html: &str) -> impl Iterator<Item = &str> {
    html.split('<').skip(1).map(|rest| rest.split('>').next().unwrap())
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    tag.split(&format!(" {name}=\"")).nth(1)?.split('"').next()
}
