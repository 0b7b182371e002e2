//! Long flags with one dash, as Terraform's users type them.

/// Turns `-detailed-exitcode` into `--detailed-exitcode`; everything behind `--` is left alone.
///
/// A single letter (`-h`) stays a short flag, and so does a negative number.
pub fn normalized(arguments: impl Iterator<Item = String>) -> Vec<String> {
    let mut rest_is_verbatim = false;
    arguments
        .map(|argument| {
            rest_is_verbatim |= argument == "--";
            let long_with_one_dash = argument.len() > 2
                && argument.starts_with('-')
                && argument[1..].starts_with(|c: char| c.is_ascii_alphabetic());
            if long_with_one_dash && !rest_is_verbatim { format!("-{argument}") } else { argument }
        })
        .collect()
}
