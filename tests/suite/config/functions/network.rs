use crate::config::{refuse, same};

#[test]
fn prefixes() {
    same(&[
        ("cidrhost(\"10.12.112.0/20\", 16)", "\"10.12.112.16\""),
        ("cidrhost(\"10.12.112.0/20\", 268)", "\"10.12.113.12\""),
        ("cidrhost(\"10.0.0.0/24\", -1)", "\"10.0.0.255\""),
        ("cidrhost(\"fd00:fd12:3456:7890:00a2::/72\", 34)", "\"fd00:fd12:3456:7890::22\""),
        ("cidrnetmask(\"172.16.0.0/12\")", "\"255.240.0.0\""),
        ("cidrsubnet(\"172.16.0.0/12\", 4, 2)", "\"172.18.0.0/16\""),
        ("cidrsubnet(\"10.1.2.0/24\", 4, 15)", "\"10.1.2.240/28\""),
        ("cidrsubnet(\"fd00:fd12:3456:7890::/56\", 16, 162)", "\"fd00:fd12:3456:7800:a200::/72\""),
        (
            "cidrsubnets(\"10.1.0.0/16\", 4, 4, 8, 4)",
            "[\"10.1.0.0/20\", \"10.1.16.0/20\", \"10.1.32.0/24\", \"10.1.48.0/20\"]",
        ),
        ("cidrcontains(\"10.0.0.0/8\", \"10.2.3.4\")", "true"),
        ("cidrcontains(\"10.0.0.0/8\", \"11.0.0.0/16\")", "false"),
        ("cidrcontains(\"10.0.0.0/8\", \"fd00::1\")", "false"),
        ("cidrhost(\"0.0.0.0/0\", 1)", "\"0.0.0.1\""),
        ("cidrhost(\"::/0\", 1)", "\"::1\""),
        ("cidrsubnet(\"::/0\", 128, 5)", "\"::5/128\""),
    ]);
    refuse(&[
        ("cidrhost(\"10.0.0.0\", 1)", "a prefix such as"),
        ("cidrhost(\"10.0.0.0/33\", 1)", "a prefix such as"),
        ("cidrhost(\"10.0.0.0/30\", 4)", "not so many addresses"),
        ("cidrhost(\"10.0.0.0/30\", -5)", "not so many addresses"),
        ("cidrnetmask(\"fd00::/8\")", "only IPv4"),
        ("cidrsubnet(\"10.0.0.0/30\", 4, 0)", "not so many bits"),
        ("cidrsubnet(\"10.0.0.0/8\", 2, 4)", "not so many subnets"),
        ("cidrsubnets(\"10.0.0.0/30\", 1, 1, 1)", "not so many subnets"),
    ]);
}
