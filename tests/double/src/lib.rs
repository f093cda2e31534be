//! A status-page double: plays scripted and random vendor lives over HTTP.
