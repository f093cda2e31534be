//! An event in JSON, as `proto` defines it.

use serde::{Serialize, Serializer};
use signalbook_domain::event::Fact;
use signalbook_domain::{Position, Slug, Timestamp};
use signalbook_proto::json::EventJson;
use signalbook_proto::{DecodeError, Record};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::problem::Problem;

/// A record with its decoded payload, serialized as [`EventJson`].
#[derive(Debug)]
pub(crate) struct DecodedRecord {
    pub(crate) record: Record,
    fact: Option<Fact>,
}

impl DecodedRecord {
    /// Decodes the `records` up to `reached`. A payload that was erased or written by a later
    /// version is serialized as `null`.
    pub(crate) fn up_to(reached: Position, records: Vec<Record>) -> Result<Vec<Self>, Problem> {
        let told = records.into_iter().take_while(|record| record.position <= reached);
        told.map(|record| match record.decode() {
            Ok(fact) => Ok(Self { record, fact: Some(fact) }),
            Err(DecodeError::Erased(_) | DecodeError::Unknown { .. }) => {
                Ok(Self { record, fact: None })
            }
            Err(error @ DecodeError::Invalid { .. }) => Err(Problem::internal(error)),
        })
        .collect()
    }
}

impl Serialize for DecodedRecord {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        EventJson::new(&self.record, self.fact.as_ref()).serialize(serializer)
    }
}

/// One event. NATS, REST, SSE and exports show the same.
// It describes `proto::json::EventJson`, which derives no schema; a test compares the two.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EventBody {
    /// Its place in the whole log: 1, 2, 3 … without gaps.
    position: u64,
    /// Its identity.
    #[schema(value_type = String, format = "uuid")]
    event_id: Uuid,
    /// Whose history it belongs to.
    #[schema(example = "incident/kustomer/9b1dd0a4-7a44-511e-a5b8-549266336e67")]
    stream: String,
    /// Its place in that history.
    revision: u64,
    /// The provider.
    #[schema(value_type = String)]
    provider: Slug,
    /// The page that it was seen on.
    #[schema(value_type = String, format = "uuid")]
    page_id: Uuid,
    /// What kind of event it is.
    #[schema(example = "incident.monitoring")]
    r#type: String,
    /// When it happened, according to the vendor.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    occurred_at: Option<Timestamp>,
    /// The time that the vendor shows beside it.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    published_at: Option<Timestamp>,
    /// When our poll saw it.
    #[schema(value_type = String, format = DateTime)]
    observed_at: Timestamp,
    /// When it was recorded.
    #[schema(value_type = String, format = DateTime)]
    recorded_at: Timestamp,
    /// Whether we learned of it from the page's history instead of seeing it happen.
    backfilled: bool,
    /// Who says it, like `person:alice@example.com`; `null` if the vendor does.
    #[schema(required = true, value_type = Option<String>)]
    author: Option<String>,
    /// The observation that caused it.
    #[schema(required = true, value_type = Option<String>, format = "uuid")]
    observation_id: Option<Uuid>,
    /// The SHA-256 of the observation's manifest, which the event's hash covers.
    #[schema(required = true, value_type = Option<String>)]
    observation_hash: Option<String>,
    /// What it says, by its type; `null` if it was erased, or if a later version wrote it.
    #[schema(required = true, value_type = Option<Object>)]
    data: Option<()>,
    /// The payload in hexadecimal digits, if a later version wrote it.
    #[schema(required = false)]
    payload: Option<String>,
    /// The hash of this event and all before it.
    hash: String,
}
