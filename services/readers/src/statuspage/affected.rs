//! The components that a report affects.
//!
//! A report names them in two places: its own `components`, which are full objects in their current
//! state, and the `affected_components` of each update, which only have a `code` and a name of the
//! form `Group - Component`. Neither is complete, so the union counts; the names differ, so
//! components are joined by id. An entry of an update that only has a name is the platform's way to
//! state that no component is affected.

use std::collections::BTreeSet;

use serde_json::Value;
use signalbook_domain::snapshot::ObservedAffected;

use super::components::Catalog;
use super::item::{Item, NoList};
use crate::json::type_of;
use crate::limits::{COMPONENTS_MAX, NAME_CHARS_MAX};
use crate::notes::Notes;

/// Collects the affected components of one report.
pub(super) struct Gathering<'a> {
    catalog: &'a Catalog,
    report: &'a str,
    seen: BTreeSet<String>,
    found: Vec<ObservedAffected>,
    full: bool,
    complete: bool,
}

impl<'a> Gathering<'a> {
    pub(super) fn new(catalog: &'a Catalog, report: &'a str) -> Self {
        Self {
            catalog,
            report,
            seen: BTreeSet::new(),
            found: Vec::new(),
            full: false,
            complete: true,
        }
    }

    /// Adds the report's own components.
    pub(super) fn own(&mut self, list: &[Value], notes: &mut Notes) {
        let what = format!("{}: component", self.report);
        for (index, value) in list.iter().enumerate() {
            let Some((item, id)) = Item::identified(value, &what, index, notes) else {
                self.complete = false;
                continue;
            };
            if item.is("group") {
                self.seen.insert(id);
                continue;
            }
            let known = self.catalog.component(&id);
            let name = item.text("name", NAME_CHARS_MAX, notes);
            let name = name.or_else(|| known.and_then(|known| known.name.clone()));
            let group = self.catalog.group_of(&item);
            let group = group.or_else(|| known.and_then(|known| known.group.clone()));
            match name {
                Some(name) => self.add(ObservedAffected { external_id: id, name, group }, notes),
                None => self.leave_out(&item, "it has no `name`", notes),
            }
        }
    }

    /// Adds the components that an update names.
    pub(super) fn said_by(&mut self, update: &Item<'_>, notes: &mut Notes) {
        const KEY: &str = "affected_components";
        let list = match update.list(KEY) {
            Ok(list) => list.unwrap_or_default(),
            Err(NoList(found)) => {
                self.complete = false;
                notes
                    .add(format!("{}: expected `{KEY}` to be a list, found {found}", update.label));
                return;
            }
        };
        for (index, value) in list.iter().enumerate() {
            let label = format!("{}: affected component number {}", update.label, index + 1);
            let Value::Object(fields) = value else {
                self.complete = false;
                notes
                    .add(format!("{label} left out: expected an object, found {}", type_of(value)));
                continue;
            };
            let item = Item::new(fields, label);
            if item.has_only("name") {
                continue;
            }
            let Ok(Some(code)) = item.id("code") else {
                self.leave_out(&item, "it has no usable `code`", notes);
                continue;
            };
            if self.seen.contains(&code) || self.catalog.is_group(&code) {
                continue;
            }
            let (name, group) = match self.catalog.component(&code) {
                Some(known) => {
                    let name = known.name.clone();
                    (name.or_else(|| item.text("name", NAME_CHARS_MAX, notes)), known.group.clone())
                }
                None => (item.text("name", NAME_CHARS_MAX, notes), None),
            };
            match name {
                Some(name) => self.add(ObservedAffected { external_id: code, name, group }, notes),
                None => self.leave_out(&item, "it has no `name`", notes),
            }
        }
    }

    /// Returns each component once, in the order of first mention, and whether nothing was left
    /// out.
    pub(super) fn found(self) -> (Vec<ObservedAffected>, bool) {
        (self.found, self.complete)
    }

    fn leave_out(&mut self, item: &Item<'_>, reason: &str, notes: &mut Notes) {
        self.complete = false;
        notes.add(format!("{} left out: {reason}", item.label));
    }

    fn add(&mut self, affected: ObservedAffected, notes: &mut Notes) {
        if self.seen.contains(&affected.external_id) || self.full {
            return;
        }
        if self.found.len() == COMPONENTS_MAX {
            let report = self.report;
            notes.add(format!("{report}: only {COMPONENTS_MAX} affected components are kept"));
            self.full = true;
            self.complete = false;
            return;
        }
        self.seen.insert(affected.external_id.clone());
        self.found.push(affected);
    }
}
