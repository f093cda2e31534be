//! Rows kept from one batch to the next: an incident's events often span adjacent batches, and
//! nearly every batch touches its provider.

use std::collections::{BTreeMap, BTreeSet};

use signalbook_store::views::{Keys, Rows};

/// Takes the rows of `keys` out of `kept`, and returns them with the missing keys.
pub(crate) fn split_cached(kept: &mut Rows, keys: Keys) -> (Rows, Keys) {
    let mut rows = Rows::default();
    let missing = Keys {
        providers: take(&mut kept.providers, keys.providers, &mut rows.providers),
        reports: take(&mut kept.reports, keys.reports, &mut rows.reports),
        components: take(&mut kept.components, keys.components, &mut rows.components),
        passed_over: take(&mut kept.passed_over, keys.passed_over, &mut rows.passed_over),
    };
    (rows, missing)
}

fn take<K: Ord, V>(
    kept: &mut BTreeMap<K, V>,
    wanted: BTreeSet<K>,
    rows: &mut BTreeMap<K, V>,
) -> BTreeSet<K> {
    let (cached, missing): (BTreeSet<K>, _) =
        wanted.into_iter().partition(|key| kept.contains_key(key));
    rows.extend(cached.iter().filter_map(|key| kept.remove_entry(key)));
    missing
}

#[cfg(test)]
mod tests {
    use signalbook_domain::Slug;
    use signalbook_domain::Timestamp;
    use signalbook_store::views::ProviderView;

    use super::*;

    fn slug(text: &str) -> Slug {
        text.parse().unwrap()
    }

    #[test]
    fn kept_rows_are_taken_and_the_others_are_missing() {
        let view = ProviderView::new(slug("kept"), "Kept".to_owned(), Timestamp::MIN);
        let mut kept = Rows::default();
        kept.providers.insert(slug("kept"), view.clone());
        let mut keys = Keys::default();
        keys.providers.extend([slug("kept"), slug("new")]);
        let (rows, missing) = split_cached(&mut kept, keys);
        assert_eq!(rows.providers, BTreeMap::from([(slug("kept"), view)]));
        assert_eq!(missing.providers, BTreeSet::from([slug("new")]));
    }
}
