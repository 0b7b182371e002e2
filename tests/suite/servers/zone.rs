//! The zone `example.test.` that every server serves, and the keys that it knows.

/// The key that may change everything.
pub const KEY: &str = "drkey.";
/// The key that may change the CNAME of `bootstrap.example.test.` only.
pub const LIMITED: &str = "limited.";
/// The key that may transfer only.
pub const TRANSFER: &str = "xfr.";
/// The keys' secrets, in Base64: one per key, with its algorithm.
pub const KEYS: [(&str, &str, &str); 4] = [
    (KEY, "hmac-sha256", "ZHJrZXktZHJrZXktZHJrZXktZHJrZXktZHJrZXktMDE="),
    (LIMITED, "hmac-sha256", "bGltaXRlZC1saW1pdGVkLWxpbWl0ZWQtbGltaXRlZC0="),
    (TRANSFER, "hmac-sha256", "eGZyLXhmci14ZnIteGZyLXhmci14ZnIteGZyLXhmci0="),
    (
        "strong.",
        "hmac-sha512",
        "c3Ryb25nLXN0cm9uZy1zdHJvbmctc3Ryb25nLXN0cm9uZy1zdHJvbmctc3Ryb25nLXN0cm9uZy0=",
    ),
];

/// The secret of a key, in Base64.
pub fn secret(key: &str) -> &'static str {
    KEYS.iter().find(|(name, ..)| *name == key).expect("a key of this zone").2
}

/// The zone as a file: two name servers, the nonce, `bootstrap` as an alias of `east`, and what a test adds.
pub fn file(nonce: &str, more: &str) -> String {
    format!(
        "$ORIGIN example.test.\n$TTL 60\n\
         @ IN SOA ns1 hostmaster 1 3600 600 86400 5\n@ NS ns1\n@ NS ns2\n\
         ns1 A 127.0.0.1\nns2 A 127.0.0.2\n_nonce TXT \"{nonce}\"\n\
         bootstrap 30 CNAME east\neast A 192.0.2.1\nwest A 192.0.2.2\n{more}\n"
    )
}

/// A text that no other server carries.
pub fn nonce() -> String {
    uuid::Uuid::new_v4().to_string()
}
