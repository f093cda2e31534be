//! Two hundred vendors, each with a host of its own, who say something all the time.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use signalbook_double::random::{Whim, newborn};
use signalbook_double::{Double, Page};
use signalbook_runtime::{Clock as _, SystemClock};

use super::truth;
use crate::support::{Program, config, wait_while};

const SLUG: &str = "page";

/// The vendors.
pub(crate) struct Vendors {
    doubles: Vec<Double>,
    whims: Vec<Whim>,
    chance: fastrand::Rng,
    acts: usize,
}

fn now() -> jiff::Timestamp {
    jiff::Timestamp::try_from(SystemClock::new().now()).unwrap()
}

impl Vendors {
    /// Starts `count` of them; none if they cannot have a host each.
    pub(crate) async fn start(count: usize, seed: u64) -> Option<Self> {
        let mut doubles = Vec::new();
        let mut whims = Vec::new();
        for (number, life_seed) in (0..count).zip(seed..) {
            let host = Ipv4Addr::new(127, 7, 0, u8::try_from(number + 1).unwrap());
            let double = match Double::start(SocketAddr::from((host, 0)), Arc::new(now)).await {
                Ok(double) => double,
                Err(error) if error.kind() == ErrorKind::AddrNotAvailable => return None,
                Err(error) => panic!("{host}: {error}"),
            };
            double.add(SLUG, newborn(life_seed, now() - Duration::from_hours(48)));
            doubles.push(double);
            whims.push(Whim::new(life_seed));
        }
        Some(Self { doubles, whims, chance: fastrand::Rng::with_seed(seed), acts: 0 })
    }

    /// A configuration that watches all of them every second.
    pub(crate) fn config(&self, folder: &Path) -> PathBuf {
        let urls = self.doubles.iter().map(|double| double.base(SLUG));
        config(folder, self.slugs().zip(urls))
    }

    /// Lets one of them do something.
    pub(crate) fn act(&mut self) {
        let number = self.chance.usize(..self.doubles.len());
        let (double, now) = (&self.doubles[number], now());
        let act = self.whims[number].next(&double.script(SLUG).at(now), now);
        double.act_at(SLUG, now, act);
        self.acts += 1;
    }

    pub(crate) fn acts(&self) -> usize {
        self.acts
    }

    /// How often they were asked, all together.
    pub(crate) fn polls(&self) -> u64 {
        self.doubles.iter().map(|double| double.counts(SLUG).summary).sum()
    }

    pub(crate) fn slugs(&self) -> impl Iterator<Item = String> {
        (0..self.doubles.len()).map(|number| format!("vendor-{number}"))
    }

    /// What each shows in the end.
    fn pages(&self) -> impl Iterator<Item = (String, Page)> {
        let pages = self.doubles.iter().map(|double| double.script(SLUG).at(now()));
        self.slugs().zip(pages)
    }

    /// Waits until the program shows what every vendor does.
    pub(crate) fn wait_for_truth(&self, program: &Program, at_most: Duration) {
        let mut pages = self.pages().peekable();
        wait_while(at_most, || {
            while let Some((slug, page)) = pages.peek() {
                if let Some(lie) = truth::lie(program, slug, page) {
                    return Some(format!("`{slug}` is not told as it is: {lie}"));
                }
                pages.next();
            }
            truth::turning(program)
        });
    }
}
