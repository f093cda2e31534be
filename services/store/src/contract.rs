//! The suite that every adapter of the ports must pass, one function per promise.
//!
//! An adapter's test file names a constructor and gets a test per case:
//!
//! ```text
//! mod on_disk {
//!     async fn fresh(log_id: Uuid) -> (SharedLog, TempDir) { … }
//!     signalbook_store::log_contract!(fresh);
//! }
//! ```
//!
//! The constructor returns a fresh adapter and whatever must outlive it. The constructor of a log
//! takes the log's identity, that of evidence the budget in bytes.

#![expect(clippy::unwrap_used, clippy::missing_panics_doc, reason = "a suite of tests")]

pub mod appends;
pub mod epochs;
pub mod erasures;
pub mod evidence;
pub mod lists;
pub mod log;
pub mod manifests;
pub mod pages;
pub mod races;
mod rows;
mod support;
pub mod views;

/// Expands to one test per promise of [`EventLog`](crate::EventLog).
#[macro_export]
macro_rules! log_contract {
    ($fresh:path) => {
        $crate::contract_cases! { "current_thread", log, $fresh($crate::contract::log::log_id()) =>
            an_empty_log_ends_at_zero
            what_is_appended_is_read_back_whole
            a_whole_history_is_one_append
            recorded_at_never_goes_back
            events_of_several_streams_keep_the_order_of_telling
            streams_differ_by_kind_and_provider_and_id
            the_log_is_read_in_pages
            a_stream_is_read_in_pages
            the_hint_follows_the_end
            hashes_are_the_golden_ones
        }
        $crate::contract_cases! { "current_thread", appends, $fresh($crate::contract::log::log_id()) =>
            a_stream_that_moved_on_is_a_conflict
            one_moved_stream_refuses_the_whole_append
            a_conflict_does_not_harm_the_appends_beside_it
            an_event_of_another_append_is_refused
            an_event_of_another_stream_is_refused
            an_event_twice_in_one_append_is_refused
            a_refused_event_does_not_harm_the_appends_beside_it
            too_many_events_at_once_are_refused
            an_event_without_a_stream_is_refused
            a_stream_stays_with_its_page
            the_same_append_twice_changes_nothing
            the_same_append_twice_at_once_is_recorded_once
            an_append_that_is_refused_as_moved_is_found_if_it_was_recorded
            an_append_whose_caller_left_is_recorded_once_when_it_is_repeated
        }
        $crate::contract_cases! { "current_thread", manifests, $fresh($crate::contract::log::log_id()) =>
            manifests_are_read_back_in_their_order
            a_manifest_is_recorded_once
            another_manifest_of_one_observation_is_refused
            an_event_without_the_manifest_that_it_names_is_refused
            a_refused_append_leaves_no_manifest
            each_of_many_manifests_is_found_and_recorded_once
        }
        $crate::contract_cases! { "current_thread", epochs, $fresh($crate::contract::log::log_id()) =>
            a_new_log_is_in_its_first_epoch
            a_marked_log_takes_no_append
            an_epoch_continues_the_chain
            an_epoch_has_a_higher_number_than_the_one_before
            a_checkpoint_is_compared_with_the_log
        }
        $crate::contract_cases! { "current_thread", erasures, $fresh($crate::contract::log::log_id()) =>
            an_erased_payload_is_gone_and_the_chain_holds
            an_erasure_is_recorded_once
            an_event_that_is_not_there_is_not_erased
        }
        $crate::contract_cases! { "multi_thread", races, $fresh($crate::contract::log::log_id()) =>
            positions_have_no_gaps_under_64_appenders
            of_appenders_that_race_for_a_revision_one_wins
            an_append_is_seen_whole_or_not_at_all
        }
        $crate::contract_cases! { "current_thread", pages, $fresh($crate::contract::log::log_id()) =>
            a_page_row_is_put_without_an_event
            page_rows_are_read_back_whole
            a_page_row_that_moved_refuses_the_whole_append
            a_first_turn_of_a_known_page_is_refused
            a_conflict_leaves_the_page_row_alone
            a_repeated_append_leaves_the_page_row_alone
            of_appends_for_one_turn_one_wins
            pages_that_are_not_known_are_left_out
            every_page_is_listed
            rows_written_after_a_mark_are_read_once_each
            a_page_is_read_over_all_its_streams
        }
    };
}

