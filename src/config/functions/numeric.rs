//! Numbers.

use super::arguments::{Arguments, Refusal};
use super::{ANY, Answer, Function};
use crate::config::value::Value;
use rust_decimal::Decimal;
use rust_decimal::prelude::{FromPrimitive, ToPrimitive};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("abs(number)", 1, 1, |a| Ok(a.number(0)?.abs().into())),
    Function::new("ceil(number)", 1, 1, |a| Ok(a.number(0)?.ceil().into())),
    Function::new("floor(number)", 1, 1, |a| Ok(a.number(0)?.floor().into())),
    Function::new("log(number, base)", 2, 2, log),
    Function::new("max(number, …)", 1, ANY, |a| extreme(a, Iterator::max)),
    Function::new("min(number, …)", 1, ANY, |a| extreme(a, Iterator::min)),
    Function::new("parseint(string, base)", 2, 2, parseint),
    Function::new("pow(number, power)", 2, 2, pow),
    Function::new("signum(number)", 1, 1, |a| {
        let number = a.number(0)?;
        Ok(Value::from(if number.is_zero() {
            0_i64
        } else if number.is_sign_negative() {
            -1
        } else {
            1
        }))
    }),
    Function::new("sum(list)", 1, 1, sum),
];

const TOO_LARGE: &str = "the result has more than 28 digits";

fn all(a: &Arguments<'_>) -> Result<Vec<Decimal>, Refusal> {
    (0..a.values.len()).map(|index| a.number(index)).collect()
}

fn extreme(a: &Arguments<'_>, pick: fn(std::vec::IntoIter<Decimal>) -> Option<Decimal>) -> Answer {
    pick(all(a)?.into_iter()).map(Value::Number).ok_or_else(|| "no number is given".into())
}

fn sum(a: &Arguments<'_>) -> Answer {
    let mut sum = Decimal::ZERO;
    for value in a.list(0)? {
        let number = value.to_number().ok_or_else(|| a.wrong(0, "a list of numbers"))?;
        sum = sum.checked_add(number).ok_or(TOO_LARGE)?;
    }
    Ok(sum.into())
}

fn log(a: &Arguments<'_>) -> Answer {
    let (number, base) = (float(a.number(0)?), float(a.number(1)?));
    let answer = Decimal::from_f64(number.ln() / base.ln());
    answer.map(Value::Number).ok_or_else(|| "the logarithm of these is no number".into())
}

fn pow(a: &Arguments<'_>) -> Answer {
    let (number, power) = (a.number(0)?, a.number(1)?);
    if let Some(whole) = a.value(1).to_integer().filter(|power| (0..=10_000).contains(power)) {
        let mut answer = Decimal::ONE;
        for _ in 0..whole {
            answer = answer.checked_mul(number).ok_or(TOO_LARGE)?;
        }
        return Ok(answer.into());
    }
    let answer = Decimal::from_f64(float(number).powf(float(power)));
    answer.map(Value::Number).ok_or_else(|| "the power of these is no number of up to 28 digits".into())
}

fn parseint(a: &Arguments<'_>) -> Answer {
    let text = a.text(0)?;
    let base = u32::try_from(a.integer(1)?).ok().filter(|base| (2..=36).contains(base));
    let base = base.ok_or_else(|| Arguments::refuse(1, "a base from 2 to 36 is needed"))?;
    let number = i64::from_str_radix(&text, base);
    number.map(Value::from).map_err(|_| Arguments::refuse(0, format!("no whole number of base {base}")))
}

fn float(number: Decimal) -> f64 {
    number.to_f64().unwrap_or(f64::NAN)
}
