//! Which keys each table of the language has, and what stands under them: the checker refuses all others, and the
//! published schema says the same to editors.

use Form::{
    Anything, Choice, Condition, Date, Domain, Effects, Either, Exit, List, Map, Number, Pays, Range, Rule, Table,
    Text, Texts, Truth, Version, Vote, Whole,
};

/// A table of the language.
pub(crate) struct Shape {
    /// What it describes, with its article: `a move`.
    pub(crate) what: &'static str,
    pub(crate) keys: &'static [(&'static str, Form)],
    /// It may give reasons: `because`, `against`, `assume`, `note`.
    pub(crate) reasons: bool,
    /// It may name a rule's place: `article`, `source`, `says`.
    pub(crate) cited: bool,
}

/// What may stand under a key.
pub(crate) enum Form {
    Text,
    /// A text or a list of texts.
    Texts,
    Date,
    Truth,
    Whole,
    /// The version of the language.
    Version,
    /// An expression that is true or false.
    Condition,
    /// A quantity.
    Number,
    /// Values: a list, or names joined by `or`.
    Domain,
    /// `"0..3"`
    Range,
    /// A decision rule.
    Rule,
    /// Assignments.
    Effects,
    /// Assignments, or a list of results.
    Exit,
    Pays,
    /// Names that get a value each.
    Choice,
    /// A ballot's answers or names with a number each, and reasons.
    Vote,
    Table(&'static Shape),
    /// A table with keys of the author's.
    Map(&'static Form),
    List(&'static Form),
    Either(&'static [Form]),
    Anything,
}

pub(crate) const REASONS: [(&str, Form); 4] =
    [("because", Texts), ("against", Texts), ("assume", Text), ("note", Text)];
/// Where a rule is written: its article, the text it was read in, of what date that copy is, and what it says. What could not be
/// checked against a text is said under `unverified`.
pub(crate) const CITED: [(&str, Form); 5] =
    [("article", Text), ("source", Text), ("copy", Text), ("says", Text), ("unverified", Text)];
/// The keys of a cited table that are texts for readers.
pub(crate) const CITED_TEXTS: [&str; 5] = ["says", "source", "copy", "unverified", "note"];

impl Shape {
    /// All keys with their forms.
    pub(crate) fn all(&self) -> impl Iterator<Item = &(&'static str, Form)> {
        let reasons: &[(&str, Form)] = if self.reasons { &REASONS } else { &[] };
        let cited: &[(&str, Form)] = if self.cited { &CITED } else { &[] };
        // A key of the table's own stands before one of the same name.
        let own = |key: &str| self.keys.iter().any(|(known, _)| *known == key);
        self.keys.iter().chain(cited.iter().chain(reasons).filter(move |(key, _)| !own(key)))
    }
}

/// Reasons and nothing else that is not listed.
const fn reasoned(what: &'static str, keys: &'static [(&'static str, Form)]) -> Shape {
    Shape { what, keys, reasons: true, cited: false }
}

const fn cited(what: &'static str, keys: &'static [(&'static str, Form)]) -> Shape {
    Shape { what, keys, reasons: true, cited: true }
}

const fn plain(what: &'static str, keys: &'static [(&'static str, Form)]) -> Shape {
    Shape { what, keys, reasons: false, cited: false }
}

pub(crate) static CASE: Shape = reasoned(
    "a case",
    &[
        ("formateur", Version),
        ("title", Text),
        ("question", Text),
        ("from", Date),
        ("now", Date),
        ("until", Date),
        ("period", Either(&[Text, List(&Table(&PERIOD))])),
        ("rules", Text),
        ("starts_at", Text),
        ("headline", Text),
        ("settled", Condition),
        ("ends", Condition),
        ("precision", Either(&[Number, Map(&Number)])),
        ("discount", Number),
        ("actors", Map(&Either(&[Text, Table(&ACTOR)]))),
        ("groups", Map(&Texts)),
        ("candidates", Map(&Map(&Either(&[Text, Table(&CANDIDATE)])))),
        ("chamber", Table(&CHAMBER)),
        ("chambers", Map(&Table(&CHAMBER))),
        ("history", Table(&HISTORY)),
        ("bodies", Map(&Table(&BODY))),
        ("offices", Map(&Table(&OFFICE))),
        ("roles", Map(&Anything)),
        ("state", Map(&Table(&VARIABLE))),
        ("terms", Map(&Condition)),
        ("hypotheses", Map(&Map(&Anything))),
        ("numbers", Map(&Number)),
        ("pace", Map(&Anything)),
        ("moves", Map(&Map(&Table(&MOVE)))),
        ("events", Map(&Table(&EVENT))),
        ("timers", Map(&Table(&TIMER))),
        ("stages", Map(&Table(&STAGE))),
        ("motions", Map(&Table(&MOTION))),
        ("caretaker", Table(&CARETAKER)),
        ("interests", Map(&Either(&[Table(&COLUMNS), Map(&Table(&INTEREST))]))),
        ("vote_pays", Map(&Map(&Vote))),
        ("believes", Map(&Map(&Anything))),
        ("options", Map(&Map(&Table(&OPTION)))),
        ("questions", Map(&Table(&QUESTION))),
        ("kind", Text),
    ],
);

pub(crate) static PACK: Shape = cited(
    "a procedure pack",
    &[
        ("formateur", Version),
        ("kind", Text),
        ("title", Text),
        ("legal", Anything),
        ("offices", Map(&Table(&OFFICE))),
        ("roles", Map(&Anything)),
        ("state", Map(&Table(&VARIABLE))),
        ("terms", Map(&Condition)),
        ("hypotheses", Map(&Map(&Anything))),
        ("numbers", Map(&Number)),
        ("events", Map(&Table(&EVENT))),
        ("timers", Map(&Table(&TIMER))),
        ("stages", Map(&Table(&STAGE))),
        ("motions", Map(&Table(&MOTION))),
        ("caretaker", Table(&CARETAKER)),
    ],
);

pub(crate) static PERIOD: Shape = plain("a step of the period", &[("step", Text), ("until", Date)]);
pub(crate) static ACTOR: Shape = plain(
    "an actor",
    &[("name", Text), ("kind", Text), ("leader", Text), ("while", Condition), ("passive", Truth), ("note", Text)],
);
pub(crate) static CANDIDATE: Shape = reasoned("a candidate", &[("name", Text), ("party", Text), ("parties", Texts)]);
pub(crate) static OFFICE: Shape = cited(
    "an office",
    &[("name", Text), ("convention", Text), ("until_replaced", Truth), ("vacant", Anything), ("holder", Text)],
);
pub(crate) static ROLE: Shape = plain("a role", &[("is", Anything), ("vacant", Anything), ("note", Text)]);
pub(crate) static VARIABLE: Shape = reasoned(
    "a variable",
    &[("values", Domain), ("range", Range), ("start", Either(&[Text, Whole])), ("while", Condition), ("per", Domain)],
);
pub(crate) static CARETAKER: Shape = cited("the caretaker", &[("when", Condition), ("cannot", Texts)]);
pub(crate) static NUMBER: Shape = reasoned("a number", &[("value", Number), ("prior", Text), ("steps", Whole)]);

pub(crate) static CHAMBER: Shape = reasoned(
    "a chamber",
    &[
        ("name", Text),
        ("members", Whole),
        ("cohesion", Number),
        ("present", Number),
        ("seats", Either(&[Map(&Anything), Text])),
        ("source", Text),
    ],
);
pub(crate) static BLOC: Shape = reasoned(
    "a bloc",
    &[
        ("seats", Number),
        ("present", Number),
        ("cohesion", Number),
        ("habit", Table(&HABIT)),
        ("name", Text),
        ("source", Text),
    ],
);
/// What the record of past governments is asked with.
pub(crate) static HISTORY: Shape = reasoned(
    "a chamber's history",
    &[
        ("chamber", Text),
        ("country", Text),
        ("election", Date),
        ("midterm", Truth),
        ("cabinet", Texts),
        ("premier", Text),
        ("caretaker", Truth),
        ("parties", Map(&Table(&PARTY))),
        ("source", Text),
    ],
);
pub(crate) static PARTY: Shape = reasoned(
    "a party's history",
    &[
        ("record", Whole),
        ("position", Number),
        ("economy", Number),
        ("liberty", Number),
        ("europe", Number),
        ("family", Text),
        ("governed", Number),
        ("seats_before", Whole),
        ("source", Text),
    ],
);
pub(crate) static HABIT: Shape = reasoned("a habit", &[("attend", Number), ("yes", Number)]);
pub(crate) static BODY: Shape =
    cited("a body", &[("name", Text), ("weights", Map(&Anything)), ("pass", Rule), ("proposer", Text)]);
pub(crate) static MEMBER: Shape = reasoned("a member", &[("weight", Number), ("habit", Table(&HABIT))]);

pub(crate) static PACE: Shape = reasoned("a pace", &[("value", Number), ("reacts_to", Texts)]);
pub(crate) static MOVE: Shape = reasoned(
    "a move",
    &[
        ("says", Text),
        ("choose", Choice),
        ("when", Condition),
        ("then", Effects),
        ("pays", Pays),
        ("results", List(&Table(&RESULT))),
        ("rate", Number),
        ("weight", Number),
        ("obliged", Truth),
        ("seen", Truth),
        ("consent", Text),
        ("ballot", Table(&BALLOT)),
        ("sitting", Either(&[Rule, Table(&SITTING)])),
        ("failed", Exit),
        ("pass", Rule),
    ],
);
pub(crate) static RESULT: Shape = reasoned("a result", &[("chance", Number), ("then", Effects), ("pays", Pays)]);
pub(crate) static EVENT: Shape = cited(
    "an event",
    &[
        ("when", Condition),
        ("chance", Number),
        ("rate", Number),
        ("on", Date),
        ("then", Effects),
        ("results", List(&Table(&RESULT))),
        ("pays", Pays),
    ],
);
pub(crate) static TIMER: Shape = cited(
    "a timer",
    &[
        ("when", Condition),
        ("after", Number),
        ("phases", Whole),
        ("exact", Truth),
        ("then", Effects),
        ("results", List(&Table(&RESULT))),
    ],
);

pub(crate) static BALLOT: Shape = Shape {
    what: "a ballot",
    keys: &[
        ("body", Text),
        ("pass", Rule),
        // The share of noes that stops it, where other tables have claims against.
        ("against", Rule),
        ("names", Domain),
        ("rounds", Either(&[Rule, List(&Rule)])),
        ("sitting", Either(&[Rule, Table(&SITTING)])),
    ],
    reasons: true,
    cited: true,
};
pub(crate) static SITTING: Shape = cited("a sitting", &[("quorum", Rule), ("since", Date), ("before", Rule)]);
pub(crate) static DATED_RULE: Shape = cited("a rule", &[("rule", Rule), ("since", Date), ("before", Rule)]);
pub(crate) static DISPUTED_RULE: Shape = cited("a disputed rule", &[("readings", Map(&Rule)), ("prior", Map(&Number))]);
pub(crate) static STAGE: Shape = cited(
    "a stage",
    &[
        ("agenda", Text),
        ("obliged", Either(&[Truth, Text])),
        ("when", Condition),
        ("choose", Choice),
        ("sitting", Either(&[Rule, Table(&SITTING)])),
        ("ballot", Table(&BALLOT)),
        ("consent", Text),
        ("passed", Exit),
        ("failed", Exit),
        ("returned", Exit),
        ("lapsed", Exit),
        ("deadline", Table(&DEADLINE)),
        ("pays", Pays),
        ("terminal", Truth),
        ("unless", Table(&UNLESS)),
        ("weight", Number),
        ("seen", Truth),
    ],
);
pub(crate) static MOTION: Shape = cited(
    "a motion",
    &[
        ("sponsor", Texts),
        ("rate", Number),
        ("obliged", Truth),
        ("when", Condition),
        ("choose", Choice),
        ("sitting", Either(&[Rule, Table(&SITTING)])),
        ("ballot", Table(&BALLOT)),
        ("consent", Text),
        ("passed", Exit),
        ("failed", Exit),
        ("pays", Pays),
        ("unless", Table(&UNLESS)),
        ("weight", Number),
        ("seen", Truth),
    ],
);
pub(crate) static UNLESS: Shape = cited("`unless`", &[("who", Text), ("then", Exit)]);
pub(crate) static DEADLINE: Shape = cited(
    "a deadline",
    &[("days", Number), ("from", Text), ("breach", Either(&[Text, Exit])), ("exact", Truth), ("phases", Whole)],
);

pub(crate) static INTEREST: Shape = reasoned(
    "an interest",
    &[("worth", Number), ("if", Condition), ("each", Text), ("while", Condition), ("once", Condition), ("says", Text)],
);
/// A table of interests over one variable; its other keys are rows.
pub(crate) static COLUMNS: Shape = reasoned(
    "a table of interests",
    &[
        ("columns", List(&Either(&[Text, Whole]))),
        ("draw", Text),
        ("if", Condition),
        ("each", Text),
        ("while", Condition),
        ("once", Condition),
    ],
);
pub(crate) static ROW: Shape = reasoned("a row", &[("worth", List(&Number)), ("prior", Text)]);

pub(crate) static OPTION: Shape = reasoned(
    "an option",
    &[
        ("name", Text),
        ("first", Text),
        ("never", Texts),
        ("keep", Condition),
        ("stay_away", Texts),
        ("for", Text),
        ("until", Condition),
    ],
);
pub(crate) static QUESTION: Shape = plain(
    "a question",
    &[
        ("name", Text),
        ("chance", Condition),
        ("given", Condition),
        ("by", Text),
        ("shares", Text),
        ("date_of", Condition),
        ("how_long", Condition),
        ("ended_by", Condition),
        ("note", Text),
    ],
);

pub(crate) static LOG: Shape =
    plain("a log", &[("formateur", Version), ("entry", List(&Table(&ENTRY))), ("note", Text)]);
pub(crate) static ENTRY: Shape = reasoned(
    "an entry",
    &[
        ("on", Date),
        ("who", Text),
        ("did", Text),
        ("result", Text),
        ("answers", Map(&Text)),
        ("unobserved", Truth),
        ("reliability", Number),
    ],
);
pub(crate) static CLAIMS: Shape = plain(
    "a claims file",
    &[("formateur", Version), ("documents", Map(&Table(&DOCUMENT))), ("claims", Map(&Table(&CLAIM))), ("note", Text)],
);
pub(crate) static DOCUMENT: Shape = plain(
    "a document",
    &[
        ("title", Text),
        ("outlet", Text),
        ("author", Text),
        ("published", Either(&[Date, Text])),
        ("basis", Text),
        ("sha256", Text),
        ("url", Text),
        ("address", Text),
        ("language", Text),
        ("reliability", Text),
        ("note", Text),
    ],
);
pub(crate) static CLAIM: Shape = plain(
    "a claim",
    &[
        ("document", Text),
        ("start", Whole),
        ("end", Whole),
        ("says", Text),
        ("kind", Text),
        ("speaker", Anything),
        ("hedge", Text),
        ("modality", Text),
        ("about", Anything),
        ("credibility", Whole),
        ("origin", Text),
        ("exact", Text),
        ("actors", Texts),
        ("date", Anything),
        ("stance", Text),
        ("spans", Anything),
        ("note", Text),
    ],
);
