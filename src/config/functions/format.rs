//! `format` and `formatlist`, with Go's verbs.

use super::arguments::{Arguments, Refusal};
use super::encoding::json;
use super::{ANY, Answer, Function};
use crate::config::value::Value;
use rust_decimal::prelude::ToPrimitive;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("format(format, value, …)", 1, ANY, |a| {
        Ok(formatted(&a.text(0)?, a.values.get(1..).unwrap_or_default())?.into())
    }),
    Function::new("formatlist(format, list, …)", 1, ANY, formatlist),
];

/// The widest field and the most digits that a verb may ask for.
const WIDEST: usize = 10_000;

fn formatlist(a: &Arguments<'_>) -> Answer {
    let format = a.text(0)?;
    let arguments = a.values.get(1..).unwrap_or_default();
    let lengths: Vec<usize> = arguments.iter().filter_map(|v| v.as_sequence().map(<[Value]>::len)).collect();
    let length = lengths.first().copied().unwrap_or(1);
    if lengths.iter().any(|other| *other != length) {
        return Err("the lists must be of the same length".into());
    }
    let mut made = Vec::with_capacity(length);
    for index in 0..length {
        let row: Vec<Value> = arguments
            .iter()
            .map(|argument| match argument.as_sequence() {
                Some(elements) => elements.get(index).cloned().unwrap_or_default(),
                None => argument.clone(),
            })
            .collect();
        made.push(Value::from(formatted(&format, &row)?));
    }
    Ok(Value::list(made))
}

/// What stands between `%` and the letter.
#[derive(Default)]
struct Verb {
    minus: bool,
    plus: bool,
    space: bool,
    zero: bool,
    sharp: bool,
    width: usize,
    precision: Option<usize>,
}

fn formatted(format: &str, arguments: &[Value]) -> Result<String, Refusal> {
    let mut out = String::new();
    let mut next = 0;
    let mut characters = format.chars().peekable();
    while let Some(character) = characters.next() {
        if character != '%' {
            out.push(character);
            continue;
        }
        if characters.peek() == Some(&'%') {
            characters.next();
            out.push('%');
            continue;
        }
        let verb = read_verb(&mut characters, &mut next)?;
        let letter = characters.next().ok_or("the format ends behind `%`")?;
        let argument = arguments.get(next).ok_or_else(|| missing(next, arguments.len()))?;
        next += 1;
        out.push_str(&verb.apply(letter, argument, next)?);
    }
    if next < arguments.len() && !format.contains("%[") {
        return Err(format!("the format uses {next} of the {} values", arguments.len()).into());
    }
    Ok(out)
}

fn missing(index: usize, given: usize) -> Refusal {
    format!("the format asks for value {}, {given} are given", index + 1).into()
}

fn read_verb(
    characters: &mut std::iter::Peekable<std::str::Chars<'_>>,
    next: &mut usize,
) -> Result<Verb, Refusal> {
    let mut verb = Verb::default();
    while let Some(flag) = characters.next_if(|c| "+- 0#".contains(*c)) {
        match flag {
            '-' => verb.minus = true,
            '+' => verb.plus = true,
            ' ' => verb.space = true,
            '0' => verb.zero = true,
            _ => verb.sharp = true,
        }
    }
    verb.width = digits(characters)?.unwrap_or_default();
    if characters.next_if_eq(&'.').is_some() {
        verb.precision = Some(digits(characters)?.unwrap_or_default());
    }
    if characters.next_if_eq(&'[').is_some() {
        let index = digits(characters)?.filter(|index| *index > 0).ok_or("`%[n]` counts from 1")?;
        characters.next_if_eq(&']').ok_or("`%[` must end with `]`")?;
        *next = index - 1;
    }
    Ok(verb)
}

fn digits(characters: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Result<Option<usize>, Refusal> {
    let mut number = None;
    while let Some(digit) = characters.next_if(char::is_ascii_digit).and_then(|c| c.to_digit(10)) {
        let value = number.unwrap_or(0_usize) * 10 + digit as usize;
        if value > WIDEST {
            return Err("a width or precision is too large".into());
        }
        number = Some(value);
    }
    Ok(number)
}

impl Verb {
    fn apply(&self, letter: char, value: &Value, position: usize) -> Result<String, Refusal> {
        let wrong = |needed: &str| {
            let reason = format!("%{letter} needs {needed}, value {position} is {}", value.described());
            Arguments::refuse(position, reason)
        };
        let text = match letter {
            's' => value.to_text().ok_or_else(|| wrong("a string; %v takes anything"))?.to_string(),
            'q' => json(&Value::String(value.to_text().ok_or_else(|| wrong("a string"))?))?,
            'v' if !self.sharp => match value.to_text() {
                Some(text) => text.to_string(),
                None => json(value)?,
            },
            'v' => json(value)?,
            't' => value.to_bool().ok_or_else(|| wrong("a bool"))?.to_string(),
            _ => return Ok(self.pad(&self.number(letter, value, wrong)?, true)),
        };
        let text = match self.precision {
            Some(most) => text.chars().take(most).collect(),
            None => text,
        };
        Ok(self.pad(&text, false))
    }

    fn number(
        &self,
        letter: char,
        value: &Value,
        wrong: impl Fn(&str) -> Refusal,
    ) -> Result<String, Refusal> {
        let number = value.to_number().ok_or_else(|| wrong("a number"))?;
        let whole = || number.trunc().to_i128().ok_or_else(|| wrong("a smaller number"));
        let float = || number.to_f64().ok_or_else(|| wrong("a number"));
        let precision = self.precision.unwrap_or(6);
        let digits = match letter {
            'd' => whole()?.to_string(),
            'b' => based(whole()?, |n| format!("{n:b}")),
            'o' => based(whole()?, |n| format!("{n:o}")),
            'x' => based(whole()?, |n| format!("{n:x}")),
            'X' => based(whole()?, |n| format!("{n:X}")),
            'f' => format!("{:.precision$}", number.round_dp(u32::try_from(precision).unwrap_or(28))),
            'e' => exponent(&format!("{:.precision$e}", float()?)),
            'E' => exponent(&format!("{:.precision$e}", float()?)).to_uppercase(),
            'g' | 'G' => number.normalize().to_string(),
            _ => {
                return Err(format!(
                    "there is no verb %{letter}; there are %s %q %v %t %d %f %e %g %b %o %x"
                )
                .into());
            }
        };
        Ok(match digits.starts_with('-') {
            false if self.plus => format!("+{digits}"),
            false if self.space => format!(" {digits}"),
            _ => digits,
        })
    }

    fn pad(&self, text: &str, numeric: bool) -> String {
        let missing = self.width.saturating_sub(text.chars().count());
        if self.minus {
            return format!("{text}{}", " ".repeat(missing));
        }
        if self.zero && numeric {
            let (sign, digits) = text.split_at(usize::from(text.starts_with(['-', '+', ' '])));
            return format!("{sign}{}{digits}", "0".repeat(missing));
        }
        format!("{}{text}", " ".repeat(missing))
    }
}

fn based(number: i128, write: fn(u128) -> String) -> String {
    let digits = write(number.unsigned_abs());
    if number < 0 { format!("-{digits}") } else { digits }
}

/// Go writes exponents with a sign and two digits: `1.5e+06`.
fn exponent(text: &str) -> String {
    match text.split_once('e') {
        Some((mantissa, exponent)) => {
            let (sign, digits) = match exponent.strip_prefix('-') {
                Some(digits) => ('-', digits),
                None => ('+', exponent),
            };
            format!("{mantissa}e{sign}{digits:0>2}")
        }
        None => text.to_owned(),
    }
}
