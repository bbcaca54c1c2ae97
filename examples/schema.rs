//! Prints the JSON Schema of forms, from the types: `cargo run --example schema --features schema`.

#![expect(clippy::print_stdout, reason = "the schema goes to stdout")]

use web_mpc::form::Form;

fn main() -> Result<(), serde_json::Error> {
    let schema = schemars::schema_for!(Form);
    println!("{}", serde_json::to_string_pretty(&schema)?);
    Ok(())
}
