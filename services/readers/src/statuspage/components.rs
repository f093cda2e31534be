//! The components of a document, and the groups that name them.
//!
//! A group is an object in the same list with `group: true`. Its status is the worst of its
//! children. It is no component: counting it would count an outage twice.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use signalbook_domain::snapshot::{ObservedComponent, ObservedGroup};
use signalbook_domain::status::{component_counts, component_impact};

use super::identity::Identity;
use super::item::Item;
use super::words;
use crate::json::type_of;
use crate::limits::{COMPONENTS_MAX, NAME_CHARS_MAX};
use crate::notes::Notes;

/// The components and groups of a document.
#[derive(Default)]
pub(super) struct Catalog {
    /// The components, in document order.
    pub(super) components: Vec<ObservedComponent>,
    places: BTreeMap<String, usize>,
    groups: BTreeMap<String, Option<String>>,
    /// Descriptions of components in trouble without identity.
    pub(super) unidentified: Vec<String>,
    /// Whether nothing but repetitions was left out, and each component has an id of its own.
    pub(super) complete: bool,
}

impl Catalog {
    /// Reads a document's list. A failing component is never lost for lack of a name or id.
    pub(super) fn read(list: &[Value], notes: &mut Notes) -> Self {
        let mut catalog = Self::default();
        let mut seen = BTreeSet::new();
        let (mut children, mut repeated) = (Vec::new(), Vec::new());
        let mut is_certain = true;
        if list.len() > COMPONENTS_MAX {
            let all = list.len();
            notes.add(format!("only the first {COMPONENTS_MAX} of {all} components are kept"));
        }
        for (index, value) in list.iter().take(COMPONENTS_MAX).enumerate() {
            let Some((item, identity, name)) = catalog.entry(value, index, notes) else { continue };
            is_certain &= identity.is_certain();
            let id = identity.external_id().unwrap_or_default().to_owned();
            // A group may share the id of a component and does not hide it.
            if !seen.insert((id.clone(), item.is("group"))) {
                notes.add(format!("{} is listed twice: the worse one counts", item.label));
                repeated.push((item, id));
            } else if item.is("group") {
                catalog.groups.insert(id, name);
            } else {
                children.push((item, id, name));
            }
        }
        for (item, external_id, name) in children {
            catalog.places.insert(external_id.clone(), catalog.components.len());
            let component = ObservedComponent {
                external_id,
                name,
                group: catalog.group_of(&item),
                status: words::component_status(item.word("status", notes)),
                updated_at: item.time("updated_at", notes),
            };
            catalog.components.push(component);
        }
        let kept = catalog.components.len() + catalog.groups.len() + repeated.len();
        catalog.complete = is_certain && kept == list.len();
        for (item, id) in repeated {
            catalog.repeat(&item, &id, notes);
        }
        catalog
    }

