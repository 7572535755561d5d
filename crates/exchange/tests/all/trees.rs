//! Trees solved by hand.
