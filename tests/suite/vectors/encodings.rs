//! Identifiers, moduli, residues, shares, numbers.

use std::str::FromStr;

use num_bigint::BigInt;
use serde_json::{Value, json};
use web_mpc::ids::{
    Digest, Fingerprint, KeyId, Nonce, PartyKey, Signature, SubmissionHash, SubmissionId,
};
use web_mpc::measurement::sum::{SumParameters, parse_number};
use web_mpc::shares::Modulus;

use super::{Fixed, Input, Kinds, base64};

pub(super) const KINDS: Kinds = &[
    ("id", id),
    ("modulus", modulus),
    ("number", number),
    ("residue", residue),
    ("sharing", sharing),
    ("interpretation", interpretation),
    ("bad_id", id),
    ("bad_modulus", modulus),
    ("bad_modulus_in_manifest", modulus_in_manifest),
    ("bad_number", number),
    ("bad_number_in_manifest", number_in_manifest),
    ("bad_residue", residue_bytes),
];

fn id(input: &Input<'_>) -> Result<Value, String> {
    fn read<T: FromStr<Err: ToString>>(
        text: &str,
        bytes: impl Fn(&T) -> Vec<u8>,
    ) -> Result<Value, String> {
        let id: T = text.parse().map_err(|error: T::Err| error.to_string())?;
        Ok(json!(bytes(&id)))
    }
    let text = input.text("text");
    match input.text("type") {
        "submission_id" => read(text, |id: &SubmissionId| id.as_bytes().to_vec()),
        "fingerprint" => read(text, |id: &Fingerprint| id.as_bytes().to_vec()),
        "key_id" => read(text, |id: &KeyId| id.as_bytes().to_vec()),
        "party_key" => read(text, |id: &PartyKey| id.as_bytes().to_vec()),
        "submission_hash" => read(text, |id: &SubmissionHash| id.as_bytes().to_vec()),
        "digest" => read(text, |id: &Digest| id.as_bytes().to_vec()),
        "nonce" => read(text, |id: &Nonce| id.as_bytes().to_vec()),
        "signature" => read(text, |id: &Signature| id.as_bytes().to_vec()),
        other => panic!("there is no identifier {other}"),
    }
}

fn modulus(input: &Input<'_>) -> Result<Value, String> {
    let modulus: Modulus = input.text("text").parse().map_err(|_| String::new())?;
    Ok(json!({ "decimal": modulus.to_string(), "residue_bytes": modulus.residue_len() }))
}

fn modulus_in_manifest(input: &Input<'_>) -> Result<Value, String> {
    let modulus = serde_json::from_value::<Modulus>(input.get("text").clone());
    modulus
        .map(|modulus| json!(modulus))
        .map_err(|_| String::new())
}

fn number(input: &Input<'_>) -> Result<Value, String> {
    let number = parse_number(input.text("text"));
    number
        .map(|number| number.to_string().into())
        .map_err(|_| String::new())
}

fn number_in_manifest(input: &Input<'_>) -> Result<Value, String> {
    let mut parameters = serde_json::to_value(SumParameters::default()).unwrap();
    parameters["min"] = input.get("text").clone();
    let read = serde_json::from_value::<SumParameters>(parameters);
    read.map(|_| Value::Null).map_err(|_| String::new())
}

fn residue(input: &Input<'_>) -> Result<Value, String> {
    let (modulus, value) = (parse_modulus(input), parse_value(input));
    let bytes = modulus.encode(&modulus.reduce(&value));
    assert!(modulus.decode(&bytes) == Some(modulus.reduce(&value)));
    Ok(base64(bytes))
}

fn residue_bytes(input: &Input<'_>) -> Result<Value, String> {
    let read = parse_modulus(input).decode(&input.bytes("bytes"));
    read.map(|_| Value::Null).ok_or_else(String::new)
}

fn sharing(input: &Input<'_>) -> Result<Value, String> {
    let (modulus, value) = (parse_modulus(input), parse_value(input));
    let mut rng = Fixed::new(input.bytes("random"));
    let (server, analyst) = modulus.split(&modulus.reduce(&value), &mut rng);
    let mut sum = server.clone();
    modulus.add(&mut sum, &analyst);
    assert!(sum == modulus.reduce(&value));
    Ok(json!({
        "server": base64(modulus.encode(&server)),
        "analyst": base64(modulus.encode(&analyst)),
    }))
}

fn interpretation(input: &Input<'_>) -> Result<Value, String> {
    let modulus = parse_modulus(input);
    let residue = modulus.decode(&input.bytes("residue")).unwrap();
    let number = modulus.interpret(&residue, input.read("signed"));
    Ok(number.to_string().into())
}

fn parse_modulus(input: &Input<'_>) -> Modulus {
    input.text("modulus").parse().unwrap()
}

fn parse_value(input: &Input<'_>) -> BigInt {
    input.text("value").parse().unwrap()
}
