pub mod beta;
pub mod binomial;
pub mod choice;
pub mod law;
pub mod normal;
pub mod real;
pub mod sobol;
