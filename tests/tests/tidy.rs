//! The house rules as tests: what a reviewer would otherwise have to remember.
//!
//! Each rule is a function over text or over the graph of packages, and returns what breaks it.
//! Beside it stand a test that the house keeps it, and a test that it can be broken.
//! Sources and licences of foreign packages are judged elsewhere, by `deny.toml`.

mod tidy {
    mod house;

    mod connections;
    mod direction;
    mod formats;
    mod manifests;
    mod purity;
    mod queries;
    mod readme;
    mod retired;
    mod sizes;
    mod words;
}
