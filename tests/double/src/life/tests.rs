use super::*;
use crate::{ComponentStatus, Impact, Opening, Posting, Scheduling, Status, Window};

#[test]
fn the_page_at_a_moment_depends_on_the_script_and_the_moment_alone() {
    let life = born().then(at(10), open("one")).then(at(20), Act::resolve("one", "u2", "Over."));
    let before = life.at(at(15));
    let _ = life.at(at(99));
    assert_eq!(life.at(at(15)), before);
    assert_eq!(before.incident("one").unwrap().status, Status::Investigating);
    assert!(life.at(at(9)).incidents.is_empty());
    assert_eq!(life.at(at(20)).incident("one").unwrap().resolved_at, Some(at(20)));
}

#[test]
fn acts_of_one_moment_happen_in_the_order_of_their_adding() {
    let life = born()
        .then(at(10), open("one"))
        .then(at(10), Act::Retitle { incident: "one".into(), title: "First".into() })
        .then(at(10), Act::Retitle { incident: "one".into(), title: "Second".into() });
    assert_eq!(life.at(at(10)).incident("one").unwrap().title, "Second");
}

#[test]
fn each_touch_moves_the_times_of_the_incident_and_the_page() {
    let life = born()
        .then(at(10), open("one"))
        .then(at(20), open("two"))
        .then(at(30), Act::ChangeImpact { incident: "one".into(), impact: Impact::Critical });
    let page = life.at(at(40));
    assert_eq!(page.updated_at, at(30));
    assert_eq!(page.incident("one").unwrap().updated_at, at(30));
    assert_eq!(page.incident("two").unwrap().updated_at, at(20));
    assert_eq!(life.at(at(9)).updated_at, at(0));
}

#[test]
fn an_edit_changes_the_text_and_leaves_the_time_of_posting() {
    let edit = Act::EditUpdate {
        incident: "one".into(),
        update: "one-u1".into(),
        body: Some("Parsed better.".into()),
        display_at: Some(at(5)),
    };
    let life = born().then(at(10), open("one")).then(at(30), edit);
    let page = life.at(at(30));
    let update = &page.incident("one").unwrap().updates[0];
    assert_eq!(update.body, "Parsed better.");
    assert_eq!(update.display_at, Some(at(5)));
    assert_eq!((update.created_at, update.updated_at), (at(10), at(30)));
}

#[test]
fn a_backdated_update_is_listed_by_its_time_and_changes_no_status() {
    let late = Posting::new("u2", Status::Identified, "Known since then.").display_at(at(5));
    let life = born().then(at(10), open("one")).then(at(20), Act::post("one", late));
    let page = life.at(at(20));
    let incident = page.incident("one").unwrap();
    assert_eq!(incident.status, Status::Investigating);
    assert_eq!(incident.newest_first()[1].id, "u2");
}

#[test]
fn a_postmortem_keeps_the_resolution_and_reopening_takes_it_back() {
    let life = born()
        .then(at(10), open("one"))
        .then(at(20), Act::resolve("one", "u2", "Over."))
        .then(at(30), Act::postmortem("one", "u3", "# Why"))
        .then(at(40), Act::reopen("one", "u4", "Not over."));
    let explained = life.at(at(30)).incident("one").unwrap().clone();
    assert_eq!(explained.status, Status::Postmortem);
    assert_eq!(explained.resolved_at, Some(at(20)));
    assert_eq!(explained.updates[2].display_at, None);
    let reopened = life.at(at(40)).incident("one").unwrap().clone();
    assert_eq!((reopened.status, reopened.resolved_at), (Status::Investigating, None));
}

#[test]
fn a_deleted_incident_is_gone_until_it_is_restored() {
    let life = born()
        .then(at(10), open("one"))
        .then(at(20), Act::Delete { incident: "one".into() })
        .then(at(30), Act::Restore { incident: "one".into() });
    assert!(life.at(at(25)).incident("one").is_none());
    assert_eq!(life.at(at(30)).incident("one").unwrap().updates.len(), 1);
}

