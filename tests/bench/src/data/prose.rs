//! What vendors write on their pages.

/// Sentences of incident updates.
const SENTENCES: [&str; 12] = [
    "We are currently investigating elevated error rates for a subset of customers.",
    "Requests to the API may fail with status 503 or take longer than usual to complete.",
    "Our engineers have identified the cause of the problem and are deploying a fix.",
    "A configuration change that went out earlier today has been rolled back.",
    "We have added capacity to the affected cluster and latencies are returning to normal.",
    "Webhooks that could not be delivered in the meantime are queued and will be sent again.",
    "Customers in the European region are not affected by this incident.",
    "A fix has been implemented and we are monitoring the results.",
    "This incident has been resolved.",
    "We will provide another update within the next 30 minutes.",
    "Dashboards may show delayed data until the backlog has been worked off.",
    "We apologise for the inconvenience and thank you for your patience.",
];

/// Titles of incidents.
const TITLES: [&str; 6] = [
    "Elevated error rates on the API",
    "Delayed delivery of webhooks",
    "Login is not available for some customers",
    "Increased latency in the European region",
    "Email notifications are delayed",
    "Search results are out of date",
];

/// Names of components.
const COMPONENTS: [&str; 10] = [
    "API",
    "Dashboard",
    "Webhooks",
    "Search",
    "Login",
    "Channel - Email",
    "Channel - Chat",
    "Reporting",
    "Mobile apps",
    "Knowledge base",
];

/// A text of one to four sentences.
pub(super) fn body(rng: &mut fastrand::Rng) -> String {
    let count = rng.usize(1..=4);
    let sentences: Vec<&str> = (0..count).map(|_| SENTENCES[rng.usize(..12)]).collect();
    sentences.join(" ")
}

/// A text of exactly so many bytes.
pub(super) fn text(first: usize, bytes: usize) -> String {
    let mut text = String::with_capacity(bytes + 100);
    for sentence in SENTENCES.iter().cycle().skip(first % SENTENCES.len()) {
        text.push_str(sentence);
        text.push(' ');
        if text.len() >= bytes {
            break;
        }
    }
    text.truncate(bytes);
    text
}

pub(super) fn title(number: usize) -> &'static str {
    TITLES[number % TITLES.len()]
}

pub(super) fn component(number: usize) -> &'static str {
    COMPONENTS[number % COMPONENTS.len()]
}
