//! The page that a browser gets instead of a problem document.

use askama::Template;
use axum::response::Html;

use super::assets;
use crate::problem::Problem;

#[derive(Template)]
#[template(path = "problem.html")]
struct Page {
    status: u16,
    title: &'static str,
    detail: String,
}

pub(crate) fn render(problem: &Problem) -> Result<Html<String>, askama::Error> {
    let detail = if matches!(problem, Problem::UnknownRoute) {
        "The address may be mistyped, or out of date.".to_owned()
    } else {
        problem.detail()
    };
    Page { status: problem.status().as_u16(), title: problem.title(), detail }.render().map(Html)
}

#[cfg(test)]
mod tests {
    use crate::support::World;

    #[tokio::test]
    async fn browsers_get_a_page_and_programs_a_problem_document() {
        let world = World::new();
        let page = world.browse("/nothing/here").await;
        assert_eq!(page.status, 404);
        page.is_valid_page();
        assert!(page.text.contains("There is nothing at this address"));
        for path in ["/nothing/here", "/v1/nothing", "/incidents/x", "/v1"] {
            let answer = world.get(path).await;
            assert_eq!(answer.status, 404, "{path}");
            assert_eq!(answer.header("content-type"), "application/problem+json", "{path}");
        }
        assert_eq!(
            world.browse("/v1/nothing").await.header("content-type"),
            "application/problem+json"
        );
    }

    #[tokio::test]
    async fn what_was_asked_for_is_escaped() {
        let page = World::new().browse("/providers/%3Cscript%3Ealert(1)%3C%2Fscript%3E").await;
        assert_eq!(page.status, 404);
        page.is_valid_page();
        assert!(page.text.contains("alert(1)"), "{}", page.text);
    }

    #[tokio::test]
    async fn other_methods_are_refused_with_what_is_allowed() {
        let answer = World::new().send("POST", "/v1/providers", &[]).await;
        assert_eq!(answer.status, 405);
        assert_eq!(answer.header("allow"), "GET,HEAD");
        assert_eq!(answer.header("content-type"), "application/problem+json");
    }

    #[tokio::test]
    async fn every_answer_has_the_headers_that_keep_readers_safe() {
        for path in ["/", "/v1/providers", "/nothing", "/assets/signalbook.css", "/healthz"] {
            let answer = World::new().browse(path).await;
            let policy = answer.header("content-security-policy");
            assert!(policy.starts_with("default-src 'none'; style-src 'self'"), "{path}: {policy}");
            assert!(!policy.contains("script") && !policy.contains("unsafe"), "{policy}");
            assert_eq!(answer.header("x-content-type-options"), "nosniff");
            assert_eq!(answer.header("referrer-policy"), "no-referrer");
        }
    }

    #[tokio::test]
    async fn a_broken_store_shows_a_page_without_its_secrets() {
        let world = World::new();
        world.break_down();
        let page = world.browse("/").await;
        assert_eq!(page.status, 503);
        page.is_valid_page();
        assert!(!page.text.contains("secret"), "{}", page.text);
    }
}
