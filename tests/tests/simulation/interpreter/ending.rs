//! The end of a run: everything heals, some quiet polls pass, and all has to be told.

use std::sync::Arc;

use jiff::SignedDuration;
use signalbook_domain::Document;
use signalbook_double::render::LIST_LIMIT;
use signalbook_projector::{Progress, Projector};
use signalbook_store::views::SharedViews;
use signalbook_store_sqlite::{Location, SqliteViews};

use super::Run;
use crate::moves::{Mishap, Saving, Weather};
use crate::oracle::ledger;
use crate::oracle::told::Objection;
use crate::oracle::truth::{component_id, same};
use crate::oracle::views::Held;
use crate::vendor::Vendor;

/// Good polls of each page at the end: a pending change needs two, and what is back may be pending again.
const QUIET_POLLS: usize = 4;

impl Run {
    pub(super) async fn end(&mut self) -> Result<(), Objection> {
        self.set_clock(0).await?;
        self.release(true).await?;
        self.save().await?;
        self.restart();
        for page in 0..self.vendors.len() {
            self.change(page, Vendor::correct);
            self.watch(page, true).await?;
        }
        if self.vendors.iter().any(Vendor::offers_more) {
            // What a page did not have is asked for again after an hour.
            self.pass(SignedDuration::from_mins(61));
        }
        for _ in 0..QUIET_POLLS {
            // Long enough for the deep documents to be read again.
            self.pass(SignedDuration::from_mins(6));
            for page in 0..self.vendors.len() {
                self.poll(page, Weather::Fine, Mishap::None).await?;
            }
        }
        self.project(Saving::Works).await;
        let anew = self.project_anew().await;
        for page in 0..self.vendors.len() {
            let slug = self.vendors[page].slug.clone();
            let held = Held::read(&self.views, &slug).await;
            held.compare(&self.oracle[page])?;
            held.compare_times(&self.oracle[page])?;
            same("views kept up", &held, &Held::read(&anew, &slug).await)?;
            self.compare_with_vendor(page)?;
        }
        ledger::check(&self.log, &self.evidence).await
    }

    /// Views that nothing ever went wrong with, from the whole log.
    async fn project_anew(&self) -> SharedViews {
        let views: SharedViews = Arc::new(SqliteViews::open(&Location::Memory).await.unwrap());
        let mut projector = Projector::new(self.log.clone(), views.clone());
        while let Progress::Reached(_) = projector.step().await.unwrap() {}
        views
    }

    /// What is told, against what the vendor shows to everybody at the very end.
    fn compare_with_vendor(&mut self, page: usize) -> Result<(), Objection> {
        let now = self.now;
        let vendor = &mut self.vendors[page];
        let oracle = &self.oracle[page];
        let mut full = false;
        let documents = [Document::Summary, Document::Incidents, Document::Maintenances];
        for document in documents {
            if !vendor.offers(document) {
                continue;
            }
            let shown = vendor.document(document, now).shown.clone();
            full |= shown.reports.len() >= LIST_LIMIT;
            for (key, report) in &shown.reports {
                let told = oracle.told.reports.get(key).ok_or("a report was never told")?;
                same("the last title", &Some(&told.title), &report.title.as_ref())?;
                same("the last status", &told.phase, &report.status)?;
                same("the last impact", &told.impact, &report.impact)?;
                same("whether it is there", &told.withdrawn, &false)?;
                same("the last updates", &told.updates.len(), &report.updates.len())?;
                let affected =
                    report.affected.iter().map(|name| component_id(oracle.id, name)).collect();
                same("the last components", &told.affected, &affected)?;
            }
            for (name, component) in shown.components.iter().flat_map(|(all, _)| all) {
                let told = oracle.told.components.get(name).ok_or("a component was never told")?;
                same("a component's last status", &told.status, &component.status)?;
                same("a component's last name", &told.name, &component.name)?;
            }
        }
        let shown = vendor.document(Document::Summary, now).shown.clone();
        let deleted = |told: &str| !shown.existing.contains(told);
        let ghost =
            oracle.told.reports.iter().find(|((_, name), told)| {
                deleted(name) && !told.withdrawn && !told.is_over() && !full
            });
        ghost.map_or(Ok(()), |(key, _)| Err(format!("{key:?} is deleted, but told as there")))
    }
}
