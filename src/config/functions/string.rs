//! Strings.

use super::arguments::{Arguments, Refusal};
use super::{Answer, Function};
use crate::config::value::Value;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("chomp(string)", 1, 1, |a| Ok(a.text(0)?.trim_end_matches(['\r', '\n']).into())),
    Function::new("endswith(string, suffix)", 2, 2, |a| Ok(a.text(0)?.ends_with(&*a.text(1)?).into())),
    Function::new("indent(spaces, string)", 2, 2, indent),
    Function::new("join(separator, list, …)", 2, super::ANY, join),
    Function::new("lower(string)", 1, 1, |a| Ok(a.text(0)?.to_lowercase().into())),
    Function::new("replace(string, substring or /pattern/, replacement)", 3, 3, replace),
    Function::new("split(separator, string)", 2, 2, split),
    Function::new("startswith(string, prefix)", 2, 2, |a| Ok(a.text(0)?.starts_with(&*a.text(1)?).into())),
    Function::new("strcontains(string, substring)", 2, 2, |a| Ok(a.text(0)?.contains(&*a.text(1)?).into())),
    Function::new("strrev(string)", 1, 1, |a| Ok(a.text(0)?.chars().rev().collect::<String>().into())),
    Function::new("substr(string, offset, length)", 3, 3, substr),
    Function::new("title(string)", 1, 1, title),
    Function::new("trim(string, characters)", 2, 2, trim),
    Function::new("trimprefix(string, prefix)", 2, 2, |a| {
        let (text, prefix) = (a.text(0)?, a.text(1)?);
        Ok(text.strip_prefix(&*prefix).unwrap_or(&text).into())
    }),
    Function::new("trimspace(string)", 1, 1, |a| Ok(a.text(0)?.trim().into())),
    Function::new("trimsuffix(string, suffix)", 2, 2, |a| {
        let (text, suffix) = (a.text(0)?, a.text(1)?);
        Ok(text.strip_suffix(&*suffix).unwrap_or(&text).into())
    }),
    Function::new("upper(string)", 1, 1, |a| Ok(a.text(0)?.to_uppercase().into())),
];

fn indent(a: &Arguments<'_>) -> Answer {
    let spaces = a.size(0)?;
    if spaces > 1_000 {
        return Err(Arguments::refuse(0, "more than 1000 spaces"));
    }
    Ok(a.text(1)?.replace('\n', &format!("\n{}", " ".repeat(spaces))).into())
}

fn join(a: &Arguments<'_>) -> Answer {
    let mut texts = Vec::new();
    for index in 1..a.values.len() {
        texts.extend(a.texts(index)?);
    }
    Ok(texts.join(&*a.text(0)?).into())
}

fn split(a: &Arguments<'_>) -> Answer {
    let (separator, text) = (a.text(0)?, a.text(1)?);
    if text.is_empty() {
        return Ok(Value::list([Value::from("")]));
    }
    if separator.is_empty() {
        return Ok(Value::list(text.chars().map(|c| Value::from(c.to_string()))));
    }
    Ok(Value::list(text.split(&*separator).map(Value::from)))
}

fn replace(a: &Arguments<'_>) -> Answer {
    let (text, what, replacement) = (a.text(0)?, a.text(1)?, a.text(2)?);
    let pattern = what.strip_prefix('/').and_then(|rest| rest.strip_suffix('/')).filter(|_| what.len() > 1);
    match pattern {
        Some(pattern) => {
            let pattern = super::regular::compiled(pattern, 1)?;
            Ok(pattern.replace_all(&text, &*replacement).into_owned().into())
        }
        None => Ok(text.replace(&*what, &replacement).into()),
    }
}

/// Counted in characters; a negative offset counts from the end, the length -1 goes to the end.
fn substr(a: &Arguments<'_>) -> Answer {
    let text = a.text(0)?;
    let count = i64::try_from(text.chars().count()).map_err(|_| Refusal::from("the string is too long"))?;
    let offset = a.integer(1)?;
    let start = if offset < 0 { count.saturating_add(offset) } else { offset }.clamp(0, count);
    let length = match a.integer(2)? {
        -1 => count,
        length if length < 0 => return Err(Arguments::refuse(2, "a length from 0 or -1 is needed")),
        length => length,
    };
    let end = start.saturating_add(length).min(count);
    let bounds = |n: i64| usize::try_from(n).unwrap_or_default();
    let part: String = text.chars().skip(bounds(start)).take(bounds(end - start)).collect();
    Ok(part.into())
}

fn title(a: &Arguments<'_>) -> Answer {
    let mut title = String::new();
    let mut at_start = true;
    for character in a.text(0)?.chars() {
        if at_start {
            title.extend(character.to_uppercase());
        } else {
            title.push(character);
        }
        at_start = !character.is_alphanumeric() && character != '\'' && character != '_';
    }
    Ok(title.into())
}

fn trim(a: &Arguments<'_>) -> Answer {
    let cut: Vec<char> = a.text(1)?.chars().collect();
    Ok(a.text(0)?.trim_matches(|c| cut.contains(&c)).into())
}
