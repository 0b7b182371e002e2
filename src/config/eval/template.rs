//! Templates: text with `${…}` and `%{…}` in it.

use super::{Binding, Evaluator, Faults, name};
use crate::config::code::Code;
use crate::config::diagnostic::Diagnostic;
use crate::config::value::Value;
use hcl_edit::template::{Directive, Element, ForDirective, HeredocTemplate, IfDirective, Strip, Template};
use std::borrow::Cow;

/// The longest text that a template may make: more is a slip, and would only be met as exhausted memory.
const LONGEST: usize = 64 << 20;

/// Text in the making, and whether something sensitive went into it.
#[derive(Default)]
struct Text {
    text: String,
    mark: bool,
    /// How far the lines inside of directives of a `<<-` heredoc are moved to the left: the parser has moved the
    /// other ones already.
    dedent: usize,
}

impl Evaluator<'_> {
    /// The text of a template; one that is nothing but `${…}` keeps the type of its value.
    pub(in crate::config) fn template(&self, template: &Template) -> Result<Value, Faults> {
        if let Some(Element::Interpolation(only)) = template.as_single_element() {
            return self.value(&only.expr);
        }
        self.dedented(template, 0)
    }

    /// The text of a heredoc.
    pub(super) fn heredoc(&self, heredoc: &HeredocTemplate) -> Result<Value, Faults> {
        self.dedented(&heredoc.template, heredoc.indent().unwrap_or_default())
    }

    fn dedented(&self, template: &Template, dedent: usize) -> Result<Value, Faults> {
        let mut out = Text { dedent, ..Text::default() };
        self.write(template, 0, &mut out)?;
        Ok(Value::from(out.text).marked(out.mark))
    }

    fn write(&self, template: &Template, dedent: usize, out: &mut Text) -> Result<(), Faults> {
        let mut faults = Faults::default();
        let elements: Vec<&Element> = template.iter().collect();
        for (index, element) in elements.iter().enumerate() {
            let written = match element {
                Element::Literal(text) => {
                    let before = index.checked_sub(1).and_then(|i| elements.get(i));
                    let strip_start = before.is_some_and(|e| strips(e).1);
                    let strip_end = elements.get(index + 1).is_some_and(|e| strips(e).0);
                    out.text.push_str(stripped(&moved(text.value(), dedent), strip_start, strip_end));
                    Ok(())
                }
                Element::Interpolation(interpolation) => self.write_value(&interpolation.expr, out),
                Element::Directive(directive) => match directive.as_ref() {
                    Directive::If(directive) => self.write_if(directive, out),
                    Directive::For(directive) => self.write_for(directive, out),
                },
            };
            faults.keep(written);
        }
        faults.unless_any(())
    }

    fn write_value(&self, expression: &hcl_edit::expr::Expression, out: &mut Text) -> Result<(), Faults> {
        let value = self.value(expression)?;
        out.mark |= value.is_sensitive();
        if let Some(text) = value.to_text() {
            if out.text.len() + text.len() > LONGEST {
                return Err(Diagnostic::error(Code::TooDeep, "this text becomes too long")
                    .at(self.place(expression), format!("more than {LONGEST} bytes"))
                    .into());
            }
            out.text.push_str(&text);
            return Ok(());
        }
        let hint = match value.bare() {
            Value::Null => "a default for null: coalesce(value, \"\")".to_owned(),
            Value::Block(block) => format!("use an attribute of {0}, such as {0}.name", block.address),
            _ => "join(\", \", list) or jsonencode(value) makes a string of it".to_owned(),
        };
        Err(Diagnostic::error(Code::WrongType, format!("{} cannot be part of a string", value.type_name()))
            .at(self.place(expression), format!("this is {}", value.described()))
            .help(hint)
            .into())
    }

    fn write_if(&self, directive: &IfDirective, out: &mut Text) -> Result<(), Faults> {
        let then = &directive.if_expr;
        let (holds, mark) = self.condition(&then.cond_expr, "the condition of %{ if }")?;
        out.mark |= mark;
        let after_if = then.strip.strip_end();
        if holds {
            let next = directive.else_expr.as_ref().map_or(directive.endif_expr.strip, |e| e.strip);
            return self.write_part(&then.template, after_if, next.strip_start(), out);
        }
        match &directive.else_expr {
            Some(otherwise) => {
                let before_end = directive.endif_expr.strip.strip_start();
                self.write_part(&otherwise.template, otherwise.strip.strip_end(), before_end, out)
            }
            None => Ok(()),
        }
    }

    fn write_for(&self, directive: &ForDirective, out: &mut Text) -> Result<(), Faults> {
        let intro = &directive.for_expr;
        let (entries, mark) = self.entries(&intro.collection_expr)?;
        out.mark |= mark;
        let strip_end = directive.endfor_expr.strip.strip_start();
        for (key, value) in entries {
            let value_binding = Binding { name: name(&intro.value_var), value, outer: self.bindings };
            let key_binding;
            let inner = match &intro.key_var {
                Some(key_var) => {
                    key_binding = Binding { name: name(key_var), value: key, outer: Some(&value_binding) };
                    self.within(&key_binding)
                }
                None => self.within(&value_binding),
            };
            inner.write_part(&intro.template, intro.strip.strip_end(), strip_end, out)?;
        }
        Ok(())
    }

    /// Writes the inner template of a directive, without the space that its markers take away.
    fn write_part(&self, part: &Template, start: bool, end: bool, out: &mut Text) -> Result<(), Faults> {
        let mut inner = Text { dedent: out.dedent, ..Text::default() };
        self.write(part, out.dedent, &mut inner)?;
        out.mark |= inner.mark;
        let start = start && part.iter().next().is_some_and(Element::is_literal);
        let end = end && part.iter().last().is_some_and(Element::is_literal);
        out.text.push_str(stripped(&inner.text, start, end));
        Ok(())
    }
}

/// Whether an element takes the space before and behind it away.
fn strips(element: &Element) -> (bool, bool) {
    let of = |first: Strip, last: Strip| (first.strip_start(), last.strip_end());
    match element {
        Element::Literal(_) => (false, false),
        Element::Interpolation(interpolation) => of(interpolation.strip, interpolation.strip),
        Element::Directive(directive) => match directive.as_ref() {
            Directive::If(directive) => of(directive.if_expr.strip, directive.endif_expr.strip),
            Directive::For(directive) => of(directive.for_expr.strip, directive.endfor_expr.strip),
        },
    }
}

/// The text with its lines, but for what stands before the first line end, moved to the left.
fn moved(text: &str, dedent: usize) -> Cow<'_, str> {
    if dedent == 0 || !text.contains('\n') {
        return Cow::Borrowed(text);
    }
    let mut lines = text.split('\n');
    let mut moved = lines.next().unwrap_or_default().to_owned();
    for line in lines {
        let space = line.bytes().take(dedent).take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        moved.push('\n');
        moved.push_str(&line[space..]);
    }
    Cow::Owned(moved)
}

fn stripped(text: &str, start: bool, end: bool) -> &str {
    let text = if start { text.trim_start() } else { text };
    if end { text.trim_end() } else { text }
}
