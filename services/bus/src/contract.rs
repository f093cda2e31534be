//! The contract of every bus. An adapter's tests call [`bus_contract!`](crate::bus_contract) with
//! an expression that creates an empty bus of two partitions.

#![expect(clippy::unwrap_used, clippy::missing_panics_doc, reason = "a suite of tests")]

use std::sync::Arc;

use signalbook_domain::observation::{
    ContentHash, Failed, Fetched, Observation, Outcome, PollJob, Slot, Validators,
};
use signalbook_domain::{Document, Failure, ObservationId, PageId, Slug, Timestamp};
use tokio::task::yield_now;
use uuid::Uuid;

use crate::{Bus, partition_of};

/// Runs each case of the contract as a separate test.
#[macro_export]
macro_rules! bus_contract {
    ($fresh:expr) => {
        $crate::bus_contract! { @cases $fresh,
            a_poll_is_delivered_until_it_is_acknowledged
            the_newest_waiting_poll_of_a_page_replaces_older_ones
            only_one_poll_of_a_page_is_under_way
            polls_of_different_pages_are_under_way_together
            observations_of_a_partition_come_in_order_and_one_at_a_time
            an_observation_that_is_dropped_comes_again_before_all_others
            partitions_do_not_wait_for_each_other
            a_full_partition_makes_the_publisher_wait
            large_documents_fill_a_partition_sooner
            a_waiting_consumer_is_woken
            every_waiting_consumer_gets_a_poll
        }
    };
    (@cases $fresh:expr, $($case:ident)*) => {
        $(
            #[tokio::test]
            async fn $case() {
                $crate::contract::$case(std::sync::Arc::new($fresh)).await;
            }
        )*
    };
}

fn page(number: u128) -> PageId {
    PageId(Uuid::from_u128(number))
}

fn provider() -> Slug {
    "acme".parse().unwrap()
}

fn job(number: u128, slot: i64) -> PollJob {
    PollJob {
        page: page(number),
        provider: provider(),
        slot: Slot(slot),
        url: "https://status.example.com".to_owned(),
        platform: None,
        wanted: Vec::new(),
    }
}

fn observation(number: u128, slot: i64) -> Observation {
    Observation {
        id: ObservationId(Uuid::from_u128(u128::from(slot.unsigned_abs()))),
        page: page(number),
        provider: provider(),
        slot: Slot(slot),
        observed_at: Timestamp::from_seconds(slot),
        outcome: Outcome::Failed(Failed {
            failure: Failure::Unreachable,
            detail: "nobody is there".to_owned(),
            retry_after: None,
            answer: None,
        }),
    }
}

/// Finds a page whose observations go to `partition`.
fn page_of(partition: u32) -> u128 {
    (1..1_000).find(|number| partition_of(page(*number), 2) == partition).unwrap()
}

async fn settles<T>(future: impl Future<Output = T>) -> Option<T> {
    let mut future = std::pin::pin!(future);
    for _ in 0..100 {
        tokio::select! {
            biased;
            done = &mut future => return Some(done),
            () = yield_now() => {}
        }
    }
    None
}

/// An acknowledged poll is gone; a dropped one is redelivered.
pub async fn a_poll_is_delivered_until_it_is_acknowledged(bus: Arc<dyn Bus>) {
    bus.publish_poll(job(1, 1)).await.unwrap();
    drop(bus.next_poll().await.unwrap());
    let again = bus.next_poll().await.unwrap();
    assert_eq!(again.message.slot, Slot(1));
    again.acknowledge().await.unwrap();
    assert!(settles(bus.next_poll()).await.is_none());
}

/// A page with several missed slots is polled once, for the newest.
pub async fn the_newest_waiting_poll_of_a_page_replaces_older_ones(bus: Arc<dyn Bus>) {
    for slot in [1, 3, 2, 3] {
        bus.publish_poll(job(1, slot)).await.unwrap();
    }
    let only = bus.next_poll().await.unwrap();
    assert_eq!(only.message.slot, Slot(3));
    only.acknowledge().await.unwrap();
    assert!(settles(bus.next_poll()).await.is_none());
}

/// A slow page has at most one poll under way.
pub async fn only_one_poll_of_a_page_is_under_way(bus: Arc<dyn Bus>) {
    bus.publish_poll(job(1, 1)).await.unwrap();
    let first = bus.next_poll().await.unwrap();
    bus.publish_poll(job(1, 2)).await.unwrap();
    assert!(settles(bus.next_poll()).await.is_none());
    first.acknowledge().await.unwrap();
    assert_eq!(bus.next_poll().await.unwrap().message.slot, Slot(2));
}

