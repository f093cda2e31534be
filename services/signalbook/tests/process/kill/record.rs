//! The whole log, as the API tells it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::support::Program;

/// An event that the program showed: its place and its hash.
pub(crate) type Shown = (u64, String);

/// The place and the hash of an event.
pub(crate) fn shown(event: &Value) -> Shown {
    (event["position"].as_u64().unwrap(), event["hash"].as_str().unwrap().to_owned())
}

/// Every event.
pub(crate) struct Record(Vec<Value>);

impl Record {
    pub(crate) fn read(program: &Program) -> Self {
        let mut events = Vec::new();
        loop {
            let after = events.len();
            let part = program.json(&format!("/v1/events?after={after}&limit=500"));
            match part["events"].as_array().unwrap().as_slice() {
                [] => return Self(events),
                part => events.extend_from_slice(part),
            }
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Positions and revisions count up by one, and time does not go back.
    pub(crate) fn expect_gapless(&self) {
        let mut revisions: BTreeMap<&str, u64> = BTreeMap::new();
        for (event, position) in self.0.iter().zip(1_u64..) {
            assert_eq!(event["position"], position);
            let revision = revisions.entry(event["stream"].as_str().unwrap()).or_default();
            *revision += 1;
            assert_eq!(event["revision"], *revision, "{event}");
        }
        let recorded: Vec<jiff::Timestamp> = self
            .0
            .iter()
            .map(|event| event["recorded_at"].as_str().unwrap().parse().unwrap())
            .collect();
        assert!(recorded.is_sorted());
    }

    /// No id stands for two events, no stream begins twice, and no update is entered twice, unless
    /// the vendor's status came to say what an update had said before.
    pub(crate) fn expect_nothing_twice(&self) {
        let mut ids = BTreeSet::new();
        let mut entered = BTreeSet::new();
        let mut begun = BTreeSet::new();
        let mut phases = BTreeMap::new();
        for event in &self.0 {
            assert!(ids.insert(event["event_id"].as_str().unwrap()), "{event}");
            let (stream, kind) =
                (event["stream"].as_str().unwrap(), event["type"].as_str().unwrap());
            if ["incident.opened", "maintenance.scheduled", "page.added"].contains(&kind) {
                assert!(begun.insert(stream), "{event}");
            }
            if let Some(update) = event["data"]["update_id"].as_str()
                && !kind.ends_with(".update_edited")
                && !kind.ends_with(".update_removed")
            {
                let is_new = entered.insert((stream, update));
                let phase = &event["data"]["phase_raw"];
                let is_named_again =
                    event["data"]["sets_phase"] == true && phases.get(stream) != Some(&phase);
                assert!(is_new || is_named_again, "{event}");
            }
            if event["data"]["sets_phase"] == true {
                phases.insert(stream, &event["data"]["phase_raw"]);
            }
        }
        assert!(!entered.is_empty());
    }

    /// What was shown before a kill is there, as it was.
    pub(crate) fn expect_what_was_shown(&self, before: &[Shown]) {
        assert!(!before.is_empty(), "it never lived long enough to show anything");
        for (position, hash) in before {
            let event = &self.0[usize::try_from(*position).unwrap() - 1];
            assert_eq!(&shown(event).1, hash, "{event}");
        }
    }
}
