//! The chamber as the pictures take it: its blocs, and how many members its rules ask for.

use case::model::{Case, Electorate, ElectorateId, Form, Of, Round, Rule, Voice};
use case::past::Past;
use chart::data::{Bloc, Chamber, Mark};

/// The largest electorate, its blocs, and the quorums and majorities of all members that its ballots ask for.
///
/// - `None` where nobody votes.
pub fn chamber(case: &Case) -> Option<Chamber> {
    let (id, chamber) = case.electorates.iter().enumerate().max_by_key(|(_, e)| e.members)?;
    let mut marks: Vec<Mark> = Vec::new();
    let mut add = |seats: Option<u32>, label: String| {
        let Some(seats) = seats.filter(|s| *s > 1 && *s < chamber.members) else { return };
        match marks.iter_mut().find(|m| m.seats == seats) {
            Some(mark) if !mark.label.split("; ").any(|l| l == label) => {
                mark.label = format!("{}; {label}", mark.label)
            }
            Some(_) => {}
            None => marks.push(Mark { label, seats }),
        }
    };
    for action in case.turns.iter().flat_map(|t| &t.slots).flat_map(|s| &s.menu) {
        let Some(ballot) = action.ballot.as_ref().filter(|b| b.electorate == ElectorateId(id as u32)) else { continue };
        let name = ballot.id.split('(').next().unwrap_or("").replace('_', " ");
        if let Some(sitting) = &ballot.sitting {
            needed(&sitting.quorum, chamber.members, &mut |seats, how| add(seats, format!("quorum of {name}{how}")));
        }
        let mut passing = |rule: &Rule| {
            needed(rule, chamber.members, &mut |seats, how| add(seats, format!("to pass {name}{how}")));
        };
        match &ballot.form {
            Form::YesNo { rule } => passing(rule),
            Form::Names { rounds, .. } => {
                for round in rounds {
                    if let Round::Reach(rule) = round {
                        passing(rule);
                    }
                }
            }
        }
    }
    marks.sort_by_key(|m| m.seats);
    Some(Chamber {
        name: chamber.name.clone(),
        members: chamber.members,
        blocs: chamber
            .electors
            .iter()
            .map(|e| Bloc { id: e.id.clone(), label: name(case, chamber, &e.id), seats: e.most })
            .collect(),
        marks,
    })
}

/// The actor with the most seats in the chamber that has to carry a government, the first written of several; in the
/// middle where seats are uncertain. `None` where no actor sits there.
pub fn largest(case: &Case, past: &Past) -> Option<String> {
    let chamber = case.electorates.iter().find(|e| Some(&e.id) == past.chamber.as_ref())?;
    let lists = chamber.electors.iter().filter(|elector| !matches!(elector.voice, Voice::Habit { .. }));
    lists.rev().max_by_key(|elector| crate::coalitions::seats(case, elector)).map(|elector| elector.id.clone())
}

fn name(case: &Case, chamber: &Electorate, id: &str) -> String {
    let habit = chamber.electors.iter().any(|e| e.id == id && matches!(e.voice, Voice::Habit { .. }));
    match case.actors.iter().find(|a| a.id == id) {
        Some(actor) => actor.name.clone(),
        None if habit && id == "rest" => "others".into(),
        None => answer::head::label(case, id),
    }
}

/// Numbers of members a rule asks for, and under what reading; shares of those present or voting have none.
fn needed(rule: &Rule, members: u32, found: &mut dyn FnMut(Option<u32>, &str)) {
    match rule {
        Rule::Share { part: (over, under), strict, of: Of::Members } => {
            let exact = u64::from(members) * u64::from(*over);
            let under = u64::from((*under).max(1));
            let seats = if *strict { exact / under + 1 } else { exact.div_ceil(under) };
            found(u32::try_from(seats).ok(), "");
        }
        Rule::Count(seats) => found(Some(*seats), ""),
        Rule::Readings(_, rules) => {
            for rule in rules {
                needed(rule, members, &mut |seats, _| found(seats, " under one reading"));
            }
        }
        Rule::Since { after, .. } => needed(after, members, found),
        Rule::Share { .. } | Rule::Consent | Rule::Negative(_) => {}
    }
}
