//! The components of a document, and the groups that give names to their children.
//!
//! A group is an object of the same list with `group: true`. It has a status of its own, the
//! worst of its children, and is no component: counting it would count an outage twice.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use signalbook_domain::snapshot::{ComponentFacts, GroupFacts};

use super::item::Item;
use super::words;
use crate::limits::{COMPONENTS_MAX, NAME_CHARS_MAX};
use crate::notes::Notes;

/// What a document knows of components.
#[derive(Default)]
pub(super) struct Catalog {
    /// The components, in the document's order.
    pub(super) components: Vec<ComponentFacts>,
    places: BTreeMap<String, usize>,
    groups: BTreeMap<String, Option<String>>,
    /// Whether nothing of the list was left out but repetitions.
    pub(super) complete: bool,
}

impl Catalog {
    /// Reads a document's list.
    pub(super) fn read(list: &[Value], notes: &mut Notes) -> Self {
        let mut catalog = Self::default();
        let mut seen = BTreeSet::new();
        let mut children = Vec::new();
        let mut repetitions = 0;
        if list.len() > COMPONENTS_MAX {
            let all = list.len();
            notes.add(format!("only the first {COMPONENTS_MAX} of {all} components are kept"));
        }
        for (index, value) in list.iter().take(COMPONENTS_MAX).enumerate() {
            let Some((item, id)) = Item::identified(value, "component", index, notes) else {
                continue;
            };
            if !seen.insert(id.clone()) {
                notes.add(format!("{} is listed twice: the second is left out", item.label));
                repetitions += 1;
                continue;
            }
            let name = item.text("name", NAME_CHARS_MAX, notes);
            match name {
                name if item.is("group") => {
                    catalog.groups.insert(id, name);
                }
                Some(name) => children.push((item, id, name)),
                None => notes.add(format!("{} left out: it has no `name`", item.label)),
            }
        }
        for (item, external_id, name) in children {
            catalog.places.insert(external_id.clone(), catalog.components.len());
            let component = ComponentFacts {
                external_id,
                name,
                group: catalog.group_of(&item),
                status: words::component_status(item.word("status", notes)),
                updated_at: item.time("updated_at", notes),
            };
            catalog.components.push(component);
        }
        let kept = catalog.components.len() + catalog.groups.len() + repetitions;
        catalog.complete = kept == list.len();
        catalog
    }

    /// The component with this id.
    pub(super) fn component(&self, id: &str) -> Option<&ComponentFacts> {
        self.places.get(id).and_then(|place| self.components.get(*place))
    }

    /// Whether this is the id of a group.
    pub(super) fn is_group(&self, id: &str) -> bool {
        self.groups.contains_key(id)
    }

    /// The group that a component's object names.
    pub(super) fn group_of(&self, item: &Item<'_>) -> Option<GroupFacts> {
        let external_id = item.id("group_id").ok().flatten()?;
        let name = self.groups.get(&external_id).cloned().flatten();
        Some(GroupFacts { external_id, name })
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
            Some(GroupFacts { external_id: id.to_owned(), name: name.map(ToOwned::to_owned) })
        };
        assert_eq!(groups, [group("g1", Some("Mail")), group("g9", None), None]);
        assert!(catalog.is_group("g1") && catalog.component("g1").is_none());
        assert!(notes.is_empty());
    }

    #[test]
    fn a_broken_component_costs_itself_alone() {
        let (catalog, notes) = read(&json!([
            "surprise",
            {"name": "No id", "status": "operational"},
            {"id": {}, "name": "Odd id"},
            {"id": "c1", "status": "operational"},
            {"id": "c2", "name": "Good", "status": "operational"},
        ]));
        assert_eq!(catalog.components.len(), 1);
        assert_eq!(
            notes,
            [
                "component number 1 left out: expected an object, found a text",
                "component number 2 left out: it has no `id`",
                "component number 3 left out: its `id` is an object",
                "component `c1` left out: it has no `name`",
            ]
        );
    }

    #[test]
    fn names_may_repeat_but_of_one_id_the_first_counts() {
        let (catalog, notes) = read(&json!([
            {"id": "c1", "name": "Phone", "status": "operational"},
            {"id": "c2", "name": "Phone", "status": "operational"},
            {"id": "c1", "name": "Phone", "status": "major_outage"},
        ]));
        assert_eq!(catalog.components.len(), 2);
        assert_eq!(catalog.components[0].status.value, ComponentStatus::Operational);
        assert_eq!(notes, ["component `c1` is listed twice: the second is left out"]);
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
        assert_eq!(catalog.components.len(), COMPONENTS_MAX - 1);
        assert_eq!(catalog.component("n").unwrap().name, "é".repeat(250));
        assert_eq!(notes[0], "only the first 5000 of 5002 components are kept");
        assert!(notes[1].contains("is longer than 128 characters"), "{}", notes[1]);
        assert_eq!(notes[2], "component `n`: `name` cut to 250 characters");
    }
}
