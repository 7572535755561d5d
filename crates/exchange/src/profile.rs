//! What everybody does in a solved tree, and what it brings them.

use crate::backward;
use crate::branch::{self, Meeting};
use crate::tree::{Mover, Node, Tree};
use serde::ser::{Serialize, SerializeMap, SerializeSeq, SerializeStruct, Serializer};
use thiserror::Error;

/// A quantal response equilibrium of a tree.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// The precision reached, 1/utils.
    pub lambda: f64,
    pub stop: Stop,
    /// Expected payoff of each player.
    pub payoffs: Vec<f64>,
    /// Probability of each action, by [`crate::tree::Set::first_action`]; chance's own where chance moves.
    pub choices: Vec<f64>,
    /// Precisions at which other branches meet the one followed: one where it stops there, all that were crossed where it
    /// goes on.
    pub bifurcations: Vec<f64>,
    /// Steps along the branch; 0 where there was nothing to follow.
    pub steps: usize,
    /// The largest amount by which a log odds differs from λ times the difference of payoffs.
    pub residual: f64,
}

/// How solving stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// The precision asked for was reached.
    Converged,
    /// Branches meet at the precision reached: beyond it several have an equal claim.
    Bifurcation,
    /// The steps became too small for the machine's numbers.
    StepLimit,
    /// So many steps were taken without getting there.
    IterationLimit,
}

impl Stop {
    /// As it stands in JSON.
    pub fn id(self) -> &'static str {
        match self {
            Stop::Converged => "converged",
            Stop::Bifurcation => "bifurcation",
            Stop::StepLimit => "step_limit",
            Stop::IterationLimit => "iteration_limit",
        }
    }
}

/// Why a tree is not solved.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum Unsolved {
    #[error("lambda must be a finite number of at least 0, not {0}")]
    Lambda(f64),
    #[error(
        "{player} does not remember at information set {number} (line {line}) what it knew or did before: quantal response \
         is defined for perfect recall"
    )]
    Forgets { player: String, number: i64, line: u32 },
    #[error("information set {number} of {player} (line {line}) comes twice on one path: it is absent-minded")]
    AbsentMinded { player: String, number: i64, line: u32 },
    #[error(
        "information set {number} of {player} (line {line}) can only be reached by moves of chance of probability 0: \
         nothing says what it believes there"
    )]
    Unreached { player: String, number: i64, line: u32 },
    #[error(
        "with {unknowns} actions in information sets of several nodes the branch takes too long to follow; {limit} is the \
         most (games of perfect information may be of any size)"
    )]
    TooLarge { unknowns: usize, limit: usize },
}

/// The quantal response of a tree at a precision.
///
/// - Perfect information: backwards, with the one formula of choice; exact.
/// - Otherwise: agent quantal response along the principal branch from λ = 0 (see [`branch`]); [`Profile::lambda`] is what was
///   reached, [`Profile::stop`] says how.
/// - `lambda` ≥ 0, 1/utils, the same for all players; `meeting`: what to do where other branches meet the one followed.
///
/// ```
/// let tree = exchange::read(r#"EFG 2 R "take or leave" { "you" "me" }
/// p "" 1 1 "" { "take" "leave" } 0  t "" 1 "" { 1 0 }  t "" 2 "" { 0 1 }"#).unwrap();
/// let profile = exchange::solve(&tree, 1.0, exchange::Meeting::Stop).unwrap();
/// assert!((profile.choices[0] - 0.7310585786300049).abs() < 1e-15); // 1/(1 + e⁻¹)
/// ```
///
/// Source: McKelvey and Palfrey (1998), *Experimental Economics* 1.
pub fn solve(tree: &Tree, lambda: f64, meeting: Meeting) -> Result<Profile, Unsolved> {
    if !(lambda.is_finite() && lambda >= 0.0) {
        return Err(Unsolved::Lambda(lambda));
    }
    if tree.is_perfect() { Ok(backward::solve(tree, lambda)) } else { branch::follow(tree, lambda, meeting) }
}

/// An information set's choice, ready to be said.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// Labels of the actions, chance's too, that lead to its first node.
    pub path: Vec<String>,
    /// Each action's label and probability.
    pub probs: Vec<(String, f64)>,
}

/// A profile in the form of the contract, with the labels of its tree.
pub struct Answer<'a> {
    pub tree: &'a Tree,
    pub profile: &'a Profile,
    /// Of the program.
    pub version: &'a str,
}

