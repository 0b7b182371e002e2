//! What is wrong with a configuration, for people and for machines.

use crate::config::{Diagnostic, Diagnostics, Label, Place, Severity, SourceFile, Visible};
use annotate_snippets::{AnnotationKind, Group, Level, Patch, Renderer, Snippet};
use schemars::JsonSchema;
use serde::Serialize;
use std::borrow::Cow;
use std::sync::Arc;

/// How wide an excerpt is where the terminal does not say.
const WIDTH: usize = 140;

/// The diagnostics as text, each with its excerpt of the source; styled for a terminal or plain.
pub fn text(diagnostics: &Diagnostics, styled: bool) -> String {
    let renderer = if styled { Renderer::styled() } else { Renderer::plain() }.term_width(WIDTH);
    let rendered = diagnostics.iter().map(|diagnostic| renderer.render(&report(diagnostic)));
    rendered.map(|text| format!("{}\n", text.trim_end())).collect::<Vec<_>>().join("\n")
}

fn report(diagnostic: &Diagnostic) -> Vec<Group<'_>> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut main = Group::with_title(level.primary_title(&diagnostic.message).id(diagnostic.code.text()));
    for (file, labels) in by_file(diagnostic) {
        let window = Window::around(file, labels.iter().map(|(_, label)| &label.place));
        let annotations = labels.iter().map(|(kind, label)| {
            let annotation = kind.span(window.shifted(&label.place));
            if label.text.is_empty() { annotation } else { annotation.label(&label.text) }
        });
        let annotations: Vec<_> = annotations.collect();
        let snippet = Snippet::source(window.seen(diagnostic.visible, &labels));
        main = main.element(snippet.line_start(window.line).path(&file.path).annotations(annotations));
    }
    let mut groups = vec![main];
    match (&diagnostic.help, &diagnostic.patch) {
        (Some(help), Some(patch)) => {
            let window = Window::around(&patch.place.file, std::iter::once(&patch.place));
            let change = Patch::new(window.shifted(&patch.place), &patch.replacement);
            let snippet = Snippet::source(window.text).line_start(window.line).path(&patch.place.file.path);
            groups.push(Group::with_title(Level::HELP.secondary_title(help)).element(snippet.patch(change)));
        }
        (Some(help), None) => groups.push(Group::with_title(Level::HELP.secondary_title(help))),
        (None, _) => {}
    }
    groups
}

type Labels<'a> = Vec<(AnnotationKind, &'a Label)>;

/// The labels of each file, the file of the first label first.
fn by_file(diagnostic: &Diagnostic) -> Vec<(&Arc<SourceFile>, Labels<'_>)> {
    let mut files: Vec<(&Arc<SourceFile>, Labels<'_>)> = Vec::new();
    for (index, label) in diagnostic.labels.iter().enumerate() {
        let kind = if index == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
        match files.iter_mut().find(|(file, _)| Arc::ptr_eq(file, &label.place.file)) {
            Some((_, labels)) => labels.push((kind, label)),
            None => files.push((&label.place.file, vec![(kind, label)])),
        }
    }
    files
}

/// The lines of a file that some places lie in: the renderer goes through all the text that it is given, and a file
/// may be long and have many faults.
struct Window<'a> {
    text: &'a str,
    /// The number of its first line.
    line: usize,
    start: usize,
}

impl<'a> Window<'a> {
    fn around<'p>(file: &'a SourceFile, places: impl Iterator<Item = &'p Place>) -> Self {
        let (mut first, mut last) = (usize::MAX, 0);
        for place in places {
            first = first.min(place.range.start);
            last = last.max(place.range.end);
        }
        let text = file.text.as_str();
        let start = text.get(..first).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
        let end = text.get(last..).and_then(|rest| rest.find('\n')).map_or(text.len(), |at| last + at + 1);
        Self { text: text.get(start..end).unwrap_or(text), line: file.position(start).0, start }
    }

    /// What may be seen of it.
    fn seen(&self, visible: Visible, labels: &Labels<'_>) -> Cow<'a, str> {
        if visible == Visible::All {
            return Cow::Borrowed(self.text);
        }
        let shown: Vec<_> = labels.iter().map(|(_, label)| self.shifted(&label.place)).collect();
        Cow::Owned(visible.of(self.text, &shown))
    }

    fn shifted(&self, place: &Place) -> std::ops::Range<usize> {
        place.range.start.saturating_sub(self.start)..place.range.end.saturating_sub(self.start)
    }
}

/// The answer of `validate -json`, in Terraform's shape.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Validation {
    /// Grows in its first number when a reader has to change.
    format_version: &'static str,
    /// Whether there is no error.
    valid: bool,
    error_count: usize,
    warning_count: usize,
    diagnostics: Vec<Shown>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Shown {
    /// `error` or `warning`.
    severity: &'static str,
    /// Such as `LW0107`; `leeward explain` says more.
    code: &'static str,
    /// What is wrong.
    summary: String,
    /// What is said of the place, and what to do.
    detail: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    range: Option<Range>,
    #[serde(skip_serializing_if = "Option::is_none")]
    snippet: Option<Excerpt>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Range {
    filename: String,
    start: Position,
    end: Position,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Position {
    /// From 1.
    line: usize,
    /// In characters, from 1.
    column: usize,
    /// From 0.
    byte: usize,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Excerpt {
    /// The whole lines.
    code: String,
    start_line: usize,
    highlight_start_offset: usize,
    highlight_end_offset: usize,
}

impl Validation {
    /// The answer for these diagnostics.
    pub fn of(diagnostics: &Diagnostics) -> Self {
        Self {
            format_version: "1.0",
            valid: !diagnostics.has_errors(),
            error_count: diagnostics.count(Severity::Error),
            warning_count: diagnostics.count(Severity::Warning),
            diagnostics: diagnostics.iter().map(Shown::of).collect(),
        }
    }
}

impl Shown {
    fn of(diagnostic: &Diagnostic) -> Self {
        let label = diagnostic.labels.first().map(|label| label.text.clone()).filter(|text| !text.is_empty());
        let parts: Vec<String> = label.into_iter().chain(diagnostic.help.clone()).collect();
        Self {
            severity: diagnostic.severity.word(),
            code: diagnostic.code.text(),
            summary: diagnostic.message.clone(),
            detail: parts.join("; "),
            range: diagnostic.place().map(Range::of),
            snippet: diagnostic.place().map(|place| Excerpt::of(place, diagnostic.visible)),
        }
    }
}

impl Range {
    fn of(place: &Place) -> Self {
        let position = |byte: usize| {
            let (line, column) = place.file.position(byte);
            Position { line, column, byte }
        };
        Self {
            filename: place.file.path.clone(),
            start: position(place.range.start),
            end: position(place.range.end),
        }
    }
}

impl Excerpt {
    /// The whole lines of a place; offsets count bytes from their start.
    fn of(place: &Place, visible: Visible) -> Self {
        let text = &place.file.text;
        let start =
            text.get(..place.range.start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
        let rest = text.get(place.range.end..).unwrap_or_default();
        let end = place.range.end + rest.find('\n').unwrap_or(rest.len());
        let highlight = place.range.start - start..place.range.end - start;
        Self {
            code: visible.of(text.get(start..end).unwrap_or_default(), std::slice::from_ref(&highlight)),
            start_line: place.line(),
            highlight_start_offset: highlight.start,
            highlight_end_offset: highlight.end,
        }
    }
}
