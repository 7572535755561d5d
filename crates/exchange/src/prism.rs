//! The induced chain in PRISM's language, which PRISM and Storm both read.
//!
//! A chain rather than a game with open choices: a ballot that is answered as if each vote decided is no equilibrium of a
//! game that PRISM could solve, but what follows from it is a chain like any other, and its probabilities are ours.
//!
//! PRISM refuses rewards below 0, so an actor's payoffs come as two structures: what it gains and what it loses.
//!
//! Source: <https://www.prismmodelchecker.org/manual/ThePRISMLanguage>.

use crate::chain::Chain;
use crate::drn::number;
use std::io::{self, Write};

/// Chains with more states are refused: each is a line of a program.
pub const MOST_STATES: usize = 200_000;

/// What to do about a chain that has too many.
pub const ADVICE: &str = "shorten `until`, lengthen `period`, or take `--to drn`, which Storm reads faster";

/// Writes a chain as one module.
///
/// `P=? [F "label"]` is the label's probability; an actor's expected payoff is `R{"actor_gain"}=? [F "end"]` less
/// `R{"actor_loss"}=? [F "end"]`.
pub fn write(chain: &Chain, about: &[String], out: &mut impl Write) -> io::Result<()> {
    for line in about {
        writeln!(out, "// {}", line.replace('\n', " "))?;
    }
    let n = chain.n_states();
    writeln!(out, "dtmc\n\nmodule chain\n  s : [0..{}] init 0;", n - 1)?;
    for state in 0..n {
        write!(out, "  [] s={state} -> ")?;
        for (i, &(to, p)) in chain.steps_of(state).iter().enumerate() {
            write!(out, "{}{}:(s'={to})", if i > 0 { " + " } else { "" }, number(p))?;
        }
        writeln!(out, ";")?;
    }
    writeln!(out, "endmodule\n")?;
    for (label, stretches) in &chain.labels {
        let parts: Vec<String> = stretches
            .iter()
            .map(
                |&(from, to)| if to == from + 1 { format!("s={from}") } else { format!("(s>={from} & s<={})", to - 1) },
            )
            .collect();
        let states = if parts.is_empty() { "false".into() } else { parts.join(" | ") };
        writeln!(out, "label \"{label}\" = {states};")?;
    }
    for (actor, id) in chain.actors.iter().enumerate() {
        for (what, sign) in [("gain", 1.0), ("loss", -1.0)] {
            writeln!(out, "\nrewards \"{id}_{what}\"")?;
            for state in 0..n {
                let paid = sign * chain.rewards_of(state)[actor];
                if paid > 0.0 {
                    writeln!(out, "  s={state} : {};", number(paid))?;
                }
            }
            writeln!(out, "endrewards")?;
        }
    }
    Ok(())
}
