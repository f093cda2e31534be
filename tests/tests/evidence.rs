//! Every event that a vendor caused can show what the vendor said.

use std::time::Duration;

use signalbook_domain::observation::ContentHash;
use signalbook_double::reference;
use signalbook_double::{Act, Impact, Opening, Posting, Status};
use signalbook_tests::World;

#[tokio::test]
async fn an_event_leads_to_the_bytes_that_caused_it() {
    let mut world = World::begin(reference::settled_at()).await.unwrap();
    world.watch("kustomer", reference::life()).await.unwrap();
    world.poll_due().await.unwrap();
    world.wait(Duration::from_secs(20));
    let update = Posting::new("upd000000001", Status::Investigating, "Searching for a cause.");
    let open = Opening::new("inc000000001", "Searches fail", Impact::Major).update(update);
    world.double.act("kustomer", Act::Open(open));
    world.poll().await.unwrap();
    let events = world.events().await.unwrap();
    let (opened, _) = events.iter().rfind(|(r, _)| r.kind.word() == "incident.opened").unwrap();
    let observation = opened.observation.unwrap().id;
    let shown = world.json(&format!("/v1/observations/{observation}")).await.unwrap();
    assert_eq!(shown["failure"], serde_json::Value::Null);
    let documents = shown["documents"].as_array().unwrap();
    assert_eq!(documents.len(), 3, "the small document changed, so the deep ones were read too");
    let mut told = 0;
    for document in documents.iter().map(|document| &document["answer"]) {
        let (_, bytes) = world.get(document["href"].as_str().unwrap()).await.unwrap();
        assert_eq!(
            ContentHash::of(bytes.as_bytes()).to_string(),
            document["hash"].as_str().unwrap()
        );
        told += usize::from(bytes.contains("Searching for a cause."));
    }
    assert_eq!(told, 2, "the summary and the list of incidents both say it");
}

#[tokio::test]
async fn what_an_operator_did_has_no_observation_and_everything_else_has_one() {
    let mut world = World::begin(reference::settled_at()).await.unwrap();
    world.watch("kustomer", reference::life()).await.unwrap();
    world.poll_due().await.unwrap();
    for (record, _) in world.events().await.unwrap() {
        assert_eq!(record.observation.is_none(), record.kind.word() == "page.added");
        if let Some(observation) = record.observation {
            let manifests = world.log.manifests_by_id(&[observation.id]).await.unwrap();
            assert_eq!(manifests[0].reference(), observation);
        }
    }
}
