//! Which of our words stands for which of the vendors'.

use serde_json::Value;

use super::told::Objection;

/// Our word for each of the vendor's; any other is unknown.
const WORDS: [(&str, &str); 20] = [
    ("investigating", "investigating"),
    ("identified", "identified"),
    ("monitoring", "monitoring"),
    ("resolved", "resolved"),
    ("postmortem", "postmortem"),
    ("scheduled", "scheduled"),
    ("in_progress", "in_progress"),
    ("verifying", "verifying"),
    ("completed", "completed"),
    ("cancelled", "cancelled"),
    ("none", "none"),
    ("minor", "minor"),
    ("major", "major"),
    ("critical", "critical"),
    ("maintenance", "maintenance"),
    ("operational", "operational"),
    ("under_maintenance", "maintenance"),
    ("degraded_performance", "degraded"),
    ("partial_outage", "partial_outage"),
    ("major_outage", "major_outage"),
];

/// Our word for a vendor's.
pub(super) fn our_word(theirs: &str) -> &'static str {
    WORDS.iter().find(|(word, _)| *word == theirs).map_or("unknown", |(_, ours)| ours)
}

/// Objects to a word of ours that does not stand for the vendor's beside it.
pub(super) fn check_words(data: &Value) -> Result<(), Objection> {
    for (ours, theirs) in
        [("phase", "phase_raw"), ("impact", "impact_raw"), ("status", "status_raw")]
    {
        if let (Some(ours), Some(theirs)) = (data[ours].as_str(), data[theirs].as_str())
            && ours != our_word(theirs)
        {
            return Err(format!("`{theirs}` was taken for `{ours}`"));
        }
    }
    Ok(())
}
