//! Dates in running text, each as the days it can mean.
//!
//! A small grammar of our own: date libraries read a whole string as one instant, we look for expressions inside sentences
//! and want an interval with its granularity. Relative dates need the day of publication, which is why it is required.

use crate::words::{Words, small_number};
use jiff::civil::{Date, Weekday, date};
use jiff::{Span as Time, ToSpan};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// How finely a date is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Grain {
    Day,
    Week,
    Month,
    Season,
    Year,
    Decade,
    /// "recent months": near publication, without an end that anyone could name.
    Vague,
}

/// The days an expression can mean, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct When {
    pub from: Date,
    pub to: Date,
    pub grain: Grain,
}

/// A date found.
#[derive(Debug, Clone, PartialEq)]
pub struct Dated {
    /// Bytes of the original text.
    pub bytes: Range<usize>,
    pub when: When,
    /// It was read relative to the day of publication.
    pub relative: bool,
}

/// Finds dates, left to right, not overlapping. Word positions are returned beside, so that numbers leave them alone.
pub(crate) fn dates(words: &Words, published: Date) -> Vec<(Dated, Range<usize>)> {
    let mut found = Vec::new();
    let mut i = 0;
    while i < words.list.len() {
        match at(words, i, published) {
            Some((first, last, when, relative)) => {
                found.push((Dated { bytes: words.bytes(first, last), when, relative }, first..last + 1));
                i = last + 1;
            }
            None => i += 1,
        }
    }
    found
}

type Found = (usize, usize, When, bool);

fn at(words: &Words, i: usize, published: Date) -> Option<Found> {
    let word = words.at(i);
    let first = word.as_bytes()[0];
    if first.is_ascii_digit() {
        return iso(words, i)
            .or_else(|| day_first(words, i, published))
            .or_else(|| year(words, i))
            .or_else(|| ago(words, i, published));
    }
    if !first.is_ascii_lowercase() {
        return None;
    }
    month_first(words, i, published)
        .or_else(|| ago(words, i, published))
        .or_else(|| stretch(words, i, published))
        .or_else(|| weekday(words, i, published))
        .or_else(|| single(words, i, published))
}

/// `2030-04-18`, `2030-04`.
fn iso(words: &Words, i: usize) -> Option<Found> {
    let year = number(words.at(i), 4)?;
    if !(words.gap(i) == "-" && words.at(i + 1).len() == 2) {
        return None;
    }
    let month = number(words.at(i + 1), 2)?;
    if words.gap(i + 1) == "-" && words.at(i + 2).len() == 2 {
        let day = Date::new(year as i16, month as i8, number(words.at(i + 2), 2)? as i8).ok()?;
        return Some((i, i + 2, one(day), false));
    }
    Some((i, i + 1, month_of(year, month)?, false))
}

/// `18 April 2030`, `18th of April`, `18–20 April`.
fn day_first(words: &Words, i: usize, published: Date) -> Option<Found> {
    let first = day_number(words.at(i))?;
    let mut next = i + 1;
    let mut last_day = first;
    if matches!(words.gap(i), "–" | "-" | "—") && day_number(words.at(next)).is_some() {
        last_day = day_number(words.at(next))?;
        next += 1;
    }
    if words.at(next) == "of" {
        next += 1;
    }
    let month = month_name(words, next)?;
    let (year, last, relative) = year_after(words, next, month, first, published);
    Some((i, last, days(year, month, first, last_day)?, relative))
}

