//! The use cases: take in, find, show, prove, verify, rebuild. The only place where the parts meet.
