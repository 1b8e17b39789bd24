//! The schema of the report in JSON, made from the types that write it.

use schemars::generate::SchemaSettings;

use crate::review::report::Report;

/// Returns the schema as JSON Schema, draft 2020-12, one document that ends in a line break.
#[must_use]
pub fn report() -> String {
    let generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    let schema = generator.into_root_schema_for::<Report>();
    let text = serde_json::to_string_pretty(&schema).expect("a schema is plain JSON");
    format!("{text}\n")
}
