use super::*;
use crate::{Act, render};

#[test]
fn the_same_seed_gives_the_same_life_and_another_seed_another() {
    assert_eq!(life(&course(7)), life(&course(7)));
    assert_ne!(life(&course(7)).script(), life(&course(8)).script());
}

#[test]
fn two_hundred_lives_never_contradict_themselves_and_can_be_written_down() {
    for seed in 0..200 {
        let life = life(&course(seed));
        assert!(life.script().len() > 100, "seed {seed}");
        let document = render::incidents(&life, course(seed).end, "http://double.test");
        assert!(document["incidents"].as_array().unwrap().len() <= render::LIST_LIMIT);
    }
}

#[test]
fn every_kind_of_act_occurs_in_some_life() {
    let mut kinds = std::collections::BTreeSet::new();
    for seed in 0..50 {
        let life = life(&course(seed));
        kinds.extend(life.script().iter().map(|entry| name(&entry.act)));
    }
    assert_eq!(kinds.len(), 18, "{kinds:?}");
}

#[test]
fn no_act_lies_outside_the_course() {
    let course = course(3);
    let life = life(&course);
    assert!(life.script().iter().all(|entry| entry.at >= course.start && entry.at <= course.end));
}

fn course(seed: u64) -> Course {
    Course {
        seed,
        start: "2026-01-01T00:00:00Z".parse().unwrap(),
        end: "2026-03-01T00:00:00Z".parse().unwrap(),
        pace: SignedDuration::from_hours(8),
    }
}

fn name(act: &Act) -> String {
    let text = format!("{act:?}");
    text.split([' ', '(']).next().unwrap().to_owned()
}
