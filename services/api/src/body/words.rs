//! The closed vocabularies in the `OpenAPI` document, listed from the domain's own lists.

use signalbook_domain::status::Status;
use signalbook_domain::{ComponentStatus, Impact, Phase, Platform, Worded};
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
    StatusWord: Status = "How a provider does.",
    ImpactWord: Impact = "How bad the vendor says it is.",
    PhaseWord: Phase = "Where an incident or a maintenance stands.",
    ComponentStatusWord: ComponentStatus = "How a component does, as the vendor says.",
    PlatformWord: Platform = "The software behind a page.",
}
