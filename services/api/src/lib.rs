//! REST and pages over the views.
