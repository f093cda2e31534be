//! Raises the limit of open files and connections.
//!
//! Systems grant few by default, often 1,024, and more on request. A process without a free
//! descriptor can neither poll nor serve, so it requests more at its start.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// The need of a process with every role: 1,024 concurrent polls and lists, 1,000 connections kept
/// between polls, 1,000 visitors, and some for the store.
pub const DESCRIPTORS: u64 = 4_096;

/// Requests [`DESCRIPTORS`], or the hard limit if it is lower.
pub fn raise_limit() {
    let limit = getrlimit(Resource::Nofile);
    let asked =
        limit_to_ask_for(limit).map_or(Ok(()), |raised| setrlimit(Resource::Nofile, raised));
    let granted = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    if granted < DESCRIPTORS {
        let error = asked.err().map(|error| error.to_string());
        tracing::warn!(
            granted,
            wanted = DESCRIPTORS,
            error,
            "few files and connections may be open at once; raise the limit of open files"
        );
    }
}

/// The limit to request; none if the current one suffices.
fn limit_to_ask_for(limit: Rlimit) -> Option<Rlimit> {
    let most = limit.maximum.unwrap_or(u64::MAX).min(DESCRIPTORS);
    let is_too_low = limit.current.is_some_and(|current| current < most);
    is_too_low.then_some(Rlimit { current: Some(most), ..limit })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_is_asked_for_than_is_needed_and_may_be_had() {
        let limit = |current, maximum| Rlimit { current, maximum };
        let enough = Some(DESCRIPTORS);
        assert_eq!(limit_to_ask_for(limit(Some(256), None)), Some(limit(enough, None)));
        assert_eq!(
            limit_to_ask_for(limit(Some(256), Some(1_000_000))),
            Some(limit(enough, Some(1_000_000)))
        );
        assert_eq!(
            limit_to_ask_for(limit(Some(256), Some(512))),
            Some(limit(Some(512), Some(512)))
        );
        for fine in [limit(None, None), limit(Some(20_000), None), limit(Some(512), Some(512))] {
            assert_eq!(limit_to_ask_for(fine), None);
        }
    }
}
