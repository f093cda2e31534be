//! The closed vocabularies of the `OpenAPI` document, taken from the domain's lists.

use signalbook_domain::status::{Readability, SignKind, Status};
use signalbook_domain::{ComponentStatus, Document, Impact, Phase, Platform, Worded};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

macro_rules! vocabularies {
    ($($name:ident: $word:ty = $description:literal,)*) => { $(
        #[doc = $description]
        pub(crate) enum $name {}

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                ObjectBuilder::new()
                    .schema_type(Type::String)
                    .description(Some($description))
                    .enum_values(Some(<$word>::ALL.iter().map(|word| word.word())))
                    .into()
            }
        }

        impl ToSchema for $name {}
    )* };
}

vocabularies! {
    StatusWord: Status = "How a provider is doing, from the best to the worst. `up`: nothing says \
        otherwise. `maintenance`: planned work is under way. `degraded`: no incident that counts \
        as an outage is open, but the vendor shows signs of trouble: its own indicator or a \
        component has shown them for longer than a poll's interval. It counts towards no total. \
        `unknown`: a page has not been read yet, cannot be read or has not been read for too \
        long, what is known of it is damaged, or the impact of the worst open incident is a word \
        that we do not know. `minor`, `major`, `critical`: the impact of the worst open incident.",
    ImpactWord: Impact = "How bad it is, according to the vendor.",
    PhaseWord: Phase = "Where an incident or a maintenance stands.",
    ComponentStatusWord: ComponentStatus = "How a component is doing, according to the vendor.",
    PlatformWord: Platform = "The software behind a page. One \
        that a later version detected is shown by its word.",
    HealthWord: Readability = "Whether a page can be read. `readable`: everything that it offers \
        can be. `partly_readable`: some of its documents cannot be, but what the others say is \
        recorded; if its current status is not known in full, the provider is at best `unknown`. \
        `unreadable`: it cannot be read. `unread`: it has not been read yet. `stale`: it has not \
        been read for too long.",
    DocumentWord: Document = "A kind of document that a page serves. `summary`: the current \
        status, with what is open. `incidents`, `maintenances`: the newest incidents and \
        maintenances in any phase. One that a later version asked for is shown by its word.",
    SignWord: SignKind = "Where a sign of trouble shows: in the vendor's own `indicator` of a \
        page, or in a `component`.",
}
