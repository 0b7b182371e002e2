use super::value_in;
use leeward::config::{Inputs, SourceFile, Value, evaluate, format};
use proptest::prelude::*;

/// Leaves of expressions; `SECRET` stands for something sensitive.
fn leaf() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("null".to_owned()),
        any::<bool>().prop_map(|b| b.to_string()),
        (-1000_i32..1000).prop_map(|n| n.to_string()),
        (0_u64..u64::MAX).prop_map(|n| format!("{n}.5")),
        "[a-z ü\\\\n]{0,6}".prop_map(|text| format!("\"{}\"", text.replace('\\', "\\\\"))),
        Just("[]".to_owned()),
        Just("{}".to_owned()),
        Just("nope.x".to_owned()),
    ]
}

const FUNCTIONS: &[&str] = &[
    "upper",
    "length",
    "keys",
    "values",
    "jsonencode",
    "tostring",
    "tonumber",
    "flatten",
    "sort",
    "reverse",
    "sum",
    "toset",
    "one",
    "abs",
    "ceil",
    "base64decode",
    "jsondecode",
    "yamldecode",
    "csvdecode",
    "urldecode",
    "title",
    "distinct",
    "compact",
    "range",
    "transpose",
    "alltrue",
    "cidrnetmask",
    "file",
    "nope",
    "signum",
    "chomp",
    "min",
];

const FUNCTIONS_OF_TWO: &[&str] = &[
    "merge",
    "concat",
    "lookup",
    "element",
    "contains",
    "index",
    "join",
    "split",
    "format",
    "regex",
    "pow",
    "log",
    "chunklist",
    "zipmap",
    "setproduct",
    "coalesce",
    "try",
    "trim",
    "cidrhost",
    "formatlist",
    "parseint",
    "indent",
    "setunion",
    "matchkeys",
    "templatestring",
    "range",
    "strcontains",
    "regexall",
];

fn expression(leaf: impl Strategy<Value = String> + 'static) -> impl Strategy<Value = String> {
    leaf.prop_recursive(4, 24, 3, |inner| {
        let operators =
            prop::sample::select(vec!["+", "-", "*", "/", "%", "==", "!=", "<", ">=", "&&", "||"]);
        prop_oneof![
            (inner.clone(), operators, inner.clone())
                .prop_map(|(a, operator, b)| format!("({a}) {operator} ({b})")),
            (inner.clone(), inner.clone(), inner.clone())
                .prop_map(|(c, a, b)| format!("({c}) ? ({a}) : ({b})")),
            prop::collection::vec(inner.clone(), 0..3).prop_map(|all| format!("[{}]", all.join(", "))),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{{ a = {a}, (\"b\") = {b} }}")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a})[{b}]")),
            inner.clone().prop_map(|a| format!("({a})[*].a")),
            inner.clone().prop_map(|a| format!("\"x${{{a}}}y\"")),
            inner.clone().prop_map(|a| format!("[for x in ({a}) : x]")),
            inner.clone().prop_map(|a| format!("{{ for k, v in ({a}) : k => v... }}")),
            (prop::sample::select(FUNCTIONS), inner.clone()).prop_map(|(f, a)| format!("{f}({a})")),
            (prop::sample::select(FUNCTIONS_OF_TWO), inner.clone(), inner)
                .prop_map(|(f, a, b)| format!("{f}({a}, {b})")),
        ]
    })
}

fn blocks() -> impl Strategy<Value = String> {
    let space = prop::sample::select(vec!["", " ", "   ", "\t"]);
    let comment = prop::sample::select(vec!["", "# c", " // d", "/* e */"]);
    let attribute = ("[a-z]{1,8}", space, expression(leaf()), comment)
        .prop_map(|(name, space, value, comment)| format!("{space}{name}{space}={space}{value} {comment}\n"));
    let heredoc =
        "[a-z]{1,5}".prop_map(|name| format!("{name} = <<-EOT\n  text ${{1  +  2}}\n   more\n  EOT\n"));
    let line = prop_oneof![
        4 => attribute,
        1 => heredoc,
        1 => Just("\n".to_owned()),
        1 => Just("   # a comment of its own\n".to_owned()),
        1 => Just("o = {\na = 1\n   bb=2 # x\n}\n".to_owned()),
    ];
    prop::collection::vec((any::<bool>(), prop::collection::vec(line, 0..5)), 0..4).prop_map(|parts| {
        let mut text = String::new();
        for (number, (block, lines)) in parts.into_iter().enumerate() {
            // Names of attributes must differ in a body.
            let lines: String = lines
                .into_iter()
                .enumerate()
                .map(|(line, text)| match text.trim_start().chars().next() {
                    Some(first) if first.is_ascii_lowercase() => {
                        format!("p{number}x{line}{}", text.trim_start())
                    }
                    _ => text,
                })
                .collect();
            text.push_str(&if block { format!("block   \"x\"{{\n{lines}}}\n") } else { lines });
        }
        text
    })
}

