//! What shows trouble beside incidents.

use serde::Serialize;
use signalbook_domain::status::Sign;
use signalbook_domain::{Timestamp, Worded as _};
use utoipa::ToSchema;
use uuid::Uuid;

use super::words::SignWord;

/// So many signs are shown.
pub(crate) const SIGNS_MAX: usize = 20;

/// A sign of trouble.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SignBody {
    /// Where it shows.
    #[schema(value_type = SignWord)]
    pub(crate) kind: &'static str,
    /// Our id of the component; `null` for an indicator.
    #[schema(required = true, value_type = Option<String>, format = "uuid")]
    pub(crate) id: Option<Uuid>,
    /// The component's name, or what the vendor says of the whole page.
    pub(crate) name: String,
    /// The component's group.
    #[schema(required = true)]
    pub(crate) group: Option<String>,
    /// The vendor's word.
    #[schema(example = "partial_outage")]
    pub(crate) word: String,
    /// When we first saw the word.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) since: Timestamp,
}

impl From<&Sign> for SignBody {
    fn from(sign: &Sign) -> Self {
        let Sign { kind, id, name, group, word, since, .. } = sign.clone();
        Self { kind: kind.word(), id, name, group, word, since }
    }
}

/// The first of `signs`, at most `limit`, and how many more there are.
pub(crate) fn first(signs: &[Sign], limit: usize) -> (&[Sign], usize) {
    let shown = signs.len().min(limit);
    (&signs[..shown], signs.len() - shown)
}
