//! From a value to the type that a field has: pure, and with words for what does not fit.

use crate::config::code::Code;
use crate::config::suggestion::nearest;
use crate::config::value::Value;
use crate::estate::{Secret, Variable};
use std::collections::BTreeMap;
use std::time::Duration;

/// Why a value does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::config) struct Misfit {
    /// The kind of the fault.
    pub code: Code,
    /// What is needed: `a duration`.
    pub needed: String,
    /// What is there instead.
    pub label: String,
    /// What to do.
    pub help: Option<String>,
    /// Which element of a list it is about.
    pub index: Option<usize>,
}

/// The field's type, or why not.
pub(in crate::config) type Read<T> = Result<T, Misfit>;

/// The value is of another type.
pub(in crate::config) fn of_type<T>(needed: &str, value: &Value) -> Read<T> {
    let label = format!("this is {}", value.described());
    Err(Misfit { code: Code::WrongType, needed: needed.into(), label, help: None, index: None })
}

/// The value is of the right type, and wrong.
pub(in crate::config) fn invalid<T>(needed: &str, label: impl Into<String>, help: Option<&str>) -> Read<T> {
    let help = help.map(ToOwned::to_owned);
    Err(Misfit { code: Code::Invalid, needed: needed.into(), label: label.into(), help, index: None })
}

/// A string that is not empty.
pub(in crate::config) fn text(value: &Value) -> Read<String> {
    match value.to_text() {
        Some(text) if text.is_empty() => invalid("a string", "this is empty", None),
        Some(text) => Ok(text.to_string()),
        None => of_type("a string", value),
    }
}

/// A bool.
pub(in crate::config) fn truth(value: &Value) -> Read<bool> {
    value.to_bool().map_or_else(|| of_type("true or false", value), Ok)
}

/// A whole number in a range.
pub(in crate::config) fn whole<T: TryFrom<i64>>(least: i64, most: i64) -> impl Fn(&Value) -> Read<T> {
    move |value| {
        let needed = format!("a whole number from {least} to {most}");
        let Some(number) = value.to_integer() else { return of_type(&needed, value) };
        let fits = Some(number).filter(|number| (least..=most).contains(number));
        match fits.and_then(|number| T::try_from(number).ok()) {
            Some(number) => Ok(number),
            None => invalid(&needed, format!("this is {number}"), None),
        }
    }
}

/// A list or set, every element read; a single value is no list.
pub(in crate::config) fn list<T>(read: impl Fn(&Value) -> Read<T>) -> impl Fn(&Value) -> Read<Vec<T>> {
    move |value| {
        let Some(elements) = value.as_sequence() else {
            let Err(misfit) = of_type::<Vec<T>>("a list", value) else { return Ok(Vec::new()) };
            let help = Some("put it in brackets: [ … ]".to_owned());
            return Err(Misfit { help, ..misfit });
        };
        let read = |(index, element)| read(element).map_err(|misfit| Misfit { index: Some(index), ..misfit });
        elements.iter().enumerate().map(read).collect()
    }
}

/// A list that has at least one element.
pub(in crate::config) fn some<T>(read: impl Fn(&Value) -> Read<T>) -> impl Fn(&Value) -> Read<Vec<T>> {
    let read = list(read);
    move |value| match read(value)? {
        elements if elements.is_empty() => invalid("a list with at least one element", "this is empty", None),
        elements => Ok(elements),
    }
}

/// One of these words.
pub(in crate::config) fn one_of<T: Copy>(choices: Vec<(&'static str, T)>) -> impl Fn(&Value) -> Read<T> {
    move |value| {
        let words = || choices.iter().map(|(word, _)| *word);
        let needed = format!("one of {}", words().collect::<Vec<_>>().join(", "));
        let Some(text) = value.to_text() else { return of_type(&needed, value) };
        match choices.iter().find(|(word, _)| *word == &*text) {
            Some((_, choice)) => Ok(*choice),
            None => {
                let near =
                    nearest(&text.to_lowercase(), words()).or_else(|| nearest(&text.to_uppercase(), words()));
                let same = words().find(|word| word.eq_ignore_ascii_case(&text));
                let help = same.or(near).map(|word| format!("did you mean \"{word}\"?"));
                invalid(&needed, format!("this is \"{text}\""), help.as_deref())
            }
        }
    }
}

/// A duration: a number and a unit, or several: `30s`, `1h30m`, `250ms`.
pub(in crate::config) fn duration(value: &Value) -> Read<Duration> {
    let needed = "a duration";
    let help = Some("a number and a unit: ms, s, m, h or d, such as \"30s\" or \"1h30m\"");
    match value.bare() {
        Value::String(text) => match parse_duration(text) {
            Some(duration) => Ok(duration),
            None => invalid(needed, format!("this is \"{text}\""), help),
        },
        Value::Number(_) => invalid(needed, format!("{} of what?", value.described()), help),
        _ => of_type(needed, value),
    }
}

fn parse_duration(text: &str) -> Option<Duration> {
    let mut rest = text.trim();
    let mut total = Duration::ZERO;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, behind) = rest.split_at(digits);
        let letters = behind.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(behind.len());
        let (unit, behind) = behind.split_at(letters);
        let seconds = match unit {
            "ms" => 0.001,
            "s" => 1.0,
            "m" => 60.0,
            "h" => 3_600.0,
            "d" => 86_400.0,
            _ => return None,
        };
        let part = Duration::try_from_secs_f64(number.parse::<f64>().ok()? * seconds).ok()?;
        total = total.checked_add(part)?;
        rest = behind;
    }
    Some(total)
}

/// A duration that is not zero.
pub(in crate::config) fn some_time(value: &Value) -> Read<Duration> {
    match duration(value)? {
        Duration::ZERO => invalid("a duration", "this is no time at all", None),
        duration => Ok(duration),
    }
}

/// Variables of an environment: those that are marked, or all of a map that is, are secrets.
pub(in crate::config) fn environment(value: &Value) -> Read<BTreeMap<String, Variable>> {
    let marked = |name: &String| {
        let own = value.as_map().and_then(|entries| entries.get(name.as_str()));
        value.is_sensitive() || own.is_some_and(Value::is_sensitive)
    };
    let variables = settings(value)?.into_iter().map(|(name, text)| {
        let variable =
            if marked(&name) { Variable::Secret(Secret::new(text)) } else { Variable::Plain(text) };
        (name, variable)
    });
    Ok(variables.collect())
}

/// Kafka's settings: strings by key; numbers and bools are written as Kafka writes them, null is left out.
pub(in crate::config) fn settings(value: &Value) -> Read<BTreeMap<String, String>> {
    let Some(entries) = value.as_map() else { return of_type("a map of settings", value) };
    let mut settings = BTreeMap::new();
    for (key, value) in entries {
        match value.to_text() {
            Some(text) => {
                settings.insert(key.to_string(), text.to_string());
            }
            None if value.is_null() => {}
            None => {
                let label = format!("\"{key}\" is {}", value.described());
                let help = value.as_sequence().map(|_| "Kafka writes lists with commas: join(\",\", list)");
                let misfit = invalid("a map of strings, numbers and bools", label, help);
                return misfit.map_err(|misfit| Misfit { code: Code::WrongType, ..misfit });
            }
        }
    }
    Ok(settings)
}
