//! The closed vocabularies in the `OpenAPI` document, listed from the domain's own lists.

use signalbook_domain::status::{PageState, SignKind, Status};
use signalbook_domain::{ComponentStatus, Document, Impact, Phase, Platform, Worded};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use super::page::Lack;

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
    StatusWord: Status = "How a provider does, from the best to the worst. `up`: nothing says \
        otherwise. `maintenance`: planned work is under way. `degraded`: the vendor reports no \
        incident, but its own indicator or a component has shown for longer than a poll's \
        interval that not all is well; it counts in no total. `unknown`: a page cannot be read, \
        or the worst impact is a word that we do not know. `minor`, `major`, `critical`: the \
        worst open incident is that.",
    ImpactWord: Impact = "How bad the vendor says it is.",
    PhaseWord: Phase = "Where an incident or a maintenance stands.",
    ComponentStatusWord: ComponentStatus = "How a component does, as the vendor says.",
    PlatformWord: Platform = "The software behind a page.",
    HealthWord: PageState = "Whether a page can be read. `readable`: all that it offers can. \
        `partly_readable`: some of its documents cannot, and what the others say is recorded; if \
        what goes on now is among those, its provider is at best `unknown`. `unreadable`: it \
        cannot. `unread`: it was never read yet. `stale`: it was not read lately.",
    DocumentWord: Document = "One kind of document that a page serves. `summary`: what goes on \
        now. `incidents`, `maintenances`: the newest incidents and planned works in any state.",
    LackWord: Lack = "How a document is missing. `failing`: it cannot be read. `not_offered`: the \
        vendor never had it.",
    SignWord: SignKind = "What shows a sign of trouble: the vendor's own `indicator` of a page, \
        or a `component`.",
}
