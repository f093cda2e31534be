//! Links to another provider's report in an update's text.

use std::collections::BTreeMap;

use crate::id::Slug;
use crate::page::host_of;

/// A longer link is left alone.
const LINK_LENGTH_MAX: usize = 512;

/// The links in `text` that lead to an incident on a page which is not one of `own` hosts,
/// each with the provider that it belongs to, if a page of it is watched.
pub(super) fn foreign_reports(
    text: &str,
    own: &[String],
    hosts: &BTreeMap<String, Slug>,
) -> Vec<(String, Option<Slug>)> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find("http") {
        rest = &rest[start..];
        let end = rest.find(ends_a_link).unwrap_or(rest.len());
        let (link, behind) = rest.split_at(end.max(4));
        rest = behind;
        let link = link.trim_end_matches(['.', ',', ';', ':', '!', '?']);
        let Some(host) = host_of(link) else { continue };
        let foreign = link.len() <= LINK_LENGTH_MAX && names_a_report(link) && !own.contains(&host);
        if foreign && !found.iter().any(|(known, _)| known == link) {
            found.push((link.to_owned(), hosts.get(&host).cloned()));
        }
    }
    found
}

fn ends_a_link(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '"' | '\'' | '<' | '>' | '(' | ')' | '[' | ']' | '`' | '|' | '\\')
}

fn names_a_report(link: &str) -> bool {
    link.split_once("/incidents/").is_some_and(|(_, id)| !id.is_empty() && !id.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_to_another_providers_incident_is_found_in_any_markup() {
        let own = ["status.kustomer.com".to_owned()];
        let hosts = BTreeMap::from([("status.openai.com".to_owned(), "openai".parse().unwrap())]);
        let link = "https://status.openai.com/incidents/01KH94";
        for text in [
            format!("See {link}."),
            format!("<a href=\"{link}\">here</a>"),
            format!("[here]({link}) and https://status.kustomer.com/incidents/1"),
        ] {
            let found = foreign_reports(&text, &own, &hosts);
            assert_eq!(found, [(link.to_owned(), Some("openai".parse().unwrap()))], "{text}");
        }
    }

    #[test]
    fn other_links_are_left_alone() {
        let none = BTreeMap::new();
        for text in
            ["https://example.com/help", "http", "httphttp://", "https://e.com/incidents/", "no"]
        {
            assert!(foreign_reports(text, &[], &none).is_empty(), "{text}");
        }
    }
}
