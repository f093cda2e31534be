use super::*;
use signalbook_domain::Failure;
use signalbook_domain::observation::Slot;
use signalbook_domain::poll_state::{Failing, Hold, PollState};
use uuid::Uuid;

pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(seconds)
}

pub(crate) fn row(number: u128, url: &str, interval_seconds: u64) -> PageRow {
    PageRow {
        id: PageId(Uuid::from_u128(number)),
        provider: "acme".parse().unwrap(),
        name: "Acme".to_owned(),
        url: url.to_owned(),
        interval: Duration::from_secs(interval_seconds),
        added_at: at(0),
        watched: true,
        platform: None,
        poll_state: PollState::default(),
    }
}

#[test]
fn pages_of_one_host_never_come_at_once() {
    let rows: Vec<PageRow> = (0..50).map(|n| row(n, "https://one.example/p", 60)).collect();
    let (mut plan, policy) = (DueQueue::default(), PollPolicy::default());
    plan.sync(&rows, &policy, at(0));
    let mut now = at(0);
    let mut seen = 0;
    while seen < 50 {
        let due = plan.take_due(&policy, now, 100);
        assert!(due.len() <= 1);
        seen += due.len();
        now = now.plus(policy.host_spacing);
    }
    assert!(now.since(at(0)) <= Duration::from_secs(7));
}

#[test]
fn five_thousand_pages_of_one_host_take_their_turns_and_none_is_forgotten() {
    let rows: Vec<PageRow> = (0..5_000).map(|n| row(n, "https://one.example/p", 60)).collect();
    let (mut plan, policy) = (DueQueue::default(), PollPolicy::default());
    plan.sync(&rows, &policy, at(0));
    let mut polls = HashMap::new();
    let mut last = None;
    // Runs for twice the time that all pages take, in steps of half that pace.
    for step in 0..2 * 2 * 5_000 {
        let now = at(0).plus(policy.host_spacing / 2 * step);
        let due = plan.take_due(&policy, now, 256);
        assert!(due.len() <= 1, "{} at once", due.len());
        for page in due {
            assert!(last.is_none_or(|last| now.since(last) >= policy.host_spacing));
            last = Some(now);
            *polls.entry(page).or_insert(0) += 1;
            let row = rows.iter().find(|row| row.id == page).unwrap();
            plan.polled(row, &policy, now);
        }
    }
    assert_eq!(polls.len(), 5_000, "all had a turn");
    assert!(polls.values().all(|polls| (1..=3).contains(polls)), "and none had many");
}

#[test]
fn thousands_of_pages_begin_evenly_over_their_interval() {
    let rows: Vec<PageRow> =
        (0..5_000).map(|n| row(n, &format!("https://h{n}.example"), 30)).collect();
    let (mut plan, policy) = (DueQueue::default(), PollPolicy::default());
    plan.sync(&rows, &policy, at(0));
    let begun: Vec<usize> =
        (1..=30).map(|second| plan.take_due(&policy, at(second), 5_000).len()).collect();
    assert_eq!(begun.iter().sum::<usize>(), 5_000);
    assert!(begun.iter().all(|polls| (165..=168).contains(polls)), "{begun:?}");
}

#[test]
fn pages_of_many_hosts_come_together_and_are_due_again_after_their_interval() {
    let rows: Vec<PageRow> =
        (0..20).map(|n| row(n, &format!("https://h{n}.example"), 60)).collect();
    let (mut plan, policy) = (DueQueue::default(), PollPolicy::default());
    plan.sync(&rows, &policy, at(0));
    assert_eq!(plan.take_due(&policy, at(1), 100).len(), 20);
    for row in &rows {
        plan.polled(row, &policy, at(1));
    }
    assert!(plan.take_due(&policy, at(50), 100).is_empty());
    assert_eq!(plan.take_due(&policy, at(61), 100).len(), 20);
}

#[test]
fn a_restart_does_not_poll_a_page_before_its_time() {
    let mut page = row(1, "https://a.example", 60);
    page.poll_state.last_poll_at = Some(at(100));
    page.poll_state.last_slot = Slot(1);
    let (mut plan, policy) = (DueQueue::default(), PollPolicy::default());
    plan.sync(&[page], &policy, at(110));
    assert!(plan.take_due(&policy, at(140), 9).is_empty());
    assert_eq!(plan.take_due(&policy, at(160), 9).len(), 1);
}

