//! Two hundred vendors, each with a host of its own, who say something all the time.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use signalbook_double::random::{Whim, newborn};
use signalbook_double::{Double, Page};
use signalbook_runtime::{Clock as _, SystemClock};

use crate::program::Program;
use crate::truth;

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
            let double = Double::start(SocketAddr::from((host, 0)), Arc::new(now)).await.ok()?;
            double.add(SLUG, newborn(life_seed, now() - Duration::from_hours(48)));
            doubles.push(double);
            whims.push(Whim::new(life_seed));
        }
        Some(Self { doubles, whims, chance: fastrand::Rng::with_seed(seed), acts: 0 })
    }

    /// A configuration that watches all of them every second.
    pub(crate) fn config(&self, folder: &Path) -> PathBuf {
        use std::fmt::Write as _;
        let mut text = format!(
            "[store]\nurl = \"sqlite:{}\"\n[api]\nlisten = \"127.0.0.1:0\"\n\
             [network]\nallow_private = [\"127.0.0.0/8\"]\n[poll]\ninterval = \"1s\"\n",
            folder.join("signalbook.db").display(),
        );
        for (slug, double) in self.slugs().zip(&self.doubles) {
            let url = double.base(SLUG);
            write!(text, "[[page]]\nprovider = \"{slug}\"\nurl = \"{url}\"\n").unwrap();
        }
        let path = folder.join("signalbook.toml");
        std::fs::write(&path, text).unwrap();
        path
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
        let clock = SystemClock::new();
        for (slug, page) in self.pages() {
            let mut lie = truth::lie(program, &slug, &page);
            while let Some(found) = lie {
                assert!(clock.monotonic() < at_most, "`{slug}` is not told as it is: {found}");
                std::thread::sleep(Duration::from_millis(250));
                lie = truth::lie(program, &slug, &page);
            }
        }
    }
}
