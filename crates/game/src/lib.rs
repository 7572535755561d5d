pub mod beta;
pub mod law;
pub mod normal;
pub mod real;
pub mod sobol;
