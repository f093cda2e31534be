//! What hardly a vendor does.

use jiff::{SignedDuration, Timestamp};
use signalbook_double::{
    Act, ComponentStatus, Document, Impact, Incident, Misprint, Opening, Page, Posting, Status,
    random_id, render,
};

use super::Vendor;
use crate::moves::Oddity;

impl Vendor {
    /// Does something odd, if there is anything to do it to.
    pub(crate) fn odd(&mut self, oddity: Oddity, now: Timestamp) {
        let page = self.page(now);
        match oddity {
            Oddity::Import => {
                let backdated = self.rng.bool();
                self.import(5, backdated, now);
            }
            Oddity::FileMany => self.import(5, false, now),
            Oddity::FileAfterwards => self.file_afterwards(now),
            Oddity::UnknownStatus => {
                self.set_component(&page, ComponentStatus::Other("wobbly"), now);
            }
            Oddity::ComponentAlone if page.unresolved().count() == 0 => {
                let status = match self.rng.u8(..3) {
                    0 => ComponentStatus::PartialOutage,
                    1 => ComponentStatus::MajorOutage,
                    _ => ComponentStatus::DegradedPerformance,
                };
                self.set_component(&page, status, now);
            }
            Oddity::ComponentAlone => {}
            Oddity::Indicator => self.set_indicator(&page, now),
            Oddity::Delete => {
                let all = page.incidents.iter().chain(&page.maintenances);
                let all: Vec<_> = all.map(|report| report.id.clone()).collect();
                if let Some(incident) = self.pick(&all) {
                    self.life.push(now, Act::Delete { incident });
                }
            }
            Oddity::Rebuild => {
                let page_id = random_id(&mut self.rng);
                self.life.push(now, Act::Rebuild { page_id });
            }
            Oddity::Offer => self.offers_more |= self.lacking.take().is_some(),
            Oddity::OpenAtTheEdge => self.open_at_the_edge(&page, now),
            Oddity::CloseUnlisted => self.close_unlisted(&page, now),
            Oddity::Disagree => self.disagree(&page, now),
            Oddity::HalfRead => self.half_read(&page, now),
            Oddity::Correct => self.correct(now),
            Oddity::Contradict => self.contradict(&page, now),
            Oddity::UnknownPhase
            | Oddity::UnknownImpact
            | Oddity::Link
            | Oddity::Twins
            | Oddity::Flap => {
                let ids: Vec<_> = page.unresolved().map(|open| open.id.clone()).collect();
                if let Some(incident) = self.pick(&ids) {
                    self.odd_incident(oddity, &page, incident, now);
                }
            }
        }
    }

    fn odd_incident(&mut self, oddity: Oddity, page: &Page, incident: String, now: Timestamp) {
        match oddity {
            Oddity::UnknownPhase => {
                let status = Status::Other("smouldering");
                self.life.push(now, Act::SetStatus { incident, status });
            }
            Oddity::UnknownImpact => {
                let impact = Impact::Other("cosmic");
                self.life.push(now, Act::ChangeImpact { incident, impact });
            }
            Oddity::Link => {
                let other = self.rng.u8(..6);
                let body = format!("See https://status.v{other}.example/incidents/abc{other}.");
                let update = self.posting(Status::Identified, &body);
                self.life.push(now, Act::post(incident, update));
            }
            Oddity::Twins => {
                for _ in 0..2 {
                    let update = self.posting(Status::Monitoring, "Nothing new.");
                    self.life.push(now, Act::post(&incident, update));
                }
            }
            Oddity::Flap => {
                let oops = page.incident(&incident).is_some_and(|held| held.title == "Oops");
                let title = if oops { "As it was" } else { "Oops" }.to_owned();
                self.life.push(now, Act::Retitle { incident, title });
            }
            Oddity::UnknownStatus
            | Oddity::Import
            | Oddity::FileMany
            | Oddity::Delete
            | Oddity::FileAfterwards
            | Oddity::ComponentAlone
            | Oddity::Indicator
            | Oddity::Rebuild
            | Oddity::Offer
            | Oddity::OpenAtTheEdge
            | Oddity::CloseUnlisted
            | Oddity::Disagree
            | Oddity::HalfRead
            | Oddity::Correct
            | Oddity::Contradict => {}
        }
    }

    fn set_component(&mut self, page: &Page, status: ComponentStatus, now: Timestamp) {
        let leaves = page.components.iter().filter(|held| !held.is_group);
        let leaves: Vec<_> = leaves.map(|held| held.id.clone()).collect();
        if let Some(component) = self.pick(&leaves) {
            self.life.push(now, Act::SetComponent { component, status });
        }
    }

    /// Sets the word at the top, or lets it follow the components again.
    fn set_indicator(&mut self, page: &Page, now: Timestamp) {
        let words = [
            Impact::Minor,
            Impact::Major,
            Impact::Critical,
            Impact::None,
            Impact::Maintenance,
            Impact::Other("apocalyptic"),
        ];
        let word = words[self.rng.usize(..words.len())];
        let indicator = (page.indicator != Some(word)).then_some(word);
        self.life.push(now, Act::SetIndicator { indicator });
    }

    /// An update that the vendor's own status contradicts: one that says that it is over while it
    /// goes on, or that it is watched when it is over.
    fn contradict(&mut self, page: &Page, now: Timestamp) {
        let is_known = |held: &&Incident| !matches!(held.status, Status::Other(_));
        let ids: Vec<_> =
            page.incidents.iter().filter(is_known).map(|one| one.id.clone()).collect();
        let Some(incident) = self.pick(&ids) else { return };
        let is_closed = page.incident(&incident).is_some_and(|held| held.status.is_closed());
        let status = if is_closed { Status::Monitoring } else { Status::Resolved };
        let update = self.posting(status, "Says something else than the status.");
        self.life.push(now, Act::Remark { incident, update });
    }

