use crate::config::{refuse, same};

#[test]
fn json_and_yaml() {
    same(&[
        (
            "jsonencode({ b = [1, 2.5, \"x\\n\", null, true], a = {} })",
            "\"{\\\"a\\\":{},\\\"b\\\":[1,2.5,\\\"x\\\\n\\\",null,true]}\"",
        ),
        ("jsondecode(\"{\\\"a\\\": [1, 1.5, null, \\\"x\\\"]}\")", "{ a = [1, 1.5, null, \"x\"] }"),
        ("jsondecode(jsonencode([1, { a = \"b\" }]))", "[1, { a = \"b\" }]"),
        ("jsondecode(\"9007199254740993\")", "9007199254740993"),
        ("yamldecode(\"a: 1\\nb:\\n  - x\\n  - true\\n\")", "{ a = 1, b = [\"x\", true] }"),
        ("yamldecode(yamlencode({ a = [1, \"two\"], b = null }))", "{ a = [1, \"two\"], b = null }"),
    ]);
    refuse(&[("jsondecode(\"{\")", "not JSON"), ("yamldecode(\"a: [\")", "not YAML")]);
}

#[test]
fn base64_urls_and_csv() {
    same(&[
        ("base64encode(\"hé\")", "\"aMOp\""),
        ("base64decode(\"aMOp\")", "\"hé\""),
        ("urlencode(\"a b&c/é~\")", "\"a+b%26c%2F%C3%A9~\""),
        ("urldecode(\"a+b%26%C3%A9\")", "\"a b&é\""),
        (
            "csvdecode(\"a,b\\n1,\\\"x,\\\"\\\"y\\\"\\n2,z\\n\")",
            "[{ a = \"1\", b = \"x,\\\"y\" }, { a = \"2\", b = \"z\" }]",
        ),
        ("csvdecode(\"\")", "[]"),
    ]);
    refuse(&[
        ("base64decode(\"?\")", "not base64"),
        ("base64decode(\"/w==\")", "not UTF-8"),
        ("urldecode(\"%G1\")", "two hexadecimal digits"),
        ("csvdecode(\"a,b\\n1\\n\")", "line 2 has 1 fields"),
        ("csvdecode(\"a\\n\\\"x\")", "does not end"),
    ]);
}

#[test]
fn digests() {
    same(&[
        ("sha256(\"abc\")", "\"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\""),
        ("base64sha256(\"abc\")", "\"ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=\""),
        ("substr(sha512(\"abc\"), 0, 16)", "\"ddaf35a193617aba\""),
        ("length(base64sha512(\"abc\"))", "88"),
    ]);
}
