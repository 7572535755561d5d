//! Answers as text: 80 columns, readable without colour, over a pipe and aloud.

pub mod calibrate;
pub mod check;
pub mod coalitions;
pub mod evidence;
pub mod forecast;
pub mod options;
pub mod paint;
pub mod power;
pub mod update;
pub mod why;