    /// Files an incident that is over already, as if it had begun when it is filed.
    fn file_afterwards(&mut self, now: Timestamp) {
        let ended_at = now - SignedDuration::from_mins(self.rng.i64(5..600));
        let began_at = ended_at - SignedDuration::from_mins(self.rng.i64(1..180));
        let first = self.posting(Status::Investigating, "It began.").display_at(began_at);
        let last = self.posting(Status::Resolved, "It was over.").display_at(ended_at);
        let title = format!("Told afterwards {}", self.rng.u16(..));
        let mut opening = Opening::new(random_id(&mut self.rng), title, Impact::Major);
        if self.rng.bool() {
            opening = opening.update(first);
        }
        self.life.push(now, Act::Open(opening.update(last)));
    }

    /// Files incidents of the days before `now`, all over.
    pub(super) fn import(&mut self, count: usize, backdated: bool, now: Timestamp) {
        for _ in 0..count {
            let ended_at = now - SignedDuration::from_mins(self.rng.i64(60..4_000));
            let started_at = ended_at - SignedDuration::from_mins(self.rng.i64(5..90));
            let last = self.posting(Status::Resolved, "It was repaired.").display_at(ended_at);
            let title = format!("Past trouble {}", self.rng.u8(..));
            let mut opening = Opening::new(random_id(&mut self.rng), title, Impact::Minor)
                .started_at(started_at)
                .update(last);
            opening.created_at = backdated.then_some(started_at);
            self.life.push(now, Act::Open(opening));
        }
    }

    /// Opens an incident that stands at the end of a full list, by its time of filing.
    fn open_at_the_edge(&mut self, page: &Page, now: Timestamp) {
        let mut filed: Vec<_> = page.incidents.iter().map(|held| held.created_at).collect();
        filed.sort_unstable();
        let Some(place) = filed.len().checked_sub(render::LIST_LIMIT) else { return };
        let id = random_id(&mut self.rng);
        let created_at = filed[place] + SignedDuration::from_millis(1);
        let update = self.posting(Status::Investigating, "It goes on and on.");
        let opening =
            Opening::new(&id, "A long story", Impact::Major).created_at(created_at).update(update);
        self.life.push(now, Act::Open(opening));
        self.slid = Some(id);
    }

    /// Closes the incident that was pushed out of the list, which nobody lists then.
    fn close_unlisted(&mut self, page: &Page, now: Timestamp) {
        let listed = self.listed(now);
        let slid = self.slid.take().filter(|id| !listed.contains(id));
        let slid = slid.and_then(|id| page.incident(&id));
        if let Some(open) = slid.filter(|held| !held.status.is_closed()) {
            let update = self.posting(Status::Resolved, "At last.");
            self.life.push(now, Act::post(&open.id, update));
        }
    }

    /// One document shows a report otherwise than the other.
    fn disagree(&mut self, page: &Page, now: Timestamp) {
        let Some((report, documents)) = self.some_report(page, |_| true) else { return };
        let statuses = match report.window {
            None => [Status::Investigating, Status::Identified, Status::Resolved],
            Some(_) => [Status::Scheduled, Status::InProgress, Status::Completed],
        };
        let misprint = match self.rng.u8(..6) {
            0 => Misprint::Hidden,
            1 | 2 => {
                let then = now - SignedDuration::from_mins(self.rng.i64(1..50));
                let then = then.max(self.life.born_at());
                if self.page(then).incident(&report.id).is_none() {
                    return;
                }
                Misprint::AsOf(then)
            }
            _ => Misprint::Status(statuses[self.rng.usize(..3)]),
        };
        let says_otherwise = misprint != Misprint::Status(report.status);
        if says_otherwise {
            self.misprint(&report.id, documents, misprint, now);
        }
    }

    /// One document shows a report that is open so that it cannot be read whole.
    fn half_read(&mut self, page: &Page, now: Timestamp) {
        let is_open = |held: &Incident| !held.status.is_closed();
        let Some((report, documents)) = self.some_report(page, is_open) else { return };
        let misprints = [Misprint::NoTitle, Misprint::NoUpdates, Misprint::Anonymous];
        let misprint = misprints[self.rng.usize(..3)];
        self.misprint(&report.id, documents, misprint, now);
    }

    fn misprint(
        &mut self,
        incident: &str,
        documents: [Document; 2],
        misprint: Misprint,
        now: Timestamp,
    ) {
        let document = documents[self.rng.usize(..2)];
        let (incident, misprint) = (incident.to_owned(), Some(misprint));
        self.life.push(now, Act::Misprint { document, incident, misprint });
    }

    /// A report, and the documents that may show it.
    fn some_report<'a>(
        &mut self,
        page: &'a Page,
        is_meant: impl Fn(&Incident) -> bool,
    ) -> Option<(&'a Incident, [Document; 2])> {
        let all = page.incidents.iter().chain(&page.maintenances);
        let ids: Vec<_> = all.filter(|held| is_meant(held)).map(|held| held.id.clone()).collect();
        let report = page.incident(&self.pick(&ids)?)?;
        let list = match report.window {
            None => Document::Incidents,
            Some(_) => Document::ScheduledMaintenances,
        };
        Some((report, [Document::Summary, list]))
    }

    /// Every document shows again what is.
    pub(crate) fn correct(&mut self, now: Timestamp) {
        for (document, incident, _) in self.page(now).misprints {
            self.life.push(now, Act::Misprint { document, incident, misprint: None });
        }
    }

    pub(super) fn posting(&mut self, status: Status, body: &str) -> Posting {
        Posting::new(random_id(&mut self.rng), status, body)
    }
}