    /// Returns an entry of the list with its identity and name.
    fn entry<'a>(
        &mut self,
        value: &'a Value,
        index: usize,
        notes: &mut Notes,
    ) -> Option<(Item<'a>, Identity, Option<String>)> {
        let label = format!("component number {}", index + 1);
        let Value::Object(fields) = value else {
            notes.add(format!("{label} left out: expected an object, found {}", type_of(value)));
            return None;
        };
        let mut item = Item::new(fields, label);
        let mut flaw = None;
        match item.id("id") {
            Ok(Some(id)) => item.label = format!("component `{id}`"),
            Ok(None) => flaw = Some("it has no `id`".to_owned()),
            Err(reason) => flaw = Some(format!("its `id` {reason}")),
        }
        let name = item.text("name", NAME_CHARS_MAX, notes);
        let identity = Identity::of_component(&item, name.as_deref());
        if name.is_none() && !item.is("group") {
            flaw = flaw.or_else(|| Some("it has no `name`".to_owned()));
        }
        let Some(flaw) = flaw else { return Some((item, identity, name)) };
        if identity.external_id().is_some() {
            notes.add(format!("{} kept as far as it can be read: {flaw}", item.label));
            return Some((item, identity, name));
        }
        notes.add(format!("{} left out: {flaw}", item.label));
        let status = words::component_status(item.word("status", notes));
        if component_counts(status.value, false) {
            self.unidentified.push(format!("{}: {flaw}, and it is `{}`", item.label, status.raw));
        }
        None
    }

    /// Applies a repeated entry of a component: the worse status counts.
    fn repeat(&mut self, item: &Item<'_>, id: &str, notes: &mut Notes) {
        let status = words::component_status(item.word("status", notes));
        let place = self.places.get(id).copied();
        let Some(component) = place.and_then(|place| self.components.get_mut(place)) else {
            return;
        };
        if component_impact(status.value) > component_impact(component.status.value) {
            component.status = status;
        }
    }

    /// Returns the component with this id.
    pub(super) fn component(&self, id: &str) -> Option<&ObservedComponent> {
        self.places.get(id).and_then(|place| self.components.get(*place))
    }

    /// Whether this is the id of a group.
    pub(super) fn is_group(&self, id: &str) -> bool {
        self.groups.contains_key(id)
    }

    /// Returns the group that a component's object refers to.
    pub(super) fn group_of(&self, item: &Item<'_>) -> Option<ObservedGroup> {
        let external_id = item.id("group_id").ok().flatten()?;
        let name = self.groups.get(&external_id).cloned().flatten();
        Some(ObservedGroup { external_id, name })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use signalbook_domain::ComponentStatus;

    use super::*;

    fn read(list: &Value) -> (Catalog, Vec<String>) {
        let mut notes = Notes::default();
        let catalog = Catalog::read(list.as_array().unwrap(), &mut notes);
        (catalog, notes.into_words().0)
    }

    #[test]
    fn a_group_is_no_component_and_names_its_children_wherever_it_stands() {
        let (catalog, notes) = read(&json!([
            {"id": "c1", "name": "Sending", "status": "operational", "group_id": "g1"},
            {"id": "g1", "name": "Mail", "status": "major_outage", "group": true},
            {"id": "c2", "name": "Lost", "status": "operational", "group_id": "g9"},
            {"id": "c3", "name": "Alone", "status": "operational", "group_id": null},
        ]));
        let groups: Vec<_> = catalog.components.iter().map(|shown| shown.group.clone()).collect();
        let group = |id: &str, name: Option<&str>| {
            Some(ObservedGroup { external_id: id.to_owned(), name: name.map(ToOwned::to_owned) })
        };
        assert_eq!(groups, [group("g1", Some("Mail")), group("g9", None), None]);
        assert!(catalog.is_group("g1") && catalog.component("g1").is_none());
        assert!(notes.is_empty());
    }

    #[test]
    fn a_component_is_kept_under_whatever_identifies_it() {
        let (catalog, notes) = read(&json!([
            "surprise",
            {"name": "No id", "status": "major_outage"},
            {"id": {}, "name": "Odd id"},
            {"id": "c1", "status": "operational"},
            {"id": "c2", "name": "Good", "status": "operational"},
        ]));
        let names: Vec<_> = catalog.components.iter().map(|shown| shown.name.as_deref()).collect();
        assert_eq!(names, [Some("No id"), Some("Odd id"), None, Some("Good")]);
        assert_eq!(catalog.components[0].status.value, ComponentStatus::MajorOutage);
        assert!(catalog.components[0].external_id.starts_with("h-"));
        assert!(!catalog.complete, "a name is no id: nothing is concluded from what is not there");
        assert!(catalog.unidentified.is_empty());
        assert_eq!(
            notes,
            [
                "component number 1 left out: expected an object, found a text",
                "component number 2 kept as far as it can be read: it has no `id`",
                "component number 3 kept as far as it can be read: its `id` is an object",
                "component `c1` kept as far as it can be read: it has no `name`",
            ]
        );
    }

    #[test]
    fn a_component_in_trouble_that_nothing_identifies_is_told_all_the_same() {
        let (catalog, _) = read(&json!([{"status": "partial_outage"}, {"status": "operational"}]));
        assert!(catalog.components.is_empty() && !catalog.complete);
        assert_eq!(
            catalog.unidentified,
            ["component number 1: it has no `id`, and it is `partial_outage`"]
        );
    }

    #[test]
    fn a_group_with_the_id_of_a_component_hides_it_not() {
        let group = json!({"id": "c1", "name": "Phone", "group": true});
        let failing = json!({"id": "c1", "name": "Calls", "status": "major_outage"});
        for list in [[group.clone(), failing.clone()], [failing, group]] {
            let (catalog, _) = read(&Value::Array(list.to_vec()));
            assert_eq!(catalog.components.len(), 1);
            assert_eq!(catalog.components[0].status.value, ComponentStatus::MajorOutage);
        }
    }

    #[test]
    fn names_may_repeat_but_of_one_id_the_worse_one_counts() {
        let (catalog, notes) = read(&json!([
            {"id": "c1", "name": "Phone", "status": "operational"},
            {"id": "c2", "name": "Phone", "status": "operational"},
            {"id": "c1", "name": "Phone", "status": "major_outage"},
            {"id": "c1", "name": "Phone", "status": "degraded_performance"},
        ]));
        assert_eq!(catalog.components.len(), 2);
        assert_eq!(catalog.components[0].status.value, ComponentStatus::MajorOutage);
        assert_eq!(notes, ["component `c1` is listed twice: the worse one counts"; 2]);
        assert!(catalog.complete);
    }

    #[test]
    fn a_component_without_a_status_is_unknown() {
        let (catalog, notes) = read(&json!([{"id": 7, "name": "Numbered"}]));
        assert_eq!(catalog.component("7").unwrap().status.value, ComponentStatus::Unknown);
        assert!(notes.is_empty());
    }

    #[test]
    fn ids_names_and_the_number_of_components_are_bounded() {
        let mut list = vec![
            json!({"id": "i".repeat(129), "name": "Long id"}),
            json!({"id": "n", "name": "é".repeat(251)}),
        ];
        list.extend((0..COMPONENTS_MAX).map(|n| json!({"id": n, "name": "x"})));
        let (catalog, notes) = read(&Value::Array(list));
        assert_eq!(catalog.components.len(), COMPONENTS_MAX);
        assert_eq!(catalog.component("n").unwrap().name, Some("é".repeat(250)));
        assert_eq!(notes[0], "only the first 5000 of 5002 components are kept");
        assert!(notes[1].contains("is longer than 128 characters"), "{}", notes[1]);
        assert_eq!(notes[2], "component `n`: `name` cut to 250 characters");
    }
}
