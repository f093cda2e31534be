//! Links to another provider's report in the text of an update.

use crate::page::host_of;

/// A longer link is ignored.
const LINK_LENGTH_MAX: usize = 512;

/// Returns the links in `text` to incidents on pages whose host is not in `own`.
pub(super) fn foreign_reports(text: &str, own: &[String]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find("http") {
        rest = &rest[start..];
        let end = rest.find(ends_a_link).unwrap_or(rest.len());
        let (link, behind) = rest.split_at(end.max(4));
        rest = behind;
        let link = link.trim_end_matches(['.', ',', ';', ':', '!', '?']);
        let Some(host) = host_of(link) else { continue };
        let foreign = link.len() <= LINK_LENGTH_MAX && names_a_report(link) && !own.contains(&host);
        if foreign && !found.iter().any(|known| known == link) {
            found.push(link.to_owned());
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
        let link = "https://status.openai.com/incidents/01KH94";
        for text in [
            format!("See {link}."),
            format!("<a href=\"{link}\">here</a>"),
            format!("[here]({link}) and https://status.kustomer.com/incidents/1"),
        ] {
            let found = foreign_reports(&text, &own);
            assert_eq!(found, [link.to_owned()], "{text}");
        }
    }

    #[test]
    fn other_links_are_left_alone() {
        for text in
            ["https://example.com/help", "http", "httphttp://", "https://e.com/incidents/", "no"]
        {
            assert!(foreign_reports(text, &[]).is_empty(), "{text}");
        }
    }
}
