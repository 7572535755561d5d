//! The case as it is and as it would be.

use crate::load::{self, Loaded};
use crate::progress::Progress;
use crate::{Common, Ended, contradicted, look_from, print, print_json, ready, refused, report, threads, view};
use answer::Request;
use answer::whatif::{Side, WhatIf, WhatIfError, against};
use case::diagnostic::{Diagnostic, Severity};
use clap::Args;
use game::{Drawing, Limits, Refusal};
use serde::Deserialize;
use serde_json::json;
use std::collections::BTreeMap;
use std::error::Error;
use std::io::Write;
use std::path::{Path, PathBuf};

#[derive(Args)]
pub struct Changes {
    /// A case: a folder with a case.toml.
    case: PathBuf,
    /// Another value for a number, by its path; repeatable.
    #[arg(long, value_name = "PATH=VALUE")]
    set: Vec<String>,
    /// Take a move off its owner's menu: `washington.enforce`, or one binding of it, `framework.nominate(maliki)`.
    #[arg(long, value_name = "MOVE")]
    remove: Vec<String>,
    /// Add the tables of a file: an event, a move.
    #[arg(long, value_name = "EVENT.toml")]
    add: Option<PathBuf>,
    /// Under another procedure pack.
    #[arg(long, value_name = "PACK")]
    rules: Option<String>,
    /// Several what-ifs in one table: a file with a table `[scenarios.NAME]` for each.
    #[arg(long, value_name = "FILE.toml", conflicts_with_all = ["set", "remove", "add", "rules"])]
    scenarios: Option<PathBuf>,
    #[command(flatten)]
    common: Common,
}

/// What is changed at once.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    pub name: Option<String>,
    /// Values by paths.
    #[serde(default)]
    pub set: BTreeMap<String, toml::Value>,
    #[serde(default)]
    pub remove: Vec<String>,
    /// A file of tables to add, beside the file of scenarios.
    pub add: Option<PathBuf>,
    pub rules: Option<String>,
}

/// A file of scenarios.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Scenarios {
    scenarios: BTreeMap<String, Scenario>,
}

impl Scenario {
    /// What differs, in words.
    fn words(&self) -> Vec<String> {
        let mut words: Vec<String> =
            self.set.iter().map(|(path, value)| format!("{path} = {}", plain(value))).collect();
        words.extend(self.remove.iter().map(|name| format!("without {name}")));
        words.extend(self.add.iter().map(|path| format!("with {}", path.display())));
        words.extend(self.rules.iter().map(|rules| format!("under the rules {rules}")));
        words
    }
}

