//! Whether JSON fits a schema: as much of JSON Schema as the project's own schemas use.

use serde_json::Value;

/// Where `value` does not fit the schema, as paths with the reason.
pub fn faults(root: &Value, value: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    check(root, root, value, "$", &mut faults);
    faults
}

fn check(root: &Value, schema: &Value, value: &Value, path: &str, faults: &mut Vec<String>) {
    if let Some(reference) = schema["$ref"].as_str() {
        let target = root.pointer(reference.trim_start_matches('#')).unwrap_or_else(|| panic!("{reference}"));
        check(root, target, value, path, faults);
    }
    for union in ["oneOf", "anyOf"] {
        if let Some(choices) = schema[union].as_array() {
            let fits = |choice: &&Value| {
                let mut inner = Vec::new();
                check(root, choice, value, path, &mut inner);
                inner.is_empty()
            };
            let number = choices.iter().filter(fits).count();
            if number == 0 || (union == "oneOf" && number > 1) {
                faults.push(format!("{path}: fits {number} of {union}: {value}"));
            }
        }
    }
    if schema.get("const").is_some_and(|constant| constant != value) {
        faults.push(format!("{path}: is not {}", schema["const"]));
    }
    if schema["enum"].as_array().is_some_and(|values| !values.contains(value)) {
        faults.push(format!("{path}: {value} is not one of {}", schema["enum"]));
    }
    check_type(&schema["type"], value, path, faults);
    check_object(root, schema, value, path, faults);
    if let (Some(items), Some(values)) = (schema.get("items"), value.as_array()) {
        for (at, item) in values.iter().enumerate() {
            check(root, items, item, &format!("{path}[{at}]"), faults);
        }
    }
}

fn check_type(wanted: &Value, value: &Value, path: &str, faults: &mut Vec<String>) {
    let is = |name: &str| match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("{other}"),
    };
    let fits = match wanted {
        Value::String(name) => is(name),
        Value::Array(names) => names.iter().any(|name| is(name.as_str().unwrap())),
        _ => true,
    };
    if !fits {
        faults.push(format!("{path}: {value} is no {wanted}"));
    }
}

/// Properties that are there but not in the schema are faults as well: what is written has to be described.
fn check_object(root: &Value, schema: &Value, value: &Value, path: &str, faults: &mut Vec<String>) {
    let (Some(members), true) = (value.as_object(), schema["type"] == "object") else { return };
    for required in schema["required"].as_array().into_iter().flatten() {
        if !members.contains_key(required.as_str().unwrap()) {
            faults.push(format!("{path}: lacks {required}"));
        }
    }
    for (name, member) in members {
        let path = format!("{path}.{name}");
        match (schema["properties"].get(name), &schema["additionalProperties"]) {
            (Some(property), _) => check(root, property, member, &path, faults),
            (None, Value::Object(_)) => check(root, &schema["additionalProperties"], member, &path, faults),
            (None, _) => faults.push(format!("{path}: is not described")),
        }
    }
}