const ESTATE: &str = include_str!("estate.hcl");

/// What a slip of a finger or a merge leaves behind.
const PIECES: &[&str] = &[
    "",
    "\"",
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    "${",
    "%{",
    "=",
    ",",
    "\n",
    " ",
    "#",
    "/*",
    "<<EOT\n",
    "é",
    "-1",
    "null",
    "each.key",
    "for_each = {}\n",
    "count = 2\n",
    "local.x",
    "pair.orders.active",
    "topic.orders",
    "*",
    "...",
    "0",
    "\\",
];

/// Whether a value could show anything that is not marked.
fn shows(value: &Value, secret: &str) -> bool {
    value.to_string().contains(secret)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn evaluation_never_panics(expression in expression(leaf())) {
        let empty = tempfile::tempdir().unwrap();
        let answer = evaluate(empty.path(), &Inputs::default(), &[&expression]);
        // A panic in the evaluating thread would come back as this.
        if let Err(diagnostics) = answer {
            prop_assert!(!diagnostics.to_string().contains("defect"), "{}: {}", expression, diagnostics);
        }
    }

    #[test]
    fn a_secret_is_never_lost(
        expression in expression(prop_oneof![
            Just("sensitive(\"tops3cret\")".to_owned()),
            Just("sensitive([\"tops3cret\"])".to_owned()),
            Just("[sensitive(\"tops3cret\")]".to_owned()),
            Just("{ a = sensitive(\"tops3cret\") }".to_owned()),
            leaf(),
        ])
    ) {
        let empty = tempfile::tempdir().unwrap();
        if let Ok(value) = value_in(empty.path(), &Inputs::default(), &expression) {
            prop_assert!(!shows(&value, "tops3cret"), "{} is {}", expression, value);
            let debug = format!("{value:?}");
            prop_assert!(!debug.contains("tops3cret"));
        }
    }

    #[test]
    fn a_fault_never_tells_a_secret(expression in expression(prop_oneof![Just("env(\"S\")".to_owned()), leaf()])) {
        let empty = tempfile::tempdir().unwrap();
        let inputs = Inputs { environment: [("S".to_owned(), "tops3cret".to_owned())].into(), ..Inputs::default() };
        if let Err(diagnostics) = value_in(empty.path(), &inputs, &expression) {
            let all = format!("{diagnostics:?}");
            prop_assert!(!all.contains("tops3cret"), "{}: {}", expression, all);
        }
    }

    #[test]
    fn formatting_again_changes_nothing(text in blocks()) {
        let file = SourceFile::new("a.hcl", text.as_str());
        if let Ok(once) = format(&file) {
            let twice = format(&SourceFile::new("a.hcl", once.as_str())).unwrap();
            prop_assert_eq!(&once, &twice, "from {:?}", text);
            let bare = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            prop_assert_eq!(bare(&text), bare(&once));
        }
    }

    #[test]
    fn a_damaged_estate_is_loaded_or_refused(
        damage in prop::collection::vec((any::<prop::sample::Index>(), 0_usize..12, prop::sample::select(PIECES)), 1..4)
    ) {
        let mut text = ESTATE.to_owned();
        for (at, removed, inserted) in damage {
            let start = text.floor_char_boundary(at.index(text.len()));
            let end = text.ceil_char_boundary((start + removed).min(text.len()));
            text.replace_range(start..end, inserted);
        }
        let folder = super::folder(&[("a.hcl", &text)]);
        if let Err(diagnostics) = leeward::config::load(folder.path(), &Inputs::default()) {
            prop_assert!(!diagnostics.to_string().contains("defect"), "{}: {}", text, diagnostics);
            leeward::report::diagnostics::text(&diagnostics, false);
        }
        if let Ok(formatted) = format(&SourceFile::new("a.hcl", text.as_str())) {
            prop_assert_eq!(&format(&SourceFile::new("a.hcl", formatted.as_str())).unwrap(), &formatted);
        }
    }

    #[test]
    fn any_text_at_all_is_loaded_or_refused(text in "\\PC{0,60}") {
        let folder = super::folder(&[("a.hcl", &text)]);
        if let Err(diagnostics) = leeward::config::load(folder.path(), &Inputs::default()) {
            prop_assert!(!diagnostics.to_string().contains("defect"), "{}: {}", text, diagnostics);
            leeward::report::diagnostics::text(&diagnostics, false);
        }
    }
}