/// A slow page does not delay others.
pub async fn polls_of_different_pages_are_under_way_together(bus: Arc<dyn Bus>) {
    bus.publish_poll(job(1, 1)).await.unwrap();
    bus.publish_poll(job(2, 1)).await.unwrap();
    let first = bus.next_poll().await.unwrap();
    let second = bus.next_poll().await.unwrap();
    assert_eq!([first.message.page, second.message.page], [page(1), page(2)]);
}

/// The fold relies on this order.
pub async fn observations_of_a_partition_come_in_order_and_one_at_a_time(bus: Arc<dyn Bus>) {
    let page = page_of(1);
    for slot in 1..=3 {
        bus.publish_observation(observation(page, slot)).await.unwrap();
    }
    for slot in 1..=3 {
        let next = bus.next_observation(1).await.unwrap();
        assert_eq!(next.message.slot, Slot(slot));
        assert!(settles(bus.next_observation(1)).await.is_none());
        next.acknowledge().await.unwrap();
    }
}

/// A crash between delivery and acknowledgement keeps the order.
pub async fn an_observation_that_is_dropped_comes_again_before_all_others(bus: Arc<dyn Bus>) {
    let page = page_of(0);
    bus.publish_observation(observation(page, 1)).await.unwrap();
    bus.publish_observation(observation(page, 2)).await.unwrap();
    drop(bus.next_observation(0).await.unwrap());
    let again = bus.next_observation(0).await.unwrap();
    assert_eq!(again.message.slot, Slot(1));
}

/// One slow aggregator delays its own pages only.
pub async fn partitions_do_not_wait_for_each_other(bus: Arc<dyn Bus>) {
    bus.publish_observation(observation(page_of(0), 1)).await.unwrap();
    bus.publish_observation(observation(page_of(1), 2)).await.unwrap();
    let held = bus.next_observation(0).await.unwrap();
    let other = bus.next_observation(1).await.unwrap();
    assert_eq!([held.message.slot, other.message.slot], [Slot(1), Slot(2)]);
}

/// A full partition blocks the publisher, which bounds memory.
pub async fn a_full_partition_makes_the_publisher_wait(bus: Arc<dyn Bus>) {
    let page = page_of(0);
    let mut slot = 0;
    while settles(bus.publish_observation(observation(page, slot + 1))).await.is_some() {
        slot += 1;
        assert!(slot < 100_000, "no limit was met");
    }
    bus.next_observation(0).await.unwrap().acknowledge().await.unwrap();
    bus.publish_observation(observation(page, slot + 1)).await.unwrap();
}

/// Document size bounds memory too, but a single large observation passes.
pub async fn large_documents_fill_a_partition_sooner(bus: Arc<dyn Bus>) {
    let large = |slot| Observation {
        outcome: Outcome::Failed(Failed {
            failure: Failure::WrongShape,
            detail: "this is not a status page".to_owned(),
            retry_after: None,
            answer: Some(Box::new(Fetched {
                document: Document::Summary,
                url: "https://status.example.com/api/v2/summary.json".to_owned(),
                asked_at: Timestamp::default(),
                status: 200,
                content_type: None,
                known: Validators { hash: ContentHash([0; 32]), etag: None, last_modified: None },
                body: Some(vec![b'['; 4_000_000]),
                is_late: false,
            })),
        }),
        ..observation(page_of(0), slot)
    };
    bus.publish_observation(large(1)).await.unwrap();
    assert!(settles(bus.publish_observation(large(2))).await.is_none());
    bus.next_observation(0).await.unwrap().acknowledge().await.unwrap();
    bus.publish_observation(large(2)).await.unwrap();
    assert_eq!(bus.next_observation(0).await.unwrap().message.slot, Slot(2));
}

/// Each of many waiting consumers is woken for its own poll.
pub async fn every_waiting_consumer_gets_a_poll(bus: Arc<dyn Bus>) {
    let mut waiting = tokio::task::JoinSet::new();
    for _ in 0..10 {
        let bus = bus.clone();
        waiting.spawn(async move {
            let poll = bus.next_poll().await.unwrap();
            (poll.message.page, poll.acknowledge().await.is_ok())
        });
    }
    yield_now().await;
    for number in 0..10 {
        bus.publish_poll(job(number, 1)).await.unwrap();
    }
    let mut polled: Vec<(PageId, bool)> = waiting.join_all().await;
    polled.sort();
    assert_eq!(polled, (0..10).map(|number| (page(number), true)).collect::<Vec<_>>());
}

/// Publishing wakes a consumer; consumers need not retry.
pub async fn a_waiting_consumer_is_woken(bus: Arc<dyn Bus>) {
    let waiting = tokio::spawn({
        let bus = bus.clone();
        async move { bus.next_poll().await.unwrap().message.slot }
    });
    yield_now().await;
    bus.publish_poll(job(1, 7)).await.unwrap();
    assert_eq!(waiting.await.unwrap(), Slot(7));
}
