use crate::config::{folder, same, value_in};
use leeward::config::Inputs;

const FILES: &[(&str, &str)] = &[
    ("a.txt", "hello\n"),
    ("t/greet.tmpl", "hi ${name}%{ for x in list }, ${x}%{ endfor }"),
    ("t/broken.tmpl", "hi ${name"),
    ("t/more/b.tmpl", "x"),
    ("self.tmpl", "a${templatefile(\"self.tmpl\", {})}"),
];

fn shown(expression: &str) -> String {
    let folder = folder(FILES);
    let environment = [("HOME".to_owned(), "/home/u".to_owned())].into();
    match value_in(folder.path(), &Inputs { environment, ..Inputs::default() }, expression) {
        Ok(value) => value.to_string(),
        Err(diagnostics) => diagnostics.to_string(),
    }
}

#[test]
fn paths() {
    same(&[
        ("basename(\"a/b.txt\")", "\"b.txt\""),
        ("dirname(\"a/b.txt\")", "\"a\""),
        ("dirname(\"b.txt\")", "\".\""),
        ("abspath(\"/a/b\")", "\"/a/b\""),
    ]);
    assert_eq!(shown("pathexpand(\"~/x\")"), "\"/home/u/x\"");
    assert_eq!(shown("pathexpand(\"/x\")"), "\"/x\"");
    assert_eq!(shown("[path.module, path.root]"), "[\n  \".\",\n  \".\",\n]");
}

#[test]
fn files() {
    assert_eq!(shown("file(\"a.txt\")"), "\"hello\\n\"");
    assert_eq!(shown("filebase64(\"a.txt\")"), "\"aGVsbG8K\"");
    assert_eq!(shown("filesha256(\"a.txt\") == sha256(file(\"a.txt\"))"), "true");
    assert_eq!(shown("filesha512(\"a.txt\") == sha512(file(\"a.txt\"))"), "true");
    assert_eq!(shown("filebase64sha256(\"a.txt\") == base64sha256(file(\"a.txt\"))"), "true");
    assert_eq!(shown("filebase64sha512(\"a.txt\") == base64sha512(file(\"a.txt\"))"), "true");
    assert_eq!(
        shown("[fileexists(\"a.txt\"), fileexists(\"b.txt\"), fileexists(\"t\")]"),
        "[\n  true,\n  false,\n  false,\n]"
    );
    assert_eq!(shown("join(\" \", fileset(\".\", \"t/*.tmpl\"))"), "\"t/broken.tmpl t/greet.tmpl\"");
    assert_eq!(shown("join(\" \", fileset(\"t\", \"**/*.tmpl\"))"), "\"broken.tmpl greet.tmpl more/b.tmpl\"");
    assert!(shown("file(\"none.txt\")").contains("LW0116"));
}

#[test]
fn template_files() {
    let greet = |variables: &str| shown(&format!("templatefile(\"t/greet.tmpl\", {variables})"));
    assert_eq!(greet("{ name = \"you\", list = [1, 2] }"), "\"hi you, 1, 2\"");
    assert_eq!(greet("{ name = sensitive(\"you\"), list = [] }"), "(sensitive)");
    assert!(greet("{ list = [] }").contains("t/greet.tmpl:1"), "{}", greet("{ list = [] }"));
    assert!(shown("templatefile(\"t/broken.tmpl\", {})").contains("is not a template"));
    assert!(shown("templatefile(\"self.tmpl\", {})").contains("LW0127"));
    assert_eq!(shown("templatestring(\"$${a}-$${upper(a)}\", { a = \"x\" })"), "\"x-X\"");
    assert!(!shown("templatestring(sensitive(\"tops3cret $${\"), {})").contains("tops3cret"));
}
