//! What a code means: for a terminal, and as the page `docs/findings.md`.

use crate::config::Code;
use crate::policy::{Rule, rules};
use std::fmt::Write;

const WIDTH: usize = 96;

/// All codes, a line each.
pub fn listing() -> String {
    let mut text = String::from("What leeward finds in a plan, and what it can say of a configuration.\n");
    let mut subject = "";
    for rule in rules() {
        if rule.subject() != subject {
            subject = rule.subject();
            let _ = write!(text, "\n{subject}\n");
        }
        let _ = writeln!(text, "  {}  {:7}  {}", rule.code, rule.severity.to_string(), rule.title);
    }
    text.push_str("\nConfiguration\n");
    for code in Code::ALL {
        let said = in_one_line(code.explanation());
        let first = said.split_inclusive(". ").next().unwrap_or_default();
        let first = first.trim_end().trim_end_matches('.');
        let _ = writeln!(text, "  {code}  error    {}", first.replace('`', ""));
    }
    text.push_str("\nMore of one:  leeward explain CODE\n");
    text
}

/// All that there is to say of a rule.
pub fn of_rule(rule: &Rule) -> String {
    let mut text = format!("{}  {}: {}\n\n", rule.code, rule.severity, rule.title);
    paragraph(&mut text, "", rule.what);
    text.push('\n');
    for (label, part) in [("Why", rule.why), ("Source", rule.source), ("Do", rule.fix)] {
        paragraph(&mut text, label, part);
    }
    text.push_str("\nExample\n");
    for line in rule.example.lines() {
        let _ = writeln!(text, "{}", format!("    {line}").trim_end());
    }
    let _ = write!(text, "\nLet it pass, with a reason that is kept:  -ignore {}=\"why\"\n", rule.code);
    text
}

/// All that there is to say of a configuration's fault.
pub fn of_code(code: Code) -> String {
    let mut text = format!("{code}  error: the configuration is not valid\n\n");
    paragraph(&mut text, "", &in_one_line(code.explanation()));
    text
}

/// The page that explains all rules, in Markdown.
pub fn page() -> String {
    let mut text = String::from(
        "# Findings\n\nWhat leeward says of a plan beside its changes. A finding of severity error stops an apply;\n\
         `-ignore CODE=REASON` lets it pass, and the reason is kept in the plan.\n\n\
         This page is made from the rules in `src/policy/rules`; a test keeps it so.\n",
    );
    let mut subject = "";
    for rule in rules() {
        if rule.subject() != subject {
            subject = rule.subject();
            let _ = write!(text, "\n## {subject}\n");
        }
        let Rule { code, title, severity, what, why, source, fix, example, .. } = rule;
        let _ = write!(text, "\n### {code}: {title}\n\n**{severity}.** {}\n\n", prose(what));
        let _ = write!(text, "{}\n\n{}\n\n", prose(why), prose(fix));
        let _ = write!(text, "```hcl\n{example}\n```\n\nSource: {}.\n", prose(source));
    }
    text
}

/// A paragraph, wrapped, its label to its left.
fn paragraph(text: &mut String, label: &str, words: &str) {
    let mut margin = if label.is_empty() { String::new() } else { format!("{label:8}") };
    let indent = " ".repeat(margin.len());
    let mut line = String::new();
    for word in words.split_whitespace() {
        if !line.is_empty() && margin.len() + line.len() + 1 + word.len() > WIDTH {
            let _ = writeln!(text, "{margin}{line}");
            margin.clone_from(&indent);
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    let _ = writeln!(text, "{margin}{line}");
}

fn in_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Words in which Markdown finds no markup: names hold `*` and `_`.
fn prose(words: &str) -> String {
    words.replace('\\', "\\\\").replace('*', "\\*").replace('_', "\\_")
}