/// `April 18, 2030`, `April 2030`, `in April`, `early April`.
fn month_first(words: &Words, i: usize, published: Date) -> Option<Found> {
    let part = part_of(words.at(i));
    // "the end of June" begins at the article.
    let (start, m) = match part {
        Some(_) if words.at(i + 1) == "of" => {
            (if i > 0 && words.at(i - 1) == "the" && words.joined(i) { i - 1 } else { i }, i + 2)
        }
        Some(_) => (i, i + 1),
        None => (i, i),
    };
    if part.is_some() && words.at(m).len() == 4 && number(words.at(m), 4).is_some_and(is_year) {
        return Some((start, m, part_year(number(words.at(m), 4)?, part?)?, false));
    }
    if part.is_some() && matches!(words.at(m), "this" | "last" | "next" | "the") {
        return None;
    }
    let month = month_name(words, m)?;
    if part.is_none()
        && let Some(first) = day_number(words.at(m + 1)).filter(|_| words.joined(m + 1) || words.gap(m) == ". ")
        && !matches!(words.at(m + 2), "per" | "percent" | "million" | "billion")
    {
        let mut last = m + 1;
        let mut last_day = first;
        if matches!(words.gap(last), "–" | "-" | "—")
            && let Some(second) = day_number(words.at(last + 1))
        {
            last_day = second;
            last += 1;
        }
        let gap = words.gap(last);
        if matches!(gap, ", " | " ")
            && words.at(last + 1).len() == 4
            && let Some(year) = number(words.at(last + 1), 4).filter(|y| is_year(*y))
        {
            return Some((i, last + 1, days(year, month, first, last_day)?, false));
        }
        let year = nearest_year(month, first, published);
        return Some((i, last, days(year, month, first, last_day)?, true));
    }
    if words.at(m + 1).len() == 4
        && matches!(words.gap(m), " " | ", ")
        && let Some(year) = number(words.at(m + 1), 4).filter(|y| is_year(*y))
    {
        let when = month_of(year, month)?;
        return Some((start, m + 1, part.map_or(Some(when), |part| narrowed(when, part))?, false));
    }
    // A month alone needs a word that makes it one: "may" and "march" are other things as well.
    let lead = words.before(i, 1);
    let (start, led) = match lead {
        "last" | "this" | "next" => (i - 1, true),
        "in" | "since" | "until" | "till" | "by" | "of" | "from" | "before" | "after" | "through" | "during"
        | "for" => (start, true),
        // Other months are nothing else, unless they begin the sentence as a person might.
        _ => (start, part.is_some() || !matches!(month, 3 | 5) && words.at(m).len() > 3 && words.joined(m)),
    };
    if !led || (lead == "of" || lead == "for") && part.is_none() && month == 5 {
        return None;
    }
    let year = match lead {
        "last" => last_such(month, published),
        "next" => next_such(month, published),
        _ => nearest_year(month, 15, published),
    };
    let when = month_of(year, month)?;
    let when = match part {
        Some(part) => narrowed(when, part)?,
        None => when,
    };
    Some((start.min(i), m, when, true))
}

/// `in 2030`, `2025 elections`, `the 1990s`, `2019–2020`.
fn year(words: &Words, i: usize) -> Option<Found> {
    let word = words.at(i);
    if word.len() == 5 && word.ends_with("0s") {
        let from = number(&word[..4], 4)?;
        let when = When {
            from: Date::new(from as i16, 1, 1).ok()?,
            to: Date::new(from as i16 + 9, 12, 31).ok()?,
            grain: Grain::Decade,
        };
        return is_year(from).then_some((i, i, when, false));
    }
    let from = number(word, 4).filter(|y| word.len() == 4 && is_year(*y))?;
    // 2,000 and $2000 are amounts.
    let at = words.bytes(i, i);
    let before = words.original[..at.start].chars().next_back();
    if matches!(before, Some('$' | '€' | '£' | ',' | '.'))
        || words.original[at.end..].starts_with([',', '.'])
            && words.original[at.end + 1..].starts_with(|c: char| c.is_ascii_digit())
    {
        return None;
    }
    if matches!(words.gap(i), "–" | "-" | "—" | "/") {
        let next = words.at(i + 1);
        let to = match next.len() {
            4 => number(next, 4),
            2 => number(next, 2).map(|short| from / 100 * 100 + short),
            _ => None,
        };
        if let Some(to) = to.filter(|to| *to > from && is_year(*to) && *to - from < 100) {
            let when = When {
                from: Date::new(from as i16, 1, 1).ok()?,
                to: Date::new(to as i16, 12, 31).ok()?,
                grain: Grain::Year,
            };
            return Some((i, i + 1, when, false));
        }
    }
    let next = words.at(i + 1);
    let counts =
        words.joined(i + 1) && (is_counted(next) || matches!(next, "million" | "billion" | "per" | "percent" | "of"));
    let dates = ["in", "since", "until", "till", "before", "during", "through", "between", "late", "early", "mid", "s"];
    if counts && !dates.contains(&words.before(i, 1)) {
        return None;
    }
    let year =
        When { from: Date::new(from as i16, 1, 1).ok()?, to: Date::new(from as i16, 12, 31).ok()?, grain: Grain::Year };
    Some((i, i, year, false))
}