impl Answer<'_> {
    /// The choices of each player's information sets, in the order of their first nodes.
    pub fn choices(&self) -> Vec<(String, Vec<Choice>)> {
        let tree = self.tree;
        let mut players: Vec<(String, Vec<Choice>)> =
            tree.player_names().into_iter().map(|name| (name, Vec::new())).collect();
        // Labels of the menus once, not once per set.
        let mut labels: Vec<Option<Vec<String>>> = vec![None; tree.menus.len()];
        for (s, set) in tree.sets.iter().enumerate() {
            let menu = &mut labels[set.menu as usize];
            if menu.is_none() {
                *menu = Some(tree.labels(s));
            }
        }
        let label = |set: u32, action: usize| -> String {
            labels[tree.sets[set as usize].menu as usize].as_ref().map_or_else(String::new, |l| l[action].clone())
        };
        let mut path: Vec<(u32, usize)> = Vec::new();
        for (n, node) in tree.nodes.iter().enumerate() {
            if node.set != Node::TERMINAL {
                let set = &tree.sets[node.set as usize];
                if let Mover::Player(player) = set.mover
                    && set.node == n as u32
                {
                    let choices = &self.profile.choices[set.first_action as usize..];
                    let probs = (0..tree.actions(node.set as usize).len())
                        .map(|action| (label(node.set, action), choices[action]))
                        .collect();
                    let path = path.iter().map(|&(set, action)| label(set, action)).collect();
                    players[player as usize].1.push(Choice { path, probs });
                }
                path.push((node.set, 0));
                continue;
            }
            // Up to the last node that has another action, and on to it.
            while let Some((set, action)) = path.pop() {
                if action + 1 < tree.actions(set as usize).len() {
                    path.push((set, action + 1));
                    break;
                }
            }
        }
        players
    }

    /// A table for people: payoffs, then choices, at most so many information sets.
    pub fn text(&self, most: usize) -> String {
        use std::fmt::Write;
        let mut text = String::new();
        let Profile { lambda, stop, bifurcations, residual, .. } = self.profile;
        let title = if self.tree.title.is_empty() { "(no title)" } else { &self.tree.title };
        let _ = writeln!(text, "{}", clip(title, 80));
        let kind = if self.tree.is_perfect() {
            "backward induction (perfect information)"
        } else {
            "principal branch of the agent quantal response from lambda = 0"
        };
        let _ = writeln!(text, "lambda {lambda}  {}  residual {residual:.1e}\n{kind}", stop.id());
        if let Some(first) = bifurcations.first() {
            let _ = writeln!(text, "other branches meet this one at lambda {first}; beyond it there are several");
        }
        let names = self.tree.player_names();
        let width = names.iter().map(|n| n.chars().count()).max().unwrap_or(0).clamp(6, 40);
        let _ = writeln!(text, "\n{:<width$}  {:>14}", "player", "payoff");
        for (name, payoff) in names.iter().zip(&self.profile.payoffs) {
            let _ = writeln!(text, "{:<width$}  {payoff:>14.6}", clip(name, width));
        }
        let mut left = most;
        let mut hidden = 0;
        for (name, choices) in self.choices() {
            if !choices.is_empty() && left > 0 {
                let _ = writeln!(text, "\n{}", clip(&name, 80));
            }
            for choice in choices {
                if left == 0 {
                    hidden += 1;
                    continue;
                }
                left -= 1;
                let path = if choice.path.is_empty() { "at the start".into() } else { choice.path.join(" > ") };
                let _ = writeln!(text, "  {}", clip_left(&path, 78));
                for (label, chance) in choice.probs {
                    let _ = writeln!(text, "    {:<60}  {chance:>9.6}", clip(&label, 60));
                }
            }
        }
        if hidden > 0 {
            let _ = writeln!(text, "\n{hidden} further information sets (--json lists all)");
        }
        text
    }
}

fn clip(text: &str, width: usize) -> String {
    let clean: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if clean.chars().count() <= width {
        return clean;
    }
    clean.chars().take(width.saturating_sub(1)).chain(['…']).collect()
}

/// The end of a path says more than its beginning.
fn clip_left(text: &str, width: usize) -> String {
    let clean: Vec<char> = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if clean.len() <= width {
        return clean.into_iter().collect();
    }
    std::iter::once('…').chain(clean[clean.len() - width + 1..].iter().copied()).collect()
}

impl Serialize for Answer<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut answer = serializer.serialize_struct("Answer", 8)?;
        answer.serialize_field("formateur", &Version { version: self.version })?;
        answer.serialize_field("title", &self.tree.title)?;
        answer.serialize_field("lambda", &self.profile.lambda)?;
        answer.serialize_field("stop", self.profile.stop.id())?;
        answer.serialize_field("bifurcations", &self.profile.bifurcations)?;
        answer.serialize_field("residual", &self.profile.residual)?;
        let payoffs: Vec<(String, f64)> =
            self.tree.player_names().into_iter().zip(self.profile.payoffs.iter().copied()).collect();
        answer.serialize_field("payoffs", &Pairs(&payoffs))?;
        answer.serialize_field("infosets", &Pairs(&self.choices()))?;
        answer.end()
    }
}

#[derive(serde::Serialize)]
struct Version<'a> {
    version: &'a str,
}

/// Pairs as an object that keeps their order.
struct Pairs<'a, T>(&'a [(String, T)]);

impl<T: Serialize> Serialize for Pairs<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (key, value) in self.0 {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

impl Serialize for Choice {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut choice = serializer.serialize_struct("Choice", 2)?;
        choice.serialize_field("path", &Path(&self.path))?;
        choice.serialize_field("probs", &Pairs(&self.probs))?;
        choice.end()
    }
}

struct Path<'a>(&'a [String]);

impl Serialize for Path<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut path = serializer.serialize_seq(Some(self.0.len()))?;
        for label in self.0 {
            path.serialize_element(label)?;
        }
        path.end()
    }
}
