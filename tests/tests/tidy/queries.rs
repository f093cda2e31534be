//! SQL lies in files: each query says its name and is used; migrations are numbered without
//! gaps, and are the same steps for every database.

use std::collections::{BTreeMap, BTreeSet};

use super::house::{self, File};

/// A query file: its adapter's folder and its name, such as `log/find_head`.
fn query(path: &str) -> Option<(&str, &str)> {
    let (adapter, name) = path.strip_suffix(".sql")?.split_once("/queries/")?;
    adapter.starts_with("services/").then_some((adapter, name))
}

fn nameless(files: &[File]) -> Vec<String> {
    let mut broken = Vec::new();
    for file in files {
        let Some((_, name)) = query(&file.path) else { continue };
        let first = file.text.lines().next().unwrap_or_default();
        let said = first.strip_prefix("-- ").and_then(|first| first.strip_prefix(name));
        if said.is_none_or(|rest| !rest.is_empty() && !rest.starts_with(": ")) {
            broken.push(format!("{}: begins with `{first}`, not with `-- {name}`", file.path));
        }
    }
    broken
}

fn unused(files: &[File]) -> Vec<String> {
    let included = |folder: &str, ending: &str| {
        let sources = files.iter().filter(|file| file.is_rust() && file.path.starts_with(folder));
        sources.into_iter().any(|source| source.text.contains(ending))
    };
    let mut broken = Vec::new();
    for file in files {
        let used = match query(&file.path) {
            Some((adapter, name)) => {
                included(&format!("{adapter}/src/"), &format!("!(\"{name}\")"))
            }
            None if file.path.starts_with("migrations/") => {
                included("services/", &format!("/{}\")", file.path))
            }
            None => true,
        };
        if !used {
            broken.push(format!("{}: no source includes it", file.path));
        }
    }
    broken
}

/// The migrations of each database, by its folder.
fn migrations(files: &[File]) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut migrations: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for file in files {
        let path = file.path.strip_prefix("migrations/").and_then(|path| path.split_once('/'));
        if let Some((database, name)) = path {
            migrations.entry(database).or_default().insert(name);
        }
    }
    migrations
}

fn misnumbered(files: &[File]) -> Vec<String> {
    let mut broken = Vec::new();
    for (database, names) in migrations(files) {
        for (at, name) in names.iter().enumerate() {
            let number = format!("{:04}_", at + 1);
            if !name.starts_with(&number) || name.strip_suffix(".sql").is_none() {
                broken.push(format!("migrations/{database}/{name}: is not `{number}….sql`"));
            }
        }
    }
    broken
}

fn one_sided(files: &[File]) -> Vec<String> {
    let migrations = migrations(files);
    let all: BTreeSet<&str> = migrations.values().flatten().copied().collect();
    let mut broken = Vec::new();
    for (database, names) in migrations {
        let missing = all.difference(&names);
        broken.extend(missing.map(|name| format!("migrations/{database}/{name}: is missing")));
    }
    broken
}

#[test]
fn every_query_says_its_name() {
    house::expect_none(
        &nameless(&house::files()),
        "Begin the file with `-- folder/name`, and after a colon what is worth knowing.",
    );
}

#[test]
fn every_query_and_migration_is_used() {
    house::expect_none(
        &unused(&house::files()),
        "Remove the file, or read it with `query!` or `sql!` in the sources of its adapter.",
    );
}

#[test]
fn migrations_are_numbered_without_gaps() {
    house::expect_none(
        &misnumbered(&house::files()),
        "Give it the next number, such as `0004_name.sql`; released ones never change.",
    );
}

#[test]
fn every_database_has_the_same_migrations() {
    house::expect_none(
        &one_sided(&house::files()),
        "Write the step for this database too, under the same number and name.",
    );
}

#[test]
fn a_query_without_its_name_is_found() {
    let files = [
        File::sample("services/store-a/queries/log/find.sql", "-- log/find: the first\nselect 1\n"),
        File::sample("services/store-a/queries/log/put.sql", "-- log/putter\nselect 1\n"),
        File::sample("services/store-a/queries/log/read.sql", "select 1\n"),
    ];
    assert_eq!(
        nameless(&files),
        [
            "services/store-a/queries/log/put.sql: begins with `-- log/putter`, not with `-- log/put`",
            "services/store-a/queries/log/read.sql: begins with `select 1`, not with `-- log/read`",
        ]
    );
}

#[test]
fn unused_sql_is_found() {
    let files = [
        File::sample("services/store-a/queries/log/find.sql", ""),
        File::sample("services/store-a/src/log.rs", "query!(\"log/find\")"),
        File::sample("services/store-b/queries/log/find.sql", ""),
        File::sample("migrations/b/0001_log.sql", ""),
    ];
    assert_eq!(
        unused(&files),
        [
            "services/store-b/queries/log/find.sql: no source includes it",
            "migrations/b/0001_log.sql: no source includes it",
        ]
    );
}

#[test]
fn a_gap_between_migrations_is_found() {
    let files = [
        File::sample("migrations/a/0001_log.sql", ""),
        File::sample("migrations/a/0003_c.sql", ""),
    ];
    assert_eq!(misnumbered(&files), ["migrations/a/0003_c.sql: is not `0002_….sql`"]);
}

#[test]
fn a_migration_for_one_database_alone_is_found() {
    let files = [
        File::sample("migrations/a/0001_log.sql", ""),
        File::sample("migrations/a/0002_views.sql", ""),
        File::sample("migrations/b/0001_log.sql", ""),
    ];
    assert_eq!(one_sided(&files), ["migrations/b/0002_views.sql: is missing"]);
}