/// Plural nouns that are counted, as against what happens in a year.
fn is_counted(word: &str) -> bool {
    const HAPPEN: [&str; 14] = [
        "elections",
        "protests",
        "strikes",
        "talks",
        "polls",
        "was",
        "is",
        "has",
        "attacks",
        "riots",
        "negotiations",
        "does",
        "reforms",
        "amendments",
    ];
    word.ends_with('s') && word.len() > 2 && !HAPPEN.contains(&word)
        || matches!(word, "men" | "people" | "women" | "troops" | "personnel")
}

/// `two weeks ago`, `a few days ago`, `months ago`.
fn ago(words: &Words, i: usize, published: Date) -> Option<Found> {
    let (n, next) = amount(words, i)?;
    let unit = unit(words.at(next))?;
    if words.at(next + 1) == "ago"
        || (words.at(next + 1), words.at(next + 2)) == ("or", "so") && words.at(next + 3) == "ago"
    {
        let last = if words.at(next + 1) == "ago" { next + 1 } else { next + 3 };
        let when = match n {
            Some(n) => {
                let point = back(published, n, unit)?;
                around(point, unit)?
            }
            None => When { from: back(published, 5, unit)?, to: back(published, 1, unit)?, grain: Grain::Vague },
        };
        return Some((i, last, when, true));
    }
    if matches!(words.at(next + 1), "earlier" | "later" | "from") {
        return None;
    }
    None
}

/// `the past three days`, `the next few weeks`, `recent months`, `in decades`, `earlier this week`.
fn stretch(words: &Words, i: usize, published: Date) -> Option<Found> {
    let word = words.at(i);
    let mut next = i;
    let start = if word == "the" {
        next += 1;
        i
    } else {
        i
    };
    let lead = words.at(next);
    match lead {
        "past" | "last" | "next" | "coming" | "previous" => {
            if lead == "last" && word != "the" && unit(words.at(next + 1)).is_none() {
                return None;
            }
            let (n, at) = amount(words, next + 1).unwrap_or((Some(1), next + 1));
            let unit = unit(words.at(at))?;
            let one_unit = at == next + 1;
            let ahead = matches!(lead, "next" | "coming");
            // "last week" is the calendar's; "the past week" is seven days.
            if one_unit
                && matches!(lead, "last" | "next")
                && word != "the"
                && matches!(unit, Unit::Week | Unit::Month | Unit::Year)
            {
                return Some((start, at, calendar(published, unit, if ahead { 1 } else { -1 })?, true));
            }
            if one_unit && matches!(unit, Unit::Day) && lead == "next" {
                let day = published.checked_add(1.day()).ok()?;
                return (word == "the").then_some((start, at, one(day), true));
            }
            let n = n.unwrap_or(5);
            let when = if ahead {
                When { from: published, to: forward(published, n, unit)?, grain: Grain::Vague }
            } else {
                When {
                    from: back(published, n, unit)?,
                    to: published,
                    grain: if n == 5 { Grain::Vague } else { unit.grain() },
                }
            };
            Some((start, at, when, true))
        }
        "recent" => {
            let unit = unit(words.at(next + 1))?;
            Some((start, next + 1, When { from: back(published, 6, unit)?, to: published, grain: Grain::Vague }, true))
        }
        "this" => {
            let unit = unit(words.at(next + 1)).filter(|u| !matches!(u, Unit::Hour | Unit::Decade))?;
            let first = if matches!(words.before(i, 1), "earlier" | "later") { i - 1 } else { i };
            let when = match unit {
                Unit::Day => one(published),
                _ => calendar(published, unit, 0)?,
            };
            Some((first, next + 1, when, true))
        }
        "decades" | "years" | "months" | "weeks" if matches!(words.before(i, 1), "in" | "for") => {
            let unit = unit(lead)?;
            Some((i, i, When { from: back(published, 5, unit)?, to: published, grain: Grain::Vague }, true))
        }
        _ => None,
    }
}