#[test]
fn planned_work_moves_starts_is_verified_and_ends() {
    let window = Window { from: at(100), until: at(200) };
    let work = Scheduling {
        id: "work".into(),
        title: "New disks".into(),
        window: Window { from: at(50), until: at(60) },
        components: vec!["mail".into()],
        update: Some(Posting::new("w1", Status::Scheduled, "Soon.")),
    };
    let life = born()
        .then(at(10), Act::Schedule(work))
        .then(at(20), Act::Reschedule { maintenance: "work".into(), window, update: None })
        .then(at(100), Act::start("work", "w2", "Now."))
        .then(at(150), Act::verify("work", "w3", "Checking."))
        .then(at(160), Act::complete("work", "w4", "Done."));
    let statuses = [10, 100, 150, 160].map(|now| life.at(at(now)).maintenances[0].status);
    let told = [Status::Scheduled, Status::InProgress, Status::Verifying, Status::Completed];
    assert_eq!(statuses, told);
    let page = life.at(at(160));
    assert_eq!(page.maintenances[0].window, Some(window));
    assert_eq!(page.maintenances[0].resolved_at, Some(at(160)));
    assert!(page.incidents.is_empty());
}

#[test]
fn components_are_set_renamed_moved_added_and_removed() {
    let added = NewComponent {
        id: "chat".into(),
        name: "Chat".into(),
        group_id: Some("east".into()),
        is_group: false,
    };
    let down = ComponentStatus::MajorOutage;
    let life = born()
        .then(at(10), Act::AddComponent(added))
        .then(at(20), Act::SetComponent { component: "chat".into(), status: down })
        .then(at(30), Act::Rename { component: "chat".into(), name: "Live chat".into() })
        .then(at(40), Act::Move { component: "chat".into(), group: None })
        .then(at(50), Act::RemoveComponent { component: "chat".into() });
    let page = life.at(at(30));
    assert_eq!(page.shown_status(page.component("east").unwrap()), down);
    assert_eq!(page.component("chat").unwrap().name, "Live chat");
    assert_eq!(life.at(at(40)).component("chat").unwrap().group_id, None);
    assert!(life.at(at(50)).component("chat").is_none());
}

#[test]
fn a_remark_is_posted_and_the_status_does_not_follow_it() {
    let early = Posting::new("u2", Status::Resolved, "Over, we think.");
    let life = born()
        .then(at(10), open("one"))
        .then(at(20), Act::Remark { incident: "one".into(), update: early });
    let page = life.at(at(20));
    let incident = page.incident("one").unwrap();
    assert_eq!((incident.status, incident.resolved_at), (Status::Investigating, None));
    assert_eq!((incident.updates.len(), incident.updated_at), (2, at(20)));
}

#[test]
fn a_rebuilt_page_has_the_same_past_under_other_ids() {
    let life =
        born().then(at(10), open("one")).then(at(20), Act::Rebuild { page_id: "n3wp4g3".into() });
    let (before, page) = (life.at(at(10)), life.at(at(20)));
    let (old, new) = (&before.incidents[0], &page.incidents[0]);
    assert_eq!(page.id, "n3wp4g3");
    assert_eq!((&old.title, old.started_at), (&new.title, new.started_at));
    assert!(old.id != new.id && old.updates[0].id != new.updates[0].id);
    assert!(page.component(&new.components[0]).is_some_and(|held| held.name == "Mail"));
    assert_eq!(page.children(&page.components[0].id).count(), 1);
}

#[test]
fn a_script_that_speaks_of_nothing_is_refused_by_name() {
    let life = born().then(at(10), Act::resolve("nine", "u1", "Over."));
    assert_eq!(life.try_at(at(10)), Err(Misstep::UnknownIncident("nine".into())));
    let life = born().then(at(10), open("one")).then(at(11), open("one"));
    assert_eq!(life.try_at(at(11)), Err(Misstep::TakenId("one".into())));
}

fn born() -> Life {
    Life::new("Fernbase", "f3rnb4s3page", at(0)).group("east", "East").component(
        "mail",
        "Mail",
        Some("east"),
    )
}

fn open(id: &str) -> Act {
    let first = Posting::new(format!("{id}-u1"), Status::Investigating, "Looking.");
    Act::Open(Opening::new(id, "Mail is slow", Impact::Minor).component("mail").update(first))
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_770_000_000 + second).unwrap()
}
