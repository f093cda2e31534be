//! A large hoster is down: most pages hang, each at its own host.

use std::time::Duration;

use signalbook_double::Document;
use signalbook_poller::{FAST_POLLS, SLOW_POLLS};

use crate::desk::Desk;
use crate::vendors::Mood;

const INTERVAL: Duration = Duration::from_secs(10);

/// How long it is watched.
const SECONDS: u32 = 60;

#[tokio::test]
async fn seven_hundred_pages_that_hang_keep_three_hundred_others_waiting_for_no_round() {
    let hosts: Vec<String> = (0..1_000).map(|number| format!("h{number}.example")).collect();
    let mut desk = Desk::open(&hosts, INTERVAL).await;
    let hangs = |number: usize| number % 10 < 7;
    for (_, host) in hosts.iter().enumerate().filter(|(number, _)| hangs(*number)) {
        desk.vendors.set_all(host, &Mood::Hangs);
    }
    desk.pass(Duration::from_secs(SECONDS.into())).await;
    let most = INTERVAL.mul_f64(1.5).as_secs_f64();
    let mut longest: f64 = 0.0;
    for (_, host) in hosts.iter().enumerate().filter(|(number, _)| !hangs(*number)) {
        // From the start to the first poll, and from the last one to the end, it is no longer.
        let mut polls = desk.vendors.seconds(host, Document::Summary);
        polls.insert(0, 0.0);
        polls.push(SECONDS.into());
        let pauses = polls.windows(2).map(|pair| pair[1] - pair[0]);
        longest = pauses.fold(longest, f64::max);
    }
    assert!(longest <= most, "{longest} s without a poll, expected {most} s at most");
    let under_way = desk.vendors.most_under_way();
    assert!(under_way <= FAST_POLLS + SLOW_POLLS, "{under_way} at once");
    let told = desk.told().await;
    assert_eq!(told["page.unreadable"], 700, "who hangs is told as any failure: {told:?}");
    assert_eq!(told["page.readable"], 300);
    assert_eq!(desk.poller.lacking_polls(), 0);
}
