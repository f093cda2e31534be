//! The vendor whose page is polled: the double, with one page that every loopback address shows.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use jiff::Timestamp;
use signalbook_double::{Act, ComponentStatus, Document, Double, Fault, Life, Reply, render};

const SLUG: &str = "page";

/// Components of the page, so many that its summary has 20 kB.
const COMPONENTS: usize = 60;

/// The size that the summary is meant to have, give or take a tenth.
const SUMMARY_BYTES: usize = 20_000;

/// Addresses that differ in their last part.
const LAST_PARTS: u16 = 250;

/// A vendor that is up.
pub(crate) struct Vendor {
    double: Double,
}

impl Vendor {
    /// Starts it on every loopback address. One without `validators` sends its summary whole each
    /// time it is asked.
    pub(crate) async fn start(validators: bool) -> anyhow::Result<Self> {
        let listen = SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0));
        let double = Double::start(listen, Arc::new(Timestamp::now)).await?;
        let born = Timestamp::now() - jiff::SignedDuration::from_hours(1);
        let life = (0..COMPONENTS).fold(Life::new("Watched", "watchedpage1", born), |life, n| {
            life.component(component(n), format!("Service number {n} of the vendor"), None)
        });
        let summary = render::summary(&life, Timestamp::now(), "http://status.example").to_string();
        let (least, most) = (SUMMARY_BYTES * 9 / 10, SUMMARY_BYTES * 11 / 10);
        anyhow::ensure!((least..=most).contains(&summary.len()), "{} bytes", summary.len());
        double.add(SLUG, life);
        if !validators {
            let fault = Fault::Reply(Reply::json(summary));
            double.set_document_fault(SLUG, Document::Summary, Some(fault));
        }
        Ok(Self { double })
    }

    /// Its port.
    pub(crate) fn port(&self) -> u16 {
        self.double.address().port()
    }

    /// How often its summary was asked for.
    pub(crate) fn polls(&self) -> u64 {
        self.double.counts(SLUG).summary
    }

    /// Changes something that every page then tells; `turn` counts the calls.
    pub(crate) fn act(&self, turn: usize) {
        let worse = turn.is_multiple_of(2);
        let status =
            if worse { ComponentStatus::PartialOutage } else { ComponentStatus::Operational };
        self.double.act(SLUG, Act::SetComponent { component: component(0), status });
    }
}

fn component(number: usize) -> String {
    format!("component{number:03}")
}

/// The page's address on the host number `host`.
pub(crate) fn address(port: u16, host: u16) -> String {
    let (third, fourth) = (host / LAST_PARTS, host % LAST_PARTS + 1);
    format!("http://127.0.{third}.{fourth}:{port}/p/{SLUG}")
}

/// The summary's address.
pub(crate) fn summary(port: u16) -> String {
    format!("{}/api/v2/summary.json", address(port, 0))
}
