//! How is a cluster talked to? Requests over several hosts, tried again where that helps.
