//! The articles of constitutions, driven through the game: small chambers whose blocs know what they want, one seat
//! above and one below what an article asks for.
//!
//! Every test names its article. Blocs are nearly free of error (precision 1,000 per util, stakes of one), so that what
//! a rule lets happen happens surely and what it forbids never.

mod belgium;
mod bulgaria;
mod germany;
mod iraq;
mod israel;
mod italy;
mod kosovo;
mod lebanon;
mod netherlands;
mod spain;
mod sweden;
mod united_kingdom;

use answer::forecast::Answer;
use answer::{Forecast, Request};
use case::Sources;
use case::diagnostic::{Severity, Source, Style};
use game::{Drawing, Limits};
use jiff::civil::Date;
use std::fmt::Write as _;
use std::path::Path;

/// A small case under a shipped pack.
#[derive(Clone)]
struct Small {
    rules: &'static str,
    starts_at: &'static str,
    from: &'static str,
    until: &'static str,
    /// `[pace]`: how often the procedure comes up, by stage where wanted.
    procedure: &'static str,
    /// Members of the one chamber; 0: the tables in `more` say which chambers there are.
    members: u32,
    /// Blocs that are actors, with their seats, what they want to come of `government` (a candidate's name, `none` or
    /// `new_election`) and what they would keep out.
    blocs: Vec<(&'static str, u32, &'static str, &'static str)>,
    /// Seats that attend, and those that do not: a habit, no will.
    absent: u32,
    /// Who may hold which office.
    candidates: &'static str,
    /// Where the case stops being played.
    ends: &'static str,
    draws: usize,
    /// Further tables, as text.
    more: String,
}

/// The usual small case: two candidates, Ann of the ayes and Bob of the noes; the noes want anything but Ann.
fn small(rules: &'static str, starts_at: &'static str, members: u32, ayes: u32, noes: u32) -> Small {
    Small {
        rules,
        starts_at,
        from: "2025-01-01",
        until: "2025-12-01",
        procedure: "\"always\"",
        members,
        blocs: vec![("ayes", ayes, "ann", "new_election"), ("noes", noes, "none", "ann")],
        absent: members - ayes - noes,
        candidates: "[candidates.premier]\nann = { party = \"ayes\" }\nbob = { party = \"noes\" }\n",
        ends: "stage == new_election",
        draws: 10,
        more: String::new(),
    }
}

impl Small {
    fn text(&self) -> String {
        let mut text = format!(
            "formateur = 1\ntitle = \"a test\"\nquestion = \"what follows?\"\nfrom = {from}\nuntil = {until}\n\
             period = \"1 day\"\nrules = \"{rules}\"\nstarts_at = \"{starts}\"\nheadline = \"government\"\n\
             settled = 'stage == formed'\nends = '{ends}'\nprecision = 1000\n\n\
             [actors]\nhead = {{ name = \"who proposes\" }}\n",
            from = self.from,
            until = self.until,
            rules = self.rules,
            starts = self.starts_at,
            ends = self.ends,
        );
        for (name, ..) in &self.blocs {
            let _ = writeln!(text, "{name} = {{ name = \"{name}\" }}");
        }
        let _ = write!(text, "\n{}", self.candidates);
        let _ = writeln!(text, "\n[pace]\nprocedure = {}", self.procedure);
        if self.members > 0 {
            let _ = writeln!(text, "\n[chamber]\nmembers = {}\n\n[chamber.seats]", self.members);
            for (name, seats, ..) in self.blocs.iter().filter(|(_, seats, ..)| *seats > 0) {
                let _ = writeln!(text, "{name} = {seats}");
            }
            if self.absent > 0 {
                let _ = writeln!(text, "empty = {{ seats = {}, habit = {{ attend = 0, yes = 0.5 }} }}", self.absent);
            }
        }
        for (name, _, wants, rejects) in &self.blocs {
            for (what, worth) in [(wants, 1), (rejects, -1)] {
                let condition = match *what {
                    "nothing" => continue,
                    "new_election" => "stage == new_election".to_owned(),
                    candidate => format!("government == {candidate}"),
                };
                let _ = writeln!(text, "\n[interests.{name}.{what}]\nworth = {worth}\nif = '{condition}'");
            }
        }
        text.push_str(&self.more);
        text
    }

    fn forecast(&self) -> Forecast {
        forecast_with(self.rules, &self.text(), self.draws)
    }

