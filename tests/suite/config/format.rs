use leeward::config::{SourceFile, format};

fn formatted(text: &str) -> String {
    format(&SourceFile::new("a.hcl", text)).unwrap()
}

#[test]
fn layout() {
    insta::assert_snapshot!(formatted(include_str!("untidy.hcl")), @r#"
    # top
    foo "bar" "baz" {
      a         = 1         # one
      bbbb      = [1, 2, 3] # two
      long_name = <<EOT
       keep  ${ x }
    EOT
      c = -1 - -2
      /* block */
      d = [for x in [1, 2] : x if x > 1] // yes
      e = { a = 1, "b" : 2 }
      f = {
        aa = 1
        bbb = foo(1, [2,
        3])
        c = x ? y : z
      }

      g = !true && a[0].b[*].c
      h = foo(bar...)
      i = "${ x  }" # inside of a string nothing moves
      j = a::b(1)
    }
    empty {}
    one { a = 1 }
    "#);
}

#[test]
fn pieces() {
    let cases = [
        ("a=1", "a = 1\n"),
        ("a=1\nlonger=2\n", "a      = 1\nlonger = 2\n"),
        ("a=1\n\nlonger=2\n", "a = 1\n\nlonger = 2\n"),
        ("a=1\n# c\nlonger=2\n", "a = 1\n# c\nlonger = 2\n"),
        ("a = [\n1,\n2,\n]\n", "a = [\n  1,\n  2,\n]\n"),
        ("a {\nb {\nc = 1\n}\n}\n", "a {\n  b {\n    c = 1\n  }\n}\n"),
        ("a = 1   \n\n\n", "a = 1\n"),
        ("\ta\t=\t1\r\nb = 2\r\n", "a = 1\nb = 2\n"),
        ("a = {b=1,c=2}\n", "a = { b = 1, c = 2 }\n"),
        ("a = {}\nb = []\n", "a = {}\nb = []\n"),
        ("a = foo( )\n", "a = foo()\n"),
        ("a = 1e-3+x.y.0\n", "a = 1e-3 + x.y.0\n"),
        ("a = !b\nc = -d\n", "a = !b\nc = -d\n"),
        ("a = b-1\n", "a = b-1\n"),
        ("a = b -1\n", "a = b - 1\n"),
        ("a = x==y?1:2\n", "a = x == y ? 1 : 2\n"),
        ("a = {for k,v in x:k=>v...}\n", "a = { for k, v in x : k => v... }\n"),
        ("a = \"x${\"}\"}y\"\nbb = 1\n", "a  = \"x${\"}\"}y\"\nbb = 1\n"),
        ("a = \"$${x\"\nbb = 1\n", "a  = \"$${x\"\nbb = 1\n"),
        ("a = <<-EOT\n    x\n  EOT\nb = 1\n", "a = <<-EOT\n    x\n  EOT\nb = 1\n"),
        ("x { # c\na = 1 # d\n}\n", "x {     # c\n  a = 1 # d\n}\n"),
        ("", ""),
        ("# only", "# only\n"),
        ("日本 = 1\nb = 2 # ü\nccc = 3 # x\n", "日本  = 1\nb   = 2 # ü\nccc = 3 # x\n"),
    ];
    for (text, expected) in cases {
        assert_eq!(formatted(text), expected, "from {text:?}");
        assert_eq!(formatted(expected), expected, "formatting again changes {expected:?}");
    }
}

#[test]
fn what_is_not_hcl_is_refused() {
    for text in ["a = ", "a {", "a = \"", "= 1", "a = <<EOT\n"] {
        assert!(format(&SourceFile::new("a.hcl", text)).is_err(), "{text:?}");
    }
}
