//! Readers of the event log, each with a cursor. They react to what happened; nobody who makes it happen knows them.

pub mod floor;
pub mod frame;
pub mod hub;
pub mod live;
pub mod replay;
pub mod search;
#[cfg(test)]
mod tests;