/// Expands to one test per promise of [`Views`](crate::Views).
#[macro_export]
macro_rules! views_contract {
    ($fresh:path) => {
        $crate::contract_cases! { "current_thread", views, $fresh() =>
            fresh_views_are_empty
            rows_are_read_back_whole
            rows_that_are_not_known_are_left_out
            a_save_from_another_checkpoint_writes_nothing
            the_checkpoint_says_which_log_was_followed
            of_saves_that_race_one_wins
            a_row_saved_again_is_replaced
            many_rows_are_saved_at_once
            a_rebuild_is_not_seen_until_it_is_promoted
            a_promoted_rebuild_goes_on_from_its_checkpoint
            a_rebuild_that_was_left_does_not_come_back
            the_hint_follows_the_checkpoint
            what_was_saved_is_not_damaged
        }
        $crate::contract_cases! { "current_thread", lists, $fresh() =>
            reports_are_listed_newest_first_page_by_page
            reports_of_others_are_not_listed
            a_window_keeps_what_touches_it
            outages_are_the_incidents_of_the_window
            a_report_is_listed_once_when_its_page_has_a_new_address
            a_report_that_goes_on_under_another_name_is_listed_under_that_one
            components_are_those_of_the_provider
            intervals_are_the_newest_and_oldest_first
            an_interval_saved_again_is_replaced
        }
        $crate::contract_cases! { "multi_thread", views, $fresh() =>
            readers_never_fail_while_a_rebuild_is_adopted
        }
    };
}

/// Expands to one test per promise of [`Evidence`](crate::Evidence).
#[macro_export]
macro_rules! evidence_contract {
    ($fresh:path) => {
        $crate::contract_cases! {
            "current_thread", evidence, $fresh($crate::contract::evidence::BUDGET) =>
            what_was_never_kept_is_missing
            the_last_event_that_was_noted_is_read_back
            documents_are_read_back_whole
            a_document_whose_bytes_did_not_come_is_not_kept
            a_document_is_kept_once
            a_manifest_that_caused_nothing_goes_with_its_document
            what_caused_nothing_goes_first_and_the_oldest_of_it
            a_document_that_causes_something_later_is_kept_as_long
            the_page_that_uses_most_gives_first
            a_document_of_two_pages_counts_for_each_and_stays_for_one
            a_tombstone_is_filled_again_and_is_then_the_newest
            a_document_beyond_the_budget_leaves_a_tombstone
            an_erased_document_is_never_kept_again
        }
    };
}

/// Expands to one test per case of a module of this suite.
#[doc(hidden)]
#[macro_export]
macro_rules! contract_cases {
    ($flavor:tt, $module:ident, $fresh:expr => $($case:ident)*) => {
        $(
            #[tokio::test(flavor = $flavor)]
            async fn $case() {
                let (adapter, _keep) = $fresh.await;
                $crate::contract::$module::$case(adapter).await;
            }
        )*
    };
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_case_is_in_a_macro() {
        let listed = include_str!("contract.rs");
        for module in [
            include_str!("contract/appends.rs"),
            include_str!("contract/epochs.rs"),
            include_str!("contract/evidence.rs"),
            include_str!("contract/lists.rs"),
            include_str!("contract/log.rs"),
            include_str!("contract/manifests.rs"),
            include_str!("contract/pages.rs"),
            include_str!("contract/races.rs"),
            include_str!("contract/views.rs"),
        ] {
            let cases = module.lines().filter_map(|line| line.strip_prefix("pub async fn "));
            let names: Vec<&str> = cases.filter_map(|rest| rest.split('(').next()).collect();
            assert!(!names.is_empty());
            for name in names {
                assert!(listed.lines().any(|line| line.trim() == name), "{name} is never run");
            }
        }
    }
}