/// `on Monday`, `last Friday`, `Monday night`.
fn weekday(words: &Words, i: usize, published: Date) -> Option<Found> {
    let word = words.at(i);
    let lead = matches!(word, "last" | "next" | "this");
    let on = word == "on" && weekday_name(words, i + 1).is_some();
    let at = if lead || on { i + 1 } else { i };
    let day = weekday_name(words, at)?;
    if words.at(at + 1) == "s" && words.at(at + 2).is_empty() {
        return None;
    }
    let ahead = word == "next"
        || (0..7)
            .take_while(|k| i > *k && words.joined(i - k))
            .any(|k| matches!(words.at(i - k - 1), "will" | "shall" | "due" | "scheduled" | "until" | "by"));
    let distance = i64::from(published.weekday().since(day));
    let date = if ahead {
        let distance = i64::from(day.since(published.weekday()));
        published.checked_add((if distance == 0 { 7 } else { distance }).days()).ok()?
    } else if word == "last" && distance == 0 {
        published.checked_sub(7.days()).ok()?
    } else {
        published.checked_sub(distance.days()).ok()?
    };
    let last = if matches!(words.at(at + 1), "night" | "morning" | "evening" | "afternoon") { at + 1 } else { at };
    Some((if on { at } else { i }, last, one(date), true))
}

/// `yesterday`, `today`, `tomorrow`, `last summer`, `this winter`.
fn single(words: &Words, i: usize, published: Date) -> Option<Found> {
    let day = match words.at(i) {
        "yesterday" => published.checked_sub(1.day()).ok()?,
        "today" | "tonight" => published,
        "tomorrow" => published.checked_add(1.day()).ok()?,
        lead @ ("last" | "next" | "this") => {
            if words.at(i + 1) == "night" && lead == "last" {
                return Some((i, i + 1, one(published.checked_sub(1.day()).ok()?), true));
            }
            let month = match words.at(i + 1) {
                "spring" => 3,
                "summer" => 6,
                "autumn" | "fall" => 9,
                "winter" => 12,
                _ => return None,
            };
            let year = i32::from(published.year());
            let mut from = Date::new(year as i16, month, 1).ok()?;
            if lead == "last" && from.checked_add(3.months()).ok()? > published {
                from = from.checked_sub(1.year()).ok()?;
            }
            if lead == "next" && from <= published {
                from = from.checked_add(1.year()).ok()?;
            }
            let to = from.checked_add(3.months()).ok()?.checked_sub(1.day()).ok()?;
            return Some((i, i + 1, When { from, to, grain: Grain::Season }, true));
        }
        _ => return None,
    };
    Some((i, i, one(day), true))
}

fn one(day: Date) -> When {
    When { from: day, to: day, grain: Grain::Day }
}

fn number(word: &str, digits: usize) -> Option<u32> {
    (word.len() <= digits && word.bytes().all(|b| b.is_ascii_digit())).then(|| word.parse().ok()).flatten()
}

fn is_year(year: u32) -> bool {
    (1800..2200).contains(&year)
}

