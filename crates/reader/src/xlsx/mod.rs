//! The bureau's exports.
