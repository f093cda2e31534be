//! What happens outside: time, vendors, and which pages somebody wants watched.

use std::time::{Duration, SystemTime};

use jiff::{SignedDuration, Timestamp as Moment};
use signalbook_aggregator::{WatchedPage, reconcile};
use signalbook_domain::Timestamp;
use signalbook_double::render::LIST_LIMIT;
use signalbook_runtime::Clock as _;

use super::Run;
use crate::moves::Oddity;
use crate::oracle::told::Objection;
use crate::vendor::Vendor;

/// Vendors' times that are further ahead of our clock than this are not believed; copies of
/// documents from such a time cannot be told from newer ones, so none are served.
const BEHIND: SignedDuration = SignedDuration::from_mins(4);

impl Run {
    pub(super) fn pass(&mut self, time: SignedDuration) {
        self.now += time;
        self.tell_time();
    }

    pub(super) fn tell_time(&mut self) {
        if self.ahead < -BEHIND {
            self.oldest_copy = self.now;
        }
        self.clock.set(SystemTime::from(self.now + self.ahead));
    }

    /// What is under way arrives before our clock moves, and what was lost does not come after all:
    /// a turn that was given by the old clock says nothing among turns of the new one.
    pub(super) async fn set_clock(&mut self, minutes: i64) -> Result<(), Objection> {
        self.release(false).await?;
        let ahead = SignedDuration::from_mins(minutes);
        if ahead == self.ahead {
            return Ok(());
        }
        self.delivered.retain(|parcel| parcel.folded);
        self.counts.fired(match minutes {
            0 => "clock.corrected",
            1.. => "clock.ahead",
            _ => "clock.behind",
        });
        self.ahead = ahead;
        self.oldest_copy = self.now;
        self.tell_time();
        Ok(())
    }

    /// Lets a vendor change its page. Answers whether it did.
    pub(super) fn change(&mut self, page: usize, change: impl FnOnce(&mut Vendor, Moment)) -> bool {
        self.pass(SignedDuration::from_millis(2));
        let vendor = &mut self.vendors[page];
        let acts = vendor.life().script().len();
        let full = vendor.page(self.now).incidents.len() >= LIST_LIMIT;
        let before = if full { vendor.listed(self.now) } else { Vec::new() };
        self.now += SignedDuration::from_millis(1);
        change(vendor, self.now);
        if full {
            let (listed, there) = (vendor.listed(self.now), vendor.page(self.now));
            let pushed = |id: &&String| !listed.contains(id) && there.incident(id).is_some();
            let slid = before.iter().filter(pushed).count();
            self.counts.fired_times("window.slid", slid as u64);
        }
        vendor.life().script().len() > acts
    }

    pub(super) fn odd(&mut self, page: usize, oddity: Oddity) {
        let happened = self.change(page, |vendor, now| vendor.odd(oddity, now));
        let kind = match oddity {
            Oddity::UnknownPhase | Oddity::UnknownImpact | Oddity::UnknownStatus => {
                "vendor.unknown_word"
            }
            Oddity::Delete => "vendor.deleted",
            Oddity::FileAfterwards => "vendor.retro_filed",
            Oddity::Contradict => "vendor.contradicting_update",
            Oddity::ComponentAlone => "vendor.component_alone",
            Oddity::Indicator => "vendor.indicator_alone",
            Oddity::Rebuild => "vendor.rebuilt",
            Oddity::CloseUnlisted => "window.slid_past_open",
            Oddity::Disagree => "document.disagrees",
            Oddity::HalfRead => "document.half_readable",
            Oddity::Link
            | Oddity::Twins
            | Oddity::Import
            | Oddity::FileMany
            | Oddity::Flap
            | Oddity::Offer
            | Oddity::OpenAtTheEdge
            | Oddity::Correct => return,
        };
        if happened {
            self.counts.fired(kind);
        }
    }

    pub(super) fn watched(&self, page: usize) -> WatchedPage {
        let vendor = &self.vendors[page];
        WatchedPage {
            provider: vendor.slug.parse().unwrap(),
            name: vendor.life().name().to_owned(),
            url: vendor.url.clone(),
            interval: Duration::from_mins(1),
        }
    }

    pub(super) fn our_now(&self) -> Timestamp {
        Timestamp::from(self.clock.now())
    }

    pub(super) async fn watch(&mut self, page: usize, watched: bool) -> Result<(), Objection> {
        if self.oracle[page].watched == watched {
            return Ok(());
        }
        self.counts.fired(if watched { "page.returned" } else { "page.removed" });
        self.configure(page, watched).await
    }

    pub(super) async fn configure(&mut self, page: usize, watched: bool) -> Result<(), Objection> {
        self.save().await?;
        self.moved.insert(page);
        let pages = 0..self.vendors.len();
        let wanted = pages
            .filter(|other| if *other == page { watched } else { self.oracle[*other].watched });
        let wanted: Vec<WatchedPage> = wanted.map(|page| self.watched(page)).collect();
        reconcile(&self.seen_log, &wanted, self.ids.as_ref(), self.our_now()).await.unwrap();
        let events = self.news().await?;
        self.oracle[page].configured(watched, &events)
    }
}
