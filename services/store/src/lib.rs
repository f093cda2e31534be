//! Ports of storage, and the contract suite that every adapter must pass.
