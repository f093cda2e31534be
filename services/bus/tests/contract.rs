//! The in-process bus passes the contract of every bus.

use signalbook_bus::{MemoryBus, bus_contract};

bus_contract!(MemoryBus::new(2));