    /// Whether it surely ends so; anything between is an error of the test's own.
    #[track_caller]
    fn ends_in(&self, id: &str) -> bool {
        let forecast = self.forecast();
        let p = forecast.headline.outcomes.iter().find(|o| o.id == id).map_or(0.0, |o| o.band.mean);
        assert!(!(0.02..=0.98).contains(&p), "{id} is left open: {p} in {:?}", forecast.headline.outcomes);
        p > 0.5
    }

    /// Whether something surely holds in the end.
    #[track_caller]
    fn finally(&self, condition: &str) -> bool {
        let chance = self.chance(condition);
        assert!(!(0.02..=0.98).contains(&chance), "{condition} is left open: {chance}");
        chance > 0.5
    }

    /// The chance that something holds in the end.
    fn chance(&self, condition: &str) -> f64 {
        let mut asked = self.clone();
        let _ = write!(asked.more, "\n[questions]\nq = {{ chance = '{condition}' }}\n");
        match &asked.forecast().questions[0].answer {
            Answer::Chance(band) => band.mean,
            other => panic!("not a chance: {other:?}"),
        }
    }

    /// Mean number of days for which something holds.
    fn days(&self, condition: &str) -> f64 {
        let mut asked = self.clone();
        let _ = write!(asked.more, "\n[questions]\nq = {{ how_long = '{condition}' }}\n");
        match &asked.forecast().questions[0].answer {
            Answer::Chance(band) => band.mean,
            Answer::Values { values } => values[0].band.mean,
            other => panic!("not a number of days: {other:?}"),
        }
    }

    /// The day on which something first holds, in the median.
    fn day(&self, condition: &str) -> Option<Date> {
        let mut asked = self.clone();
        let _ = write!(asked.more, "\n[questions]\nq = {{ date_of = '{condition}' }}\n");
        match &asked.forecast().questions[0].answer {
            Answer::Date { values } => values.median,
            other => panic!("not a date: {other:?}"),
        }
    }

    /// With somebody who would rather wait as long as a stage lasts.
    fn waiting(self, who: &str, stage: &str) -> Small {
        self.with(&format!("[interests.{who}.waits]\nworth = 9\neach = \"week\"\nwhile = 'stage == {stage}'\n"))
    }

    fn with(mut self, more: &str) -> Small {
        self.more.push('\n');
        self.more.push_str(more);
        self
    }
}

/// That a mean delay is what an article says, to within the day that a period lasts.
#[track_caller]
fn about(days: f64, stated: f64) {
    assert!((days - stated).abs() <= 1.05, "{days} days, not {stated}");
}

/// The same where whoever has the agenda must act when time runs out, and does so in the last of four phases.
#[track_caller]
fn hurried(days: f64, stated: f64) {
    assert!((days - 0.75 * stated - 0.5).abs() <= 0.6, "{days} days, not three quarters of {stated}");
}

/// The forecast of a case as text under a shipped pack.
fn forecast_of(rules: &str, text: &str) -> Forecast {
    forecast_with(rules, text, 10)
}

fn forecast_with(rules: &str, text: &str, draws: usize) -> Forecast {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let name = format!("packs/{rules}.toml");
    let pack = std::fs::read_to_string(root.join(&name)).expect("a shipped pack");
    let sources = Sources {
        case: Source::new("case.toml", text),
        claims: None,
        log: None,
        tables: Vec::new(),
        packs: vec![(rules.to_owned(), Source::new(name, pack))],
    };
    let checked = case::read_with("test", &sources, &[]);
    let wrong: Vec<_> = checked.diagnostics.iter().filter(|d| d.severity == Severity::Error).cloned().collect();
    let drawn = case::diagnostic::render(&wrong, &checked.sources, Style::Plain);
    let case = checked.case.unwrap_or_else(|| panic!("{drawn}"));
    let game = game::compile(&case, &Limits::default()).expect("it compiles");
    let drawing = Drawing::of(&case).expect("few numbers");
    answer::run(&case, &game, &drawing, &Request { case_hash: String::new(), seed: 1, draws }, &|_| ())
        .expect("no log, no contradiction")
}

/// The chance of an outcome of a case as text.
fn chance_of(rules: &str, text: &str, id: &str) -> f64 {
    forecast_of(rules, text).headline.outcomes.iter().find(|o| o.id == id).map_or(0.0, |o| o.band.mean)
}
