//! A vendor's life: a page at birth and a script of acts.
//!
//! The page at a moment is folded anew from the script, so nothing that was asked before can
//! change an answer, and the script is the full record of what the vendor said and when.

use jiff::{Timestamp, tz::Offset};

use crate::{Act, Misstep, NewComponent, Page};

/// The life of one vendor's page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Life {
    born: Page,
    born_at: Timestamp,
    zone: Zone,
    url: Option<String>,
    script: Vec<Entry>,
}

/// The zone a page writes its times in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone {
    /// The name it states.
    pub name: String,
    /// The offset its times carry.
    pub offset: Offset,
}

/// An act and its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When the vendor acts, to the millisecond.
    pub at: Timestamp,
    /// What it does.
    pub act: Act,
}

impl Life {
    /// A page without components and without a past, in UTC.
    pub fn new(name: impl Into<String>, page_id: impl Into<String>, born_at: Timestamp) -> Self {
        let born_at = to_millis(born_at);
        let born = Page {
            id: page_id.into(),
            name: name.into(),
            updated_at: born_at,
            components: Vec::new(),
            incidents: Vec::new(),
            maintenances: Vec::new(),
            deleted: Vec::new(),
            indicator: None,
            misprints: Vec::new(),
        };
        let zone = Zone { name: "Etc/UTC".to_owned(), offset: Offset::UTC };
        Self { born, born_at, zone, url: None, script: Vec::new() }
    }

    /// With a group from birth.
    #[must_use]
    pub fn group(self, id: impl Into<String>, name: impl Into<String>) -> Self {
        self.part(NewComponent { id: id.into(), name: name.into(), group_id: None, is_group: true })
    }

    /// With a component from birth.
    #[must_use]
    pub fn component(
        self,
        id: impl Into<String>,
        name: impl Into<String>,
        group: Option<&str>,
    ) -> Self {
        self.part(NewComponent {
            id: id.into(),
            name: name.into(),
            group_id: group.map(str::to_owned),
            is_group: false,
        })
    }

    /// With times written in another zone.
    #[must_use]
    pub fn zone(mut self, name: impl Into<String>, offset: Offset) -> Self {
        self.zone = Zone { name: name.into(), offset };
        self
    }

    /// With an address of its own in the documents, in place of where it is served.
    #[must_use]
    pub fn url(mut self, url: impl Into<String>) -> Self {
        self.url = Some(url.into());
        self
    }

    /// With one more act.
    #[must_use]
    pub fn then(mut self, at: Timestamp, act: Act) -> Self {
        self.push(at, act);
        self
    }

    /// Adds an act. Acts of one moment happen in the order in which they were added.
    pub fn push(&mut self, at: Timestamp, act: Act) {
        let at = to_millis(at);
        let position = self.script.partition_point(|entry| entry.at <= at);
        self.script.insert(position, Entry { at, act });
    }

    /// All acts, oldest first.
    pub fn script(&self) -> &[Entry] {
        &self.script
    }

    /// How many acts have happened by `now`.
    pub fn acts_until(&self, now: Timestamp) -> usize {
        self.script.partition_point(|entry| entry.at <= now)
    }

    /// The page as the vendor shows it at `now`.
    ///
    /// # Panics
    ///
    /// If the script contradicts itself; [`Life::try_at`] says so instead.
    pub fn at(&self, now: Timestamp) -> Page {
        match self.try_at(now) {
            Ok(page) => page,
            Err(misstep) => panic!("the life of `{}` is wrong: {misstep}", self.born.name),
        }
    }

    /// The page as the vendor shows it at `now`, or the first mistake in the script until then.
    pub fn try_at(&self, now: Timestamp) -> Result<Page, Misstep> {
        let mut page = self.born.clone();
        for entry in &self.script[..self.acts_until(now)] {
            page.apply(entry.at, &entry.act)?;
        }
        Ok(page)
    }

    /// When the page came into being.
    pub fn born_at(&self) -> Timestamp {
        self.born_at
    }

    /// The vendor's name.
    pub fn name(&self) -> &str {
        &self.born.name
    }

    /// The platform's id of the page.
    pub fn page_id(&self) -> &str {
        &self.born.id
    }

    /// The zone of its times.
    pub fn own_zone(&self) -> &Zone {
        &self.zone
    }

    /// Its own address, if it has one.
    pub fn own_url(&self) -> Option<&str> {
        self.url.as_deref()
    }

    fn part(mut self, component: NewComponent) -> Self {
        let born_at = self.born_at;
        if let Err(misstep) = self.born.apply(born_at, &Act::AddComponent(component)) {
            panic!("the life of `{}` is wrong: {misstep}", self.born.name);
        }
        self
    }
}

/// Cuts a time to the precision of the documents, so that an oracle can compare for equality.
pub(crate) fn to_millis(at: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at)
}

#[cfg(test)]
mod tests;