#[test]
fn a_start_polls_a_page_that_is_left_alone_once_and_nothing_else_does() {
    let mut page = row(1, "https://a.example", 60);
    page.poll_state.last_poll_at = Some(at(1_000));
    page.poll_state.last_slot = Slot(1);
    let hold = Hold { since: at(1_000), until: at(4_000), detail: "wait".to_owned() };
    page.poll_state.hold = Some(hold);
    let (mut plan, policy) = (DueQueue::default(), PollPolicy::default());
    plan.start(std::slice::from_ref(&page), &policy, at(1_100));
    assert!(plan.take_due(&policy, at(1_299), 9).is_empty());
    assert_eq!(plan.take_due(&policy, at(1_300), 9).len(), 1);
    plan.polled(&page, &policy, at(1_300));
    assert_eq!(plan.wait(at(1_300)), Some(Duration::from_mins(45)));
    let mut anew = DueQueue::default();
    anew.sync(&[page], &policy, at(2_000));
    assert_eq!(anew.wait(at(2_000)), Some(Duration::from_secs(2_000)));
}

#[test]
fn a_page_whose_incident_opened_comes_sooner() {
    let mut page = row(1, "https://a.example", 600);
    let (mut plan, policy) = (DueQueue::default(), PollPolicy::default());
    plan.sync(std::slice::from_ref(&page), &policy, at(0));
    plan.take_due(&policy, at(0), 9);
    plan.polled(&page, &policy, at(0));
    page.poll_state.last_poll_at = Some(at(1));
    page.poll_state.last_slot = Slot(7);
    page.poll_state.in_trouble = true;
    plan.sync(&[page], &policy, at(2));
    assert_eq!(plan.take_due(&policy, at(31), 9).len(), 1);
}

#[test]
fn a_page_whose_polls_take_long_keeps_its_pace_unless_they_fail() {
    // Seconds until the next poll is due if a poll takes `took`.
    let due = |seconds: i64, failing: Option<Failing>| {
        let mut page = row(1, "https://a.example", 60);
        let (mut plan, policy) = (DueQueue::default(), PollPolicy::default());
        plan.sync(std::slice::from_ref(&page), &policy, at(0));
        plan.take_due(&policy, at(0), 9);
        plan.polled(&page, &policy, at(0));
        page.poll_state.last_poll_at = Some(at(seconds));
        page.poll_state.last_slot = Slot(7);
        page.poll_state.failing = failing;
        plan.sync(&[page], &policy, at(seconds));
        plan.wait(at(0)).unwrap().as_secs()
    };
    let failing = Failing { polls: 1, since: at(24), failure: Failure::Unreachable };
    assert!((54..=60).contains(&due(1, None)));
    assert!((54..=60).contains(&due(24, None)));
    assert!((24 + 54..=24 + 60).contains(&due(24, Some(failing))));
    assert!((30 + 54..=30 + 60).contains(&due(60, None)), "it is left alone for a while");
}

#[test]
fn a_page_that_is_no_longer_watched_is_forgotten() {
    let mut page = row(1, "https://a.example", 60);
    let (mut plan, policy) = (DueQueue::default(), PollPolicy::default());
    plan.sync(std::slice::from_ref(&page), &policy, at(0));
    page.watched = false;
    plan.sync(&[page], &policy, at(0));
    assert_eq!(plan.wait(at(0)), None);
}

#[test]
fn a_clock_that_goes_back_does_not_silence_a_page() {
    let mut page = row(1, "https://a.example", 60);
    let (mut plan, policy) = (DueQueue::default(), PollPolicy::default());
    plan.sync(std::slice::from_ref(&page), &policy, at(90_000));
    page.poll_state.last_poll_at = Some(at(90_000));
    page.poll_state.last_slot = Slot(9);
    plan.sync(&[page], &policy, at(10));
    assert_eq!(plan.take_due(&policy, at(70), 9).len(), 1);
}
