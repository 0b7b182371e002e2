//! HTML that can't be broken out of: text becomes markup only by being escaped.

/// A piece of HTML.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Markup(String);

impl Markup {
    /// A text whose characters mean nothing to HTML, in content and in quoted attributes.
    pub fn text(text: &str) -> Self {
        let mut escaped = String::with_capacity(text.len());
        for character in text.chars() {
            match character {
                '&' => escaped.push_str("&amp;"),
                '<' => escaped.push_str("&lt;"),
                '>' => escaped.push_str("&gt;"),
                '"' => escaped.push_str("&quot;"),
                '\'' => escaped.push_str("&#39;"),
                // A control character would be no HTML; a line break is one in a `pre`.
                control if control.is_control() && !matches!(control, '\n' | '\t') => {
                    escaped.push(char::REPLACEMENT_CHARACTER);
                }
                character => escaped.push(character),
            }
        }
        Self(escaped)
    }

    /// What stands side by side.
    pub fn all(parts: impl IntoIterator<Item = Self>) -> Self {
        Self(parts.into_iter().map(|part| part.0).collect())
    }

    /// `<tag class="class">inner</tag>`; tag and class are the program's own words.
    pub fn element(tag: &'static str, class: &'static str, inner: Self) -> Self {
        Self::with(tag, class, "", "", inner)
    }

    /// The same with one more attribute, whose value may be anything.
    pub fn with(
        tag: &'static str,
        class: &'static str,
        name: &'static str,
        value: &str,
        inner: Self,
    ) -> Self {
        let class = if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") };
        let more =
            if name.is_empty() { String::new() } else { format!(" {name}=\"{}\"", Self::text(value).0) };
        Self(format!("<{tag}{class}{more}>{}</{tag}>\n", inner.0))
    }

    /// The whole page, in one file.
    pub fn page(title: &str, style: &'static str, body: Self) -> String {
        let title = Self::text(title).0;
        format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n<title>{title}</title>\n\
             <style>\n{style}</style>\n</head>\n<body>\n{}</body>\n</html>\n",
            body.0
        )
    }
}
