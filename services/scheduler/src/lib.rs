//! Decides which page is due and puts polls on the bus.
