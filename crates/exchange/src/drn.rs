//! Storm's explicit format (DRN) of the induced chain.
//!
//! Source: <https://www.stormchecker.org/documentation/background/drn.html>.

use crate::chain::Chain;
use std::io::{self, Write};

/// Chains with more states are refused.
pub const MOST_STATES: usize = 5_000_000;

/// What to do about a chain that has too many.
pub const ADVICE: &str = "shorten `until` or lengthen `period`";

/// Writes a chain: labels for outcomes, a reward model per actor.
///
/// `P=? [F "label"]` is the label's probability; `R{"actor"}=? [F "end"]` the actor's expected payoff.
pub fn write(chain: &Chain, about: &[String], out: &mut impl Write) -> io::Result<()> {
    for line in about {
        writeln!(out, "// {}", line.replace('\n', " "))?;
    }
    writeln!(out, "@type: DTMC\n@parameters\n\n@reward_models")?;
    let n = chain.n_states();
    writeln!(out, "{}\n@nr_states\n{n}\n@nr_choices\n{n}\n@model", chain.actors.join(" "))?;
    let mut labels_of: Vec<Vec<usize>> = vec![Vec::new(); n];
    for (label, (_, stretches)) in chain.labels.iter().enumerate() {
        for &(from, to) in stretches {
            for labels in &mut labels_of[from as usize..to as usize] {
                labels.push(label);
            }
        }
    }
    for (state, labels) in labels_of.iter().enumerate() {
        write!(out, "state {state}")?;
        if !chain.actors.is_empty() {
            let rewards: Vec<String> = chain.rewards_of(state).iter().map(|r| number(*r)).collect();
            write!(out, " [{}]", rewards.join(", "))?;
        }
        if state == 0 {
            write!(out, " init")?;
        }
        for &label in labels {
            write!(out, " {}", chain.labels[label].0)?;
        }
        writeln!(out, "\n\taction 0")?;
        for &(to, p) in chain.steps_of(state) {
            writeln!(out, "\t\t{to} : {}", number(p))?;
        }
    }
    Ok(())
}

/// The shortest decimal that is read as the same number.
pub fn number(x: f64) -> String {
    let small = x != 0.0 && !(1e-5..1e16).contains(&x.abs());
    if small { format!("{x:e}") } else { format!("{x}") }
}
