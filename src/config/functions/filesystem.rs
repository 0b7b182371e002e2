//! Files and paths. Relative paths start from the root folder of the configuration.

use super::arguments::{Arguments, Refusal};
use super::{Answer, Function};
use crate::config::eval::{Binding, Evaluator, parse_template_text};
use crate::config::source::{SourceFile, shown};
use crate::config::value::Value;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("abspath(path)", 1, 1, |a| {
        let absolute = std::path::absolute(resolved(a, 0)?).map_err(|error| error.to_string())?;
        Ok(absolute.display().to_string().into())
    }),
    Function::new("basename(path)", 1, 1, |a| {
        let path = a.text(0)?;
        Ok(Path::new(&*path)
            .file_name()
            .map_or_else(String::new, |name| name.to_string_lossy().into())
            .into())
    }),
    Function::new("dirname(path)", 1, 1, |a| {
        let path = a.text(0)?;
        let parent = Path::new(&*path).parent().map(|parent| parent.display().to_string());
        Ok(parent.filter(|parent| !parent.is_empty()).unwrap_or_else(|| ".".to_owned()).into())
    }),
    Function::new("file(path)", 1, 1, |a| text_of(a).map(Value::from)),
    Function::new("filebase64(path)", 1, 1, |a| Ok(STANDARD.encode(read(a)?).into())),
    Function::new("fileexists(path)", 1, 1, |a| Ok(resolved(a, 0)?.is_file().into())),
    Function::new("fileset(path, pattern)", 2, 2, fileset),
    Function::new("pathexpand(path)", 1, 1, |a| Ok(expanded(a, &a.text(0)?).display().to_string().into())),
    Function::seeing("templatefile(path, variables)", 2, 2, templatefile),
    Function::seeing("templatestring(text, variables)", 2, 2, templatestring),
];

/// The bytes of the file that the first argument names.
pub(super) fn read(a: &Arguments<'_>) -> Result<Vec<u8>, Refusal> {
    let path = resolved(a, 0)?;
    let bytes = std::fs::read(&path)
        .map_err(|error| Arguments::refuse(0, format!("{} cannot be read: {error}", path.display())))?;
    a.evaluator.names.file_read(&path, &bytes);
    Ok(bytes)
}

fn text_of(a: &Arguments<'_>) -> Result<String, Refusal> {
    String::from_utf8(read(a)?)
        .map_err(|_| Arguments::refuse(0, "the file is not UTF-8 text; filebase64 reads any file"))
}

fn resolved(a: &Arguments<'_>, index: usize) -> Result<PathBuf, Refusal> {
    Ok(a.evaluator.names.folder().join(expanded(a, &a.text(index)?)))
}

fn expanded(a: &Arguments<'_>, path: &str) -> PathBuf {
    let home = || a.evaluator.names.environment("HOME").map(PathBuf::from);
    match path.strip_prefix('~') {
        Some(rest) if rest.is_empty() || rest.starts_with('/') => {
            home().map_or_else(|| PathBuf::from(path), |home| home.join(rest.trim_start_matches('/')))
        }
        _ => PathBuf::from(path),
    }
}

/// The files below a folder whose path relative to it matches; `*` stays in a folder, `**` goes through.
fn fileset(a: &Arguments<'_>) -> Answer {
    let folder = resolved(a, 0)?;
    let pattern = super::regular::compiled(&glob(&a.text(1)?), 1)?;
    let mut found = Vec::new();
    let mut open = vec![folder.clone()];
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(&next).into_iter().flatten().flatten() {
            let path = entry.path();
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            let name = shown(&path, &folder);
            if is_folder {
                open.push(path);
            } else if pattern.is_match(&name) {
                found.push(Value::from(name));
            }
        }
    }
    Ok(Value::set(found))
}

/// A glob as a regular expression.
fn glob(pattern: &str) -> String {
    let escaped = regex::escape(pattern);
    let body = escaped
        .replace(r"\*\*/", "(?:.*/)?")
        .replace(r"\*\*", ".*")
        .replace(r"\*", "[^/]*")
        .replace(r"\?", "[^/]")
        .replace(r"\{", "(?:")
        .replace(r"\}", ")")
        .replace(',', "|");
    format!("^{body}$")
}

fn templatefile(a: &Arguments<'_>) -> Answer {
    let mark = a.value(0).is_sensitive();
    let path = resolved(a, 0)?;
    let file = SourceFile::new(shown(&path, a.evaluator.names.folder()), text_of(a)?);
    rendered(a, &file).map(|value| value.marked(mark))
}

fn templatestring(a: &Arguments<'_>) -> Answer {
    let mark = a.value(0).is_sensitive();
    let file = SourceFile::new("templatestring", &*a.text(0)?);
    let answer = rendered(a, &file).map(|value| value.marked(mark));
    // The excerpt of a sensitive template would show it.
    if mark { answer.map_err(|_| "the template, which is sensitive, is faulty".into()) } else { answer }
}

/// Evaluates a template that sees nothing but the variables of the second argument.
fn rendered(a: &Arguments<'_>, file: &Arc<SourceFile>) -> Answer {
    let mark = a.value(1).is_sensitive();
    let template = parse_template_text(file)?;
    let variables: Vec<_> = a.map(1)?.iter().collect();
    let evaluator = Evaluator { file, bindings: None, ..*a.evaluator };
    let value = with_bindings(&evaluator, &variables, &template)?;
    let mark = mark || value.holds_sensitive();
    let text = value.to_text().ok_or_else(|| Refusal::from("the template gives no string"))?;
    Ok(Value::String(text).marked(mark))
}

fn with_bindings(
    evaluator: &Evaluator<'_>,
    variables: &[(&Arc<str>, &Value)],
    template: &hcl_edit::template::Template,
) -> Answer {
    let bindings = evaluator.bindings;
    match variables.split_first() {
        None => Ok(evaluator.template(template)?),
        Some(((name, value), rest)) => {
            let binding = Binding { name, value: (*value).clone(), outer: bindings };
            with_bindings(&Evaluator { bindings: Some(&binding), ..*evaluator }, rest, template)
        }
    }
}
