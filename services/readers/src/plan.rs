//! The documents that a platform serves, and their paths.

use signalbook_domain::{Document, Platform};

/// One document of a platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DocumentSpec {
    /// The kind of document.
    pub document: Document,
    /// The path below the page's address.
    pub path: &'static str,
}

const SUMMARY: DocumentSpec =
    DocumentSpec { document: Document::Summary, path: "/api/v2/summary.json" };

const STATUSPAGE: &[DocumentSpec] = &[
    SUMMARY,
    DocumentSpec { document: Document::Incidents, path: "/api/v2/incidents.json" },
    DocumentSpec { document: Document::Maintenances, path: "/api/v2/scheduled-maintenances.json" },
];

/// Returns the documents of a page of `platform`, the small ones first.
pub fn documents(platform: Platform) -> &'static [DocumentSpec] {
    match platform {
        Platform::Statuspage => STATUSPAGE,
    }
}

/// Returns the documents to fetch from a page of unknown platform, the most informative first.
pub fn probes() -> &'static [DocumentSpec] {
    &[SUMMARY]
}

/// Returns the address of a document below `page_url`, which may have a path; drops the query and
/// fragment of `page_url`.
pub fn address(page_url: &str, path: &str) -> String {
    let end = page_url.find(['?', '#']).unwrap_or(page_url.len());
    format!("{}/{}", page_url[..end].trim_end_matches('/'), path.trim_start_matches('/'))
}

#[cfg(test)]
mod tests {
    use signalbook_domain::{Role, Worded};

    use super::*;

    #[test]
    fn every_platform_has_one_small_document_and_it_comes_first() {
        for &platform in Platform::ALL {
            let small: Vec<bool> = documents(platform)
                .iter()
                .map(|spec| spec.document.role() == Role::Current)
                .collect();
            assert_eq!(small.iter().position(|small| *small), Some(0));
            assert_eq!(small.iter().filter(|small| **small).count(), 1);
        }
    }

    #[test]
    fn every_kind_of_document_is_served_somewhere() {
        let served: Vec<Document> = Platform::ALL
            .iter()
            .flat_map(|platform| documents(*platform))
            .map(|spec| spec.document)
            .collect();
        assert!(Document::ALL.iter().all(|document| served.contains(document)));
    }

    #[test]
    fn an_unknown_page_is_asked_for_its_summary() {
        assert_eq!(probes().iter().map(|spec| spec.path).collect::<Vec<_>>(), [SUMMARY.path]);
    }

    #[test]
    fn an_address_keeps_the_pages_own_path() {
        for (page, expected) in [
            ("https://status.example.com", "https://status.example.com/api/v2/summary.json"),
            ("https://status.example.com/", "https://status.example.com/api/v2/summary.json"),
            ("http://localhost:9/p/fern//", "http://localhost:9/p/fern/api/v2/summary.json"),
            ("https://e.com/status?lang=de#now", "https://e.com/status/api/v2/summary.json"),
        ] {
            assert_eq!(address(page, SUMMARY.path), expected);
        }
    }
}