fn day_number(word: &str) -> Option<u32> {
    let digits = word.trim_end_matches(|c: char| c.is_ascii_lowercase());
    let end = &word[digits.len()..];
    if !matches!(end, "" | "st" | "nd" | "rd" | "th") {
        return None;
    }
    number(digits, 2).filter(|day| (1..=31).contains(day))
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// The month at a word, full or cut, capital first.
fn month_name(words: &Words, i: usize) -> Option<u32> {
    let word = words.at(i);
    if word.len() < 3 || !words.is_capital(i) {
        return None;
    }
    MONTHS
        .iter()
        .position(|month| {
            *month == word || word.len() == 3 && month.starts_with(word) || word == "sept" && *month == "september"
        })
        .map(|at| at as u32 + 1)
}

fn weekday_name(words: &Words, i: usize) -> Option<Weekday> {
    if !words.is_capital(i) {
        return None;
    }
    Some(match words.at(i) {
        "monday" => Weekday::Monday,
        "tuesday" => Weekday::Tuesday,
        "wednesday" => Weekday::Wednesday,
        "thursday" => Weekday::Thursday,
        "friday" => Weekday::Friday,
        "saturday" => Weekday::Saturday,
        "sunday" => Weekday::Sunday,
        _ => return None,
    })
}

/// A year written after a month, or the one that puts the date nearest to publication.
fn year_after(words: &Words, month_at: usize, month: u32, day: u32, published: Date) -> (u32, usize, bool) {
    if words.at(month_at + 1).len() == 4
        && matches!(words.gap(month_at), " " | ", " | ". ")
        && let Some(year) = number(words.at(month_at + 1), 4).filter(|y| is_year(*y))
    {
        return (year, month_at + 1, false);
    }
    (nearest_year(month, day, published), month_at, true)
}

fn nearest_year(month: u32, day: u32, published: Date) -> u32 {
    let this = i32::from(published.year());
    let distance = |year: i32| {
        let date = Date::new(year as i16, month as i8, day.min(28) as i8).unwrap_or(date(2000, 1, 1));
        published.since(date).map_or(i32::MAX, |time: Time| time.get_days().abs())
    };
    [this, this - 1, this + 1].into_iter().min_by_key(|year| distance(*year)).unwrap_or(this) as u32
}

fn last_such(month: u32, published: Date) -> u32 {
    let year = published.year() as u32;
    if month < published.month() as u32 { year } else { year - 1 }
}

fn next_such(month: u32, published: Date) -> u32 {
    let year = published.year() as u32;
    if month > published.month() as u32 { year } else { year + 1 }
}

fn days(year: u32, month: u32, first: u32, last: u32) -> Option<When> {
    let from = Date::new(year as i16, month as i8, first as i8).ok()?;
    let to = Date::new(year as i16, month as i8, last as i8).ok()?;
    (to >= from).then_some(When { from, to, grain: Grain::Day })
}

fn month_of(year: u32, month: u32) -> Option<When> {
    let from = Date::new(year as i16, month as i8, 1).ok()?;
    is_year(year).then_some(When { from, to: from.last_of_month(), grain: Grain::Month })
}

#[derive(Clone, Copy)]
enum Part {
    Early,
    Mid,
    Late,
}

fn part_of(word: &str) -> Option<Part> {
    Some(match word {
        "early" | "beginning" | "start" => Part::Early,
        "mid" | "middle" => Part::Mid,
        "late" | "end" => Part::Late,
        _ => return None,
    })
}

fn narrowed(month: When, part: Part) -> Option<When> {
    let (from, to) = match part {
        Part::Early => (1, 10),
        Part::Mid => (11, 20),
        Part::Late => (21, month.to.day()),
    };
    let day = |d| Date::new(month.from.year(), month.from.month(), d).ok();
    Some(When { from: day(from)?, to: day(to)?, grain: Grain::Week })
}

fn part_year(year: u32, part: Part) -> Option<When> {
    let (from, to) = match part {
        Part::Early => (1, 4),
        Part::Mid => (5, 8),
        Part::Late => (9, 12),
    };
    Some(When {
        from: Date::new(year as i16, from, 1).ok()?,
        to: Date::new(year as i16, to, 1).ok()?.last_of_month(),
        grain: Grain::Season,
    })
}

#[derive(Clone, Copy)]
enum Unit {
    Hour,
    Day,
    Week,
    Month,
    Year,
    Decade,
}

impl Unit {
    fn grain(self) -> Grain {
        match self {
            Unit::Hour | Unit::Day => Grain::Day,
            Unit::Week => Grain::Week,
            Unit::Month => Grain::Month,
            Unit::Year => Grain::Year,
            Unit::Decade => Grain::Decade,
        }
    }
}

fn unit(word: &str) -> Option<Unit> {
    Some(match word {
        "hour" | "hours" => Unit::Hour,
        "day" | "days" => Unit::Day,
        "week" | "weeks" => Unit::Week,
        "month" | "months" => Unit::Month,
        "year" | "years" => Unit::Year,
        "decade" | "decades" => Unit::Decade,
        _ => return None,
    })
}

/// `three`, `a`, `a few`, `several`, `72`: how many (`None`: some), and the word after.
fn amount(words: &Words, i: usize) -> Option<(Option<u32>, usize)> {
    let word = words.at(i);
    match word {
        "several" | "few" | "some" | "many" => return Some((None, i + 1)),
        "a" | "an" => {
            return Some(match words.at(i + 1) {
                "few" => (None, i + 2),
                "couple" => (Some(2), if words.at(i + 2) == "of" { i + 3 } else { i + 2 }),
                _ => (Some(1), i + 1),
            });
        }
        _ => {}
    }
    number(word, 3).or_else(|| small_number(word)).map(|n| (Some(n), i + 1))
}

fn time(n: u32, unit: Unit) -> Time {
    let n = i64::from(n.min(5000));
    match unit {
        Unit::Hour => ((n + 23) / 24).days(),
        Unit::Day => n.days(),
        Unit::Week => (7 * n).days(),
        Unit::Month => n.months(),
        Unit::Year => n.years(),
        Unit::Decade => (10 * n.min(80)).years(),
    }
}

fn back(from: Date, n: u32, unit: Unit) -> Option<Date> {
    from.checked_sub(time(n, unit)).ok()
}

fn forward(from: Date, n: u32, unit: Unit) -> Option<Date> {
    from.checked_add(time(n, unit)).ok()
}

/// A moment given in weeks is a day; in months, a month.
fn around(point: Date, unit: Unit) -> Option<When> {
    match unit {
        Unit::Hour | Unit::Day | Unit::Week => Some(one(point)),
        Unit::Month => Some(When { from: point.first_of_month(), to: point.last_of_month(), grain: Grain::Month }),
        Unit::Year | Unit::Decade => calendar(point, Unit::Year, 0),
    }
}

/// The calendar week (from Monday), month or year that lies so many away from a day.
fn calendar(day: Date, unit: Unit, away: i32) -> Option<When> {
    let away = i64::from(away);
    Some(match unit {
        Unit::Week => {
            let monday = day.checked_sub(i64::from(day.weekday().since(Weekday::Monday)).days()).ok()?;
            let from = monday.checked_add((7 * away).days()).ok()?;
            When { from, to: from.checked_add(6.days()).ok()?, grain: Grain::Week }
        }
        Unit::Month => {
            let from = day.first_of_month().checked_add(away.months()).ok()?;
            When { from, to: from.last_of_month(), grain: Grain::Month }
        }
        _ => {
            let from = day.first_of_year().checked_add(away.years()).ok()?;
            When { from, to: from.last_of_year(), grain: Grain::Year }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::{Dated, dates};
    use crate::fold::fold;
    use crate::words::Words;
    use jiff::civil::date;

    fn found(text: &str) -> Vec<(String, String, String)> {
        let folded = fold(text);
        dates(&Words::of(text, &folded), date(2030, 4, 18))
            .into_iter()
            .map(|(Dated { bytes, when, .. }, _)| (text[bytes].to_owned(), when.from.to_string(), when.to.to_string()))
            .collect()
    }

    fn one(text: &str, exact: &str, from: &str, to: &str) {
        assert_eq!(found(text), [(exact.to_owned(), from.to_owned(), to.to_owned())], "{text}");
    }

    #[test]
    fn absolute_dates() {
        one("on 3 June 2031.", "3 June 2031", "2031-06-03", "2031-06-03");
        one("On June 3, 2031, he", "June 3, 2031", "2031-06-03", "2031-06-03");
        one("by 2031-06-03", "2031-06-03", "2031-06-03", "2031-06-03");
        one("the November 2025 elections", "November 2025", "2025-11-01", "2025-11-30");
        one("2025 elections were", "2025", "2025-01-01", "2025-12-31");
        one("sanctions of the 1990s", "1990s", "1990-01-01", "1999-12-31");
        one("the war of 2019–21", "2019–21", "2019-01-01", "2021-12-31");
        one("10–12 March 2030", "10–12 March 2030", "2030-03-10", "2030-03-12");
    }

    #[test]
    fn a_day_without_a_year_is_the_one_nearest_to_publication() {
        one("the bloodless Jan. 8 strikes", "Jan. 8", "2030-01-08", "2030-01-08");
        one("by 24 April", "24 April", "2030-04-24", "2030-04-24");
        one("On Dec. 30 it", "Dec. 30", "2029-12-30", "2029-12-30");
    }

    #[test]
    fn relative_dates() {
        one("he said on Wednesday.", "Wednesday", "2030-04-17", "2030-04-17");
        one("the vote will be held on Monday", "Monday", "2030-04-22", "2030-04-22");
        one("two days ago", "two days ago", "2030-04-16", "2030-04-16");
        one("over the past three days", "the past three days", "2030-04-15", "2030-04-18");
        one("for the past 72 hours", "the past 72 hours", "2030-04-15", "2030-04-18");
        one("Last week they", "Last week", "2030-04-08", "2030-04-14");
        one("earlier this week", "earlier this week", "2030-04-15", "2030-04-21");
        one("In recent months", "recent months", "2029-10-18", "2030-04-18");
        one("he left yesterday", "yesterday", "2030-04-17", "2030-04-17");
        one("last summer", "last summer", "2029-06-01", "2029-08-31");
        one("by the end of June", "the end of June", "2030-06-21", "2030-06-30");
    }

    #[test]
    fn other_things_are_not_dates() {
        for text in [
            "He may march.",
            "8 strikes",
            "2,000 men",
            "2000 fighters",
            "May he rest",
            "$2000",
            "48 seats",
            "mar the day",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
    }
}
