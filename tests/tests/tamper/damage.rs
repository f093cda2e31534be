//! Bits of the evidence's file that change under a process: recording goes on, and no bytes are
//! answered under a name that is not theirs.

use std::fs::OpenOptions;
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::time::Duration;

use signalbook_domain::observation::ContentHash;
use signalbook_double::{Act, Impact, Opening};
use signalbook_proto::Manifest;
use signalbook_tests::World;

const FLIPS: usize = 200;

/// Changes one bit of a file.
fn flip(file: &Path, chance: &mut fastrand::Rng) {
    let file = OpenOptions::new().read(true).write(true).open(file).unwrap();
    let place = chance.u64(..file.metadata().unwrap().len());
    let mut byte = [0];
    file.read_exact_at(&mut byte, place).unwrap();
    file.write_all_at(&[byte[0] ^ (1 << chance.u32(..8))], place).unwrap();
}

/// How many documents are answered; each as what it is called.
async fn answered(world: &World) -> usize {
    let mut answered = 0;
    for row in world.log.manifests_after(0, 10_000).await.unwrap() {
        for hash in Manifest::decode(row.manifest.bytes()).unwrap().hashes() {
            let (status, bytes) = world.get(&format!("/v1/documents/{hash}")).await.unwrap();
            if status == 200 {
                assert_eq!(ContentHash::of(bytes.as_bytes()), hash);
                answered += 1;
            }
        }
    }
    answered
}

#[tokio::test]
async fn damaged_evidence_stops_no_recording_and_answers_nothing_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let mut world = World::settled_in(folder.path()).await.unwrap();
    world.told().await.unwrap();
    assert!(answered(&world).await > 0);
    let mut chance = fastrand::Rng::with_seed(20_261_126);
    for number in 0..FLIPS {
        flip(&folder.path().join("signalbook-evidence.db"), &mut chance);
        let opening = Opening::new(format!("inc{number:09}"), "Searches fail", Impact::Major);
        world.double.act("kustomer", Act::Open(opening));
        world.wait(Duration::from_secs(20));
        world.poll().await.unwrap();
        let told = world.told().await.unwrap();
        assert!(told.contains(&"incident.opened"), "after {} flips: {told:?}", number + 1);
        if number % 20 == 0 {
            answered(&world).await;
        }
    }
}
