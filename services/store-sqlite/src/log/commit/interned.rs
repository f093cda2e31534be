//! The numbers of providers and event kinds.

use std::collections::HashMap;
use std::hash::Hash;

use signalbook_domain::event::EventKind;
use signalbook_domain::{OpenEnum, Slug};
use signalbook_store::StoreError;
use sqlx::Row as _;
use sqlx::sqlite::SqliteConnection;

use crate::error::{Context as _, invalid};
use crate::log::signed;
use crate::row;

/// All providers and kinds, since they are few.
#[derive(Default)]
pub(super) struct Interned {
    pub(super) providers: HashMap<Slug, i64>,
    pub(super) kinds: HashMap<OpenEnum<EventKind>, i64>,
}

impl Interned {
    pub(super) async fn read(tx: &mut SqliteConnection) -> Result<Self, StoreError> {
        let rows =
            query!("log/find_providers").fetch_all(&mut *tx).await.context("find providers")?;
        let mut providers = HashMap::with_capacity(rows.len());
        for row in &rows {
            let number: i64 = row.try_get(0).context("find providers")?;
            let slug: &str = row.try_get(1).context("find providers")?;
            let slug = slug.parse().map_err(|error| invalid("provider", number, error))?;
            providers.insert(slug, number);
        }
        let rows = query!("log/find_kinds").fetch_all(&mut *tx).await.context("find kinds")?;
        let read = |row| row::kind(row).map(|(number, kind)| (kind, signed(number)));
        let kinds = rows.iter().map(read).collect::<Result<_, _>>()?;
        Ok(Self { providers, kinds })
    }

    /// Assigns the next number to every provider and kind that has none.
    pub(super) async fn add<'a>(
        &mut self,
        tx: &mut SqliteConnection,
        providers: impl Iterator<Item = &'a Slug>,
        kinds: impl Iterator<Item = &'a OpenEnum<EventKind>>,
    ) -> Result<(), StoreError> {
        let query = sql!("log/insert_provider");
        intern(tx, query, &mut self.providers, providers, Slug::as_str).await?;
        let query = sql!("log/insert_kind");
        intern(tx, query, &mut self.kinds, kinds, OpenEnum::word).await
    }
}

async fn intern<'a, T: Clone + Eq + Hash + 'a>(
    tx: &mut SqliteConnection,
    query: &'static str,
    known: &mut HashMap<T, i64>,
    values: impl Iterator<Item = &'a T>,
    text: fn(&T) -> &str,
) -> Result<(), StoreError> {
    for value in values {
        if known.contains_key(value) {
            continue;
        }
        let number = signed(known.len() as u64) + 1;
        sqlx::query(query)
            .bind(number)
            .bind(text(value))
            .execute(&mut *tx)
            .await
            .context("intern a name")?;
        known.insert(value.clone(), number);
    }
    Ok(())
}
