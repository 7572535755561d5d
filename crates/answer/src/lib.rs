//! What we may say: forecasts and diagnostics as plain data, each with its uncertainty and its provenance.

mod aim;
pub mod band;
pub mod calibrate;
pub mod check;
pub mod conflict;
pub mod discover;
mod ended;
pub mod forecast;
pub mod head;
pub mod options;
pub mod power;
pub mod score;
pub mod sensitivity;
pub mod shard;
pub mod show;
pub mod standing;
pub mod update;
pub mod whatif;
pub mod when;
pub mod why;
pub mod words;

pub use band::{Band, Weights};
pub use forecast::{Forecast, run};
pub use head::{Head, Request};
pub use standing::{Contradiction, Standing};
