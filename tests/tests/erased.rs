//! A record from which one event after the other is erased: it is followed, shown and gone on with
//! all the same.

use std::time::Duration;

use signalbook_domain::Position;
use signalbook_double::{Act, Impact, Opening, Posting, Status};
use signalbook_projector::rebuild;
use signalbook_store::{Erased, Erasure};
use signalbook_tests::World;

const INCIDENT: &str = "inc000000001";

fn update(number: u64, status: Status) -> Act {
    Act::post(INCIDENT, Posting::new(format!("upd{number:09}"), status, "We know more."))
}

#[tokio::test]
async fn whatever_is_erased_the_rest_is_shown_and_recording_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let mut world = World::settled_in(folder.path()).await.unwrap();
    world.wait(Duration::from_mins(7));
    world.double.act("kustomer", Act::Open(Opening::new(INCIDENT, "Searches fail", Impact::Major)));
    world.poll().await.unwrap();
    let erased = world.log.head().await.unwrap().position.0;
    assert!(erased > 30, "{erased}");
    for position in 1..=erased {
        let erasure = Erasure {
            what: Erased::Payload(Position(position)),
            at: world.now(),
            by: "Ada".to_owned(),
            reason: "a request".to_owned(),
        };
        assert!(world.log.erase(&erasure).await.unwrap());
        world = world.restart().await.unwrap();
        rebuild(&world.log, &world.views, |_| ()).await.unwrap();
        world.double.act("kustomer", update(position, Status::Identified));
        world.wait(Duration::from_mins(1));
        world.poll().await.unwrap();
        for path in ["/v1/providers", "/v1/providers/kustomer", "/v1/events", "/"] {
            let (status, body) = world.get(path).await.unwrap();
            assert_eq!(status, 200, "{path} without event {position}: {body}");
        }
        assert!(world.log.head().await.unwrap().position.0 > erased);
    }
}
