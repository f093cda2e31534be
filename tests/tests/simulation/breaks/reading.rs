//! Readers that read wrongly.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, PoisonError};

use signalbook_domain::snapshot::{Coverage, ObservedReport, Parsed, Snapshot};
use signalbook_domain::{
    ComponentStatus, Document, Impact, Phase, Platform, ReportKind, Role, Timestamp,
};
use signalbook_readers::ReadError;

use super::{Break, empty};

/// A time that every clock of a run has passed.
const SOME_YEARS_AGO: i64 = 1_600_000_000;

/// The readers with something broken.
pub(crate) struct Sabotaged {
    broken: Break,
    /// The first text of each update.
    texts: Mutex<BTreeMap<String, String>>,
    /// How many reports were read.
    reports: AtomicI64,
}

impl Sabotaged {
    pub(crate) fn new(broken: Break) -> Self {
        Self { broken, texts: Mutex::default(), reports: AtomicI64::new(0) }
    }
}

impl Sabotaged {
    pub(crate) fn read(
        &self,
        platform: Platform,
        document: Document,
        bytes: &[u8],
    ) -> Result<Snapshot, ReadError> {
        let mut read = signalbook_readers::read(platform, document, bytes);
        if read.is_err() && self.broken == Break::WrongShapeTakenAsEmpty {
            read = signalbook_readers::read(platform, document, &empty(document));
        }
        let mut snapshot = read?;
        self.spoil(&mut snapshot);
        Ok(snapshot)
    }

    fn spoil(&self, snapshot: &mut Snapshot) {
        match self.broken {
            Break::CoverageUnchecked => {
                for (_, coverage) in &mut snapshot.coverage {
                    *coverage = Coverage::Everything;
                }
            }
            Break::WindowTakenAsWhole => {
                for (_, coverage) in &mut snapshot.coverage {
                    if matches!(coverage, Coverage::CreatedAfter(_)) {
                        *coverage = Coverage::Everything;
                    }
                }
            }
            Break::StaleFolded => snapshot.page_updated_at = None,
            Break::AgesIgnored => undate(snapshot),
            Break::BrokenPartsTakenAsGone => {
                snapshot.components_complete = true;
                for report in &mut snapshot.reports {
                    report.updates_complete = true;
                    report.affected_complete = true;
                }
            }
            Break::UnknownTakenAsHealthy => soothe(snapshot),
            Break::EditsNotTold => {
                snapshot.reports.iter_mut().for_each(|report| self.freeze(report));
            }
            Break::TwinsMerged => snapshot.reports.iter_mut().for_each(merge),
            Break::StatusIgnored => {
                let incidents = snapshot.reports.iter_mut();
                for report in incidents.filter(|report| report.kind == ReportKind::Incident) {
                    report.phase = Parsed { value: Phase::Unknown, raw: String::new() };
                }
            }
            Break::EndNeverInferred if snapshot.document.role() == Role::Current => {
                snapshot.coverage.clear();
            }
            Break::BrokenEntryDropped => {
                snapshot.reports.retain(|report| report.title.is_some() && report.updates_complete);
                snapshot.unidentified.clear();
            }
            Break::IndicatorIgnored => snapshot.indicator = None,
            Break::PageIdIgnored => snapshot.page_id = None,
            Break::DisagreementFollowed => {
                snapshot.reports.iter_mut().for_each(|report| self.renew(report));
            }
            Break::UnchangedTakenAsAbsence
            | Break::OnePollEnough
            | Break::HalfAppendKept
            | Break::AppendedAgain
            | Break::BaselineForgotten
            | Break::FailureTakenAsEmpty
            | Break::WrongShapeTakenAsEmpty
            | Break::OlderSlotAccepted
            | Break::ResolvedByOurClock
            | Break::ProjectorSkips
            | Break::ProjectorRepeats
            | Break::EvidenceForgotten
            | Break::HistoryFailureFailsThePage
            | Break::MissingTakenAsEmpty
            | Break::ContradictionSetsThePhase
            | Break::EndNeverInferred
            | Break::FailingListNotWaitedFor
            | Break::FilingTakenAsStart => {}
        }
    }

    /// Makes a report the newest of all.
    fn renew(&self, report: &mut ObservedReport) {
        let read = self.reports.fetch_add(1, Ordering::Relaxed);
        report.updated_at = Some(Timestamp::from_seconds(SOME_YEARS_AGO + read));
    }

    fn freeze(&self, report: &mut ObservedReport) {
        let mut texts = self.texts.lock().unwrap_or_else(PoisonError::into_inner);
        for update in &mut report.updates {
            let id = update.external_id.clone().unwrap_or_default();
            update.body.clone_from(texts.entry(id).or_insert_with(|| update.body.clone()));
        }
    }
}

/// Takes away what says how old things are.
fn undate(snapshot: &mut Snapshot) {
    snapshot.page_updated_at = None;
    snapshot.reports.iter_mut().for_each(|report| report.updated_at = None);
    for component in snapshot.components.iter_mut().flatten() {
        component.updated_at = None;
    }
}

fn soothe(snapshot: &mut Snapshot) {
    for component in snapshot.components.iter_mut().flatten() {
        if component.status.value == ComponentStatus::Unknown {
            component.status.value = ComponentStatus::Operational;
        }
    }
    for report in &mut snapshot.reports {
        if report.phase.value == Phase::Unknown {
            report.phase.value = Phase::Resolved;
        }
        if report.impact.value == Impact::Unknown {
            report.impact.value = Impact::None;
        }
    }
}

fn merge(report: &mut ObservedReport) {
    let mut seen = BTreeSet::new();
    report.updates.retain(|update| seen.insert((update.phase.raw.clone(), update.body.clone())));
}
