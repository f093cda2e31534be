//! Whether the phases that were told of a report are the vendor's: its own status decides, the same
//! at first sight, lived, and after a gap.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::data::text;
use super::shown::is_over;
use super::told::{Objection, Told, ToldReport};
use super::truth::Sights;

/// The phase events of one poll, by stream, with what was known before.
pub(crate) struct Phases<'a>(BTreeMap<String, (Before, Vec<&'a Value>)>);

/// What was known of a report before a poll.
#[derive(Default)]
struct Before {
    /// The phase that it was in; none if nothing was told of it.
    phase: Option<String>,
    updates: BTreeSet<String>,
}

impl<'a> Phases<'a> {
    /// Those among `events`, of which so much was `told` before.
    pub(crate) fn of(events: &[&'a Value], told: &Told) -> Self {
        let mut phases = BTreeMap::new();
        for event in events.iter().filter(|event| event["data"]["sets_phase"].is_boolean()) {
            let stream = text(&event["stream"]);
            let known = told.report_key(&stream).and_then(|key| told.reports.get(&key));
            let before = |known: &ToldReport| Before {
                phase: Some(known.phase.clone()),
                updates: known.updates.keys().cloned().collect(),
            };
            let fresh = || (known.map(before).unwrap_or_default(), Vec::new());
            phases.entry(stream).or_insert_with(fresh).1.push(*event);
        }
        Self(phases)
    }

    /// Judges them, with what is shown and `told` behind the poll.
    pub(crate) fn judge(&self, told: &Told, sights: &Sights<'_>) -> Result<(), Objection> {
        for (stream, (before, events)) in &self.0 {
            let key = told.report_key(stream).ok_or("a report that was never opened")?;
            let Some(sight) = sights.of(&key).filter(|sight| !sight.mixed) else { continue };
            let at_once = sights.has_to_be_told(sight);
            judge(events, before, &sight.shown.status, at_once)
                .map_err(|objection| format!("{key:?}: {objection}"))?;
        }
        Ok(())
    }
}

/// An event that sets the phase.
struct Setter {
    phase: String,
    update: Option<String>,
    /// Whether its update was not known before the poll.
    is_new: bool,
}

/// Judges the phase events of one report and one poll, in their order. `status` is what is believed
/// of it, and `at_once` says whether it has to be told now.
fn judge(events: &[&Value], before: &Before, status: &str, at_once: bool) -> Result<(), Objection> {
    let set = events.iter().map(|event| &event["data"]).filter(|data| data["sets_phase"] == true);
    let setters: Vec<Setter> = set
        .map(|data| {
            let update = data["update_id"].as_str().map(str::to_owned);
            let is_new = update.as_ref().is_some_and(|id| !before.updates.contains(id));
            Setter { phase: text(&data["phase_raw"]), update, is_new }
        })
        .collect();
    if setters.iter().any(|one| !one.is_new && one.phase != status) {
        return Err(format!("another phase than `{status}` is told anew"));
    }
    let named: Vec<_> = setters.iter().filter_map(|one| one.update.as_ref()).collect();
    if named.iter().collect::<BTreeSet<_>>().len() < named.len() {
        return Err("an update sets the phase twice".to_owned());
    }
    let Some(last) = setters.last() else { return Ok(()) };
    if at_once && last.phase != status {
        return Err(format!("`{}` is told as the last phase, not `{status}`", last.phase));
    }
    let is_explained = last.is_new && last.phase == status;
    if before.phase.as_deref() == Some(status) && !is_explained {
        return Err(format!("`{status}` was left and entered, though it never changed"));
    }
    if !is_over(status) && !is_explained && setters.iter().any(|one| is_over(&one.phase)) {
        return Err(format!("an update ends what the vendor says is `{status}`"));
    }
    Ok(())
}
