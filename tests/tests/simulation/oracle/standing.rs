//! Documents that contradict each other for longer than a cache explains: told once when it has
//! lasted, and once when it is over.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::belief::{Copies, Statement};
use super::page::Expected;
use super::shown::{Micros, ReportKey};
use super::told::Told;

/// A contradiction that lasts for so long, with good polls of both documents, is a standing one.
const STANDING: Micros = 15 * 60 * 1_000_000;

/// What the documents of one page contradict each other of.
#[derive(Default)]
pub(crate) struct Standing {
    since: BTreeMap<ReportKey, Micros>,
    told: BTreeSet<ReportKey>,
}

impl Standing {
    /// Looks at what the documents say behind a poll at `at`. Answers what has to be told.
    pub(crate) fn follow(&mut self, copies: &Copies, told: &Told, at: Micros) -> Vec<Expected> {
        let mut expected = Vec::new();
        let mut found = BTreeMap::new();
        for key in copies.matter(told) {
            let Some(report) = told.reports.get(&key) else { continue };
            let said: Vec<_> = copies.statements(&key);
            let now: Vec<_> = said.iter().filter(|one| copies.is_reliable(one.document)).collect();
            let known = self.since.get(&key).copied();
            // What a document says that fails or is old is not known: it stays as it was.
            let Some((one, other)) = contradicting(&now) else {
                let stays =
                    known.filter(|_| contradicting(&said.iter().collect::<Vec<_>>()).is_some());
                found.extend(stays.map(|since| (key, since)));
                continue;
            };
            let since = known.unwrap_or(at);
            let read_at = |said: &Statement<'_>| copies.get(said.document).map(|copy| copy.read_at);
            let stands = read_at(one).min(read_at(other)) >= Some(since + STANDING);
            if stands && self.told.insert(key.clone()) {
                expected.push(Expected::Disagreement { subject: report.stream.clone(), since });
            }
            found.insert(key, since);
        }
        self.since = found;
        expected.extend(self.agreements(told, |key, since| !since.contains_key(key)));
        expected
    }

    /// Polls of before are not in a row with those from `now` on.
    pub(crate) fn interrupted(&mut self, now: Option<Micros>) {
        if let Some(now) = now {
            self.since.values_mut().for_each(|since| *since = now);
        }
    }

    /// The vendor has put another page in the place of this one.
    pub(crate) fn replaced(&mut self, told: &Told) -> Vec<Expected> {
        self.since.clear();
        self.agreements(told, |_, _| true)
    }

    /// The reports of which a contradiction was told.
    pub(crate) fn told(&self, told: &Told) -> BTreeSet<Uuid> {
        self.told.iter().filter_map(|key| Some(told.reports.get(key)?.id)).collect()
    }

    /// A report is called otherwise from now on.
    pub(crate) fn renamed(&mut self, before: &ReportKey, now: &ReportKey) {
        if let Some(since) = self.since.remove(before) {
            self.since.insert(now.clone(), since);
        }
        if self.told.remove(before) {
            self.told.insert(now.clone());
        }
    }

    fn agreements(
        &mut self,
        told: &Told,
        is_over: impl Fn(&ReportKey, &BTreeMap<ReportKey, Micros>) -> bool,
    ) -> Vec<Expected> {
        let over = self.told.iter().filter(|key| is_over(key, &self.since));
        let over: Vec<ReportKey> = over.cloned().collect();
        self.told.retain(|key| !over.contains(key));
        let subjects = over.iter().filter_map(|key| told.reports.get(key));
        subjects.map(|told| Expected::Agreement { subject: told.stream.clone() }).collect()
    }
}

fn contradicting<'a, 'b>(
    said: &[&'a Statement<'b>],
) -> Option<(&'a Statement<'b>, &'a Statement<'b>)> {
    let pairs = said
        .iter()
        .enumerate()
        .flat_map(|(index, one)| said[index + 1..].iter().map(move |other| (*one, *other)));
    pairs.into_iter().find(|(one, other)| one.contradicts(other))
}