/// A value as one writes it after `--set PATH=`.
pub fn plain(value: &toml::Value) -> String {
    match value {
        toml::Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

pub fn whatif(args: &Changes) -> Result<Ended, Box<dyn Error>> {
    let common = &args.common;
    threads(common.threads)?;
    let scenarios = match asked(args)? {
        Ok(scenarios) => scenarios,
        Err(ended) => return Ok(ended),
    };
    let base = match ready(&args.case, common.as_of, common.json)? {
        Ok(ready) => ready,
        Err(ended) => return Ok(ended),
    };
    let mut versions = Vec::new();
    for (_, scenario) in &scenarios {
        match version(&args.case, scenario, common)? {
            Ok(version) => versions.push(version),
            Err(ended) => return Ok(ended),
        }
    }
    let request = |hash: &str| Request { case_hash: hash.into(), seed: common.seed, draws: common.draws as usize };
    let sides: Vec<Side> = versions
        .iter()
        .map(|(loaded, drawing)| Side {
            case: loaded.checked.case.as_ref().expect("a version has been read"),
            drawing,
            request: request(&loaded.hash),
        })
        .collect();
    let progress = Progress::new((1 + sides.len()) * common.draws as usize, "solutions", common.quiet);
    let before = base.loaded.checked.case.as_ref().expect("a ready case has been read");
    let as_is = Side { case: before, drawing: &base.drawing, request: request(&base.loaded.hash) };
    let answers = against(&as_is, &base.game, &sides, &Limits::default(), &|n| progress.add(n));
    progress.finish();
    let answers = match answers {
        Ok(answers) => answers,
        Err(WhatIfError::Contradicted(found)) => return contradicted(&found, &base.loaded, common.json),
        Err(error) => {
            let (found, ended) = match error {
                WhatIfError::Refused(refusal) => {
                    let ended =
                        if matches!(refusal, Refusal::OutOfDomain { .. }) { Ended::Wrong } else { Ended::Refused };
                    (refused(&refusal), ended)
                }
                other => (said("elsewhere", other.to_string()), Ended::Wrong),
            };
            report(std::slice::from_ref(&found), &versions[0].0.checked.sources, common.json)?;
            return Ok(ended);
        }
    };
    if args.scenarios.is_none() {
        let Some(answer) = answers.first() else { return Ok(Ended::Good) };
        if common.json {
            print_json(answer)?;
        } else {
            print(&view::options::whatif(answer, before, &scenarios[0].1.words()))?;
        }
        return Ok(Ended::Good);
    }
    let named: Vec<(&str, String, &WhatIf)> = scenarios
        .iter()
        .zip(&answers)
        .map(|((id, scenario), answer)| {
            let label = scenario.name.clone().unwrap_or_else(|| id.replace('_', " "));
            (id.as_str(), label, answer)
        })
        .collect();
    if common.json {
        let rows: Vec<_> = named
            .iter()
            .map(|(id, label, answer)| {
                json!({ "id": id, "label": label, "changed": answer.changed, "difference": answer.difference })
            })
            .collect();
        print_json(&json!({ "base": answers.first().map(|answer| &answer.base), "scenarios": rows }))?;
    } else {
        let rows: Vec<(String, Vec<String>, &WhatIf)> = named
            .into_iter()
            .zip(&scenarios)
            .map(|((_, label, answer), (_, scenario))| (label, scenario.words(), answer))
            .collect();
        print(&view::options::scenarios(&rows, before))?;
    }
    Ok(Ended::Good)
}

/// What is asked for: the changes of the command line as one scenario, or those of a file.
fn asked(args: &Changes) -> Result<Result<Vec<(String, Scenario)>, Ended>, Box<dyn Error>> {
    let Some(file) = &args.scenarios else {
        let mut set = BTreeMap::new();
        for change in &args.set {
            let Some((path, value)) = change.split_once('=') else {
                writeln!(crate::call::stderr(), "error: `--set {change}` needs PATH=VALUE")?;
                return Ok(Err(Ended::Usage));
            };
            set.insert(path.trim().to_owned(), toml::Value::String(value.trim().to_owned()));
        }
        let (remove, add, rules) = (args.remove.clone(), args.add.clone(), args.rules.clone());
        return Ok(Ok(vec![("changed".into(), Scenario { name: None, set, remove, add, rules })]));
    };
    match scenarios(&load::text(file)?) {
        Ok(read) => {
            let beside = file.parent().unwrap_or_else(|| Path::new(".")).to_path_buf();
            let all = read.into_iter().map(|(id, scenario)| {
                let add = scenario.add.as_ref().map(|add| beside.join(add));
                (id, Scenario { add, ..scenario })
            });
            Ok(Ok(all.collect()))
        }
        Err(error) => {
            writeln!(crate::call::stderr(), "error: {}: {error}", file.display())?;
            Ok(Err(Ended::Wrong))
        }
    }
}

/// The scenarios of a file's text, by their names; at least one.
pub fn scenarios(text: &str) -> Result<BTreeMap<String, Scenario>, String> {
    let read: Scenarios = toml::from_str(text).map_err(|error| error.to_string().trim_end().to_owned())?;
    if read.scenarios.is_empty() { Err("there is no scenario in it".into()) } else { Ok(read.scenarios) }
}

/// The case with a scenario's changes.
fn version(
    path: &Path,
    scenario: &Scenario,
    common: &Common,
) -> Result<Result<(Loaded, Drawing), Ended>, Box<dyn Error>> {
    let mut replaced: Vec<(String, String)> =
        scenario.set.iter().map(|(path, value)| (path.clone(), plain(value))).collect();
    if let Some(rules) = &scenario.rules {
        replaced.push(("rules".into(), rules.clone()));
    }
    let mut loaded = load::load_with(path, &replaced, scenario.add.as_deref())?;
    let Some(case) = &mut loaded.checked.case else {
        let mut found = loaded.checked.diagnostics.clone();
        if let Some(rules) = &scenario.rules {
            found.insert(0, misfit(rules, &found));
        }
        report(&found, &loaded.checked.sources, common.json)?;
        return Ok(Err(Ended::Wrong));
    };
    if let Some(day) = common.as_of {
        look_from(case, day)?;
    }
    for name in &scenario.remove {
        if !without(case, name) {
            let wrong = said("unknown-move", format!("there is no move `{name}` in this case"));
            report(std::slice::from_ref(&wrong), &loaded.checked.sources, common.json)?;
            return Ok(Err(Ended::Wrong));
        }
    }
    let drawing = Drawing::of(case)?;
    Ok(Ok((loaded, drawing)))
}

/// Takes a move, or one binding of it, off its owner's menu; whether there was one.
pub fn without(case: &mut case::model::Case, name: &str) -> bool {
    let mut found = false;
    for slot in case.turns.iter_mut().flat_map(|turn| &mut turn.slots) {
        slot.menu.retain(|action| {
            let owner = action.move_id.split_once('.').map_or("", |(owner, _)| owner);
            let gone = action.move_id == name || format!("{owner}.{}", action.id) == name;
            found |= gone;
            !gone
        });
    }
    found
}

fn said(code: &'static str, message: String) -> Diagnostic {
    Diagnostic { code, severity: Severity::Error, message, labels: Vec::new(), help: None }
}

/// What of a case does not fit other rules, counted; the diagnostics that follow give each its place.
fn misfit(rules: &str, found: &[Diagnostic]) -> Diagnostic {
    const KINDS: [(&str, &str, &[&str]); 6] = [
        ("office", "offices", &["unbound-role", "unknown-actor", "no-party"]),
        ("chamber", "chambers", &["unknown-body"]),
        ("list of candidates", "lists of candidates", &["unknown-candidates"]),
        ("stage", "stages", &["unknown-stage", "unknown-cell", "no-stage"]),
        ("ballot", "ballots", &["unknown-ballot", "no-vote", "no-sitting"]),
        ("name in a move or condition", "names in moves and conditions", &["unknown-name", "never-equal"]),
    ];
    let errors: Vec<&Diagnostic> = found.iter().filter(|d| d.severity == Severity::Error).collect();
    let mut parts = Vec::new();
    let mut told = 0;
    for (one, many, codes) in KINDS {
        let n = errors.iter().filter(|d| codes.contains(&d.code)).count();
        told += n;
        if n > 0 {
            parts.push(format!("{n} {}", if n == 1 { one } else { many }));
        }
    }
    if errors.len() > told {
        parts.push(format!("{} more", errors.len() - told));
    }
    Diagnostic {
        code: "rules-differ",
        severity: Severity::Error,
        message: format!("the case does not fit the rules `{rules}`: {}", parts.join(", ")),
        labels: Vec::new(),
        help: Some(
            "each is told below with its place; `--set starts_at=STAGE` says where it stands under these rules".into(),
        ),
    }
}
