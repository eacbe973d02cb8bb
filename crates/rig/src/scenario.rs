//! The runs, one module each. A run answers its facts in one line, or an error when a guarantee was broken.

pub mod claim;
pub mod cluster;
pub mod fsync;
pub mod kill;
pub mod malformed;
pub mod resume;
pub mod ring;
pub mod state;

use crate::world::Engine;

/// How much of a run, and which.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    /// Kills, cuts, rounds, inputs or seconds, as the run says.
    pub cycles: u64,
    /// Decides everything random but the scheduler's.
    pub seed: u64,
    pub engine: Engine,
}
