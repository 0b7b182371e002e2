//! Which words have a space between them: the rules of `hclwrite`, which Terraform formats with.

use super::token::{Kind, Token};

/// True when a space belongs between `left` and `right`; `before` is the word before `left`.
pub(super) fn space_between(before: Option<&Token<'_>>, left: &Token<'_>, right: &Token<'_>) -> bool {
    use Kind::{
        Bang, Close, Colon, Comma, Dot, DoubleColon, Ellipsis, Equal, Minus, Name, Number, Open, Operator,
        Question,
    };
    let before = before.map(|token| token.kind);
    match (left.kind, right.kind) {
        // A call, an attribute, the end of an argument.
        (Name, Open) if right.text == "(" => false,
        (Name, DoubleColon) | (DoubleColon, Name) => false,
        (Dot, _) | (_, Dot | Comma | Ellipsis) => false,
        (Comma, _) => true,
        // `in [a, b]` of a for expression is no index.
        (Name, Open) if left.text == "in" && before == Some(Name) && right.text == "[" => true,
        (Name | Number | Close, Open) if right.text == "[" => false,
        (Bang, _) => false,
        // A minus behind what cannot end an expression is a sign.
        (Minus, _) => {
            !matches!(before, None | Some(Open | Equal | Colon | Comma | Question | Operator | Minus | Bang))
        }
        (Open, Close) => false,
        (Open, _) if left.text == "{" => true,
        (_, Close) if right.text == "}" => true,
        (Open, _) | (_, Close) => false,
        _ => true,
    }
}
