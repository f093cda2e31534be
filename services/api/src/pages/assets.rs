//! `GET /assets/…`: the style sheet and the icon, which browsers cache until their text changes.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::LazyLock;

use axum::http::{HeaderName, header};
use axum::response::IntoResponse;

pub(crate) const STYLE_PATH: &str = "/assets/signalbook.css";
pub(crate) const ICON_PATH: &str = "/assets/signalbook.svg";

const STYLE: &str = include_str!("../../assets/signalbook.css");
const ICON: &str = include_str!("../../assets/signalbook.svg");

static STYLE_URL: LazyLock<String> = LazyLock::new(|| versioned(STYLE_PATH, STYLE));
static ICON_URL: LazyLock<String> = LazyLock::new(|| versioned(ICON_PATH, ICON));

/// The address of the style sheet, which contains a hash of its content.
pub(crate) fn style_url() -> &'static str {
    &STYLE_URL
}

/// The address of the icon, which contains a hash of its content.
pub(crate) fn icon_url() -> &'static str {
    &ICON_URL
}

pub(crate) async fn style() -> impl IntoResponse {
    (headers("text/css; charset=utf-8"), STYLE)
}

pub(crate) async fn icon() -> impl IntoResponse {
    (headers("image/svg+xml"), ICON)
}

fn headers(content_type: &'static str) -> [(HeaderName, &'static str); 2] {
    let kept = "public, max-age=31536000, immutable";
    [(header::CONTENT_TYPE, content_type), (header::CACHE_CONTROL, kept)]
}

fn versioned(path: &str, content: &str) -> String {
    let mut hasher = DefaultHasher::new();
    content.hash(&mut hasher);
    format!("{path}?v={:016x}", hasher.finish())
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::support::World;

    #[test]
    fn every_text_can_be_read_on_its_ground_by_day_and_by_night() {
        for theme in STYLE.split(":root {").skip(1) {
            let colours: HashMap<&str, f64> = theme
                .split('}')
                .next()
                .unwrap()
                .split(';')
                .filter_map(|declaration| declaration.trim().split_once(": #"))
                .map(|(name, hex)| (name, luminance(u32::from_str_radix(hex, 16).unwrap())))
                .collect();
            let tones = ["up", "minor", "major", "critical", "maintenance", "degraded", "unknown"];
            let badges = tones.map(|tone| (format!("--{tone}"), format!("--{tone}-soft")));
            let texts = ["--ink", "--quiet", "--link"];
            let grounds = ["--ground", "--surface"];
            let texts = texts.into_iter().flat_map(|text| grounds.map(|ground| (text, ground)));
            let texts = texts.map(|(text, ground)| (text.to_owned(), ground.to_owned()));
            for (text, ground) in badges.into_iter().chain(texts) {
                let (a, b) = (colours[text.as_str()], colours[ground.as_str()]);
                let contrast = (a.max(b) + 0.05) / (a.min(b) + 0.05);
                assert!(contrast >= 4.5, "{text} on {ground} has a contrast of {contrast:.2}");
            }
        }
    }

    /// The relative luminance of WCAG 2.
    fn luminance(colour: u32) -> f64 {
        let [_, red, green, blue] = colour.to_be_bytes().map(|part| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    #[tokio::test]
    async fn the_style_sheet_and_the_icon_are_kept_by_browsers() {
        for (url, kind) in [(style_url(), "text/css; charset=utf-8"), (icon_url(), "image/svg+xml")]
        {
            let answer = World::new().get(url).await;
            assert_eq!((answer.status, answer.header("content-type").as_str()), (200, kind));
            assert!(answer.header("cache-control").contains("immutable"));
        }
    }
}
