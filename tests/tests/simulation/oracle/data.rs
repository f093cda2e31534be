//! What stands in the data of an event.

use std::collections::BTreeSet;

use serde_json::Value;
use uuid::Uuid;

use super::shown::{Micros, micros};

pub(super) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

pub(super) fn group(data: &Value) -> Option<(String, String)> {
    let group = data.get("group").filter(|group| !group.is_null())?;
    Some((text(&group["external_id"]), text(&group["name"])))
}

pub(super) fn planned(data: &Value) -> (Option<Micros>, Option<Micros>) {
    (micros(&data["planned_from"]), micros(&data["planned_until"]))
}

pub(super) fn affected(data: &Value) -> BTreeSet<Uuid> {
    let all = data["affected"].as_array().into_iter().flatten();
    all.filter_map(|one| one["id"].as_str()?.parse().ok()).collect()
}
