//! The stored and published formats: protobuf payloads, the JSON of events, the hash chain.
