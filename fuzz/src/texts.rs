//! Numbers and names, as texts.

use web_mpc::client::ServerUrl;
use web_mpc::ids::{Blob, ComputationName, FingerprintPin, KeyId, SubmissionId};
use web_mpc::measurement::sum::{SumParameters, parse_number};
use web_mpc::shares::Modulus;

use super::{text, world};

/// Moduli and whole numbers.
pub fn numbers(data: &[u8]) {
    if let Some(text) = text(data) {
        if let Ok(modulus) = text.parse::<Modulus>() {
            let decimal = modulus.to_string();
            assert_eq!(decimal.parse(), Ok(modulus.clone()));
            let parameters = SumParameters::new(modulus, data.len().is_multiple_of(2));
            assert!(parameters.min <= parameters.max);
            let _wraps = parameters.may_wrap(u64::MAX);
        }
        if let Ok(number) = parse_number(text) {
            assert_eq!(parse_number(&number.to_string()), Ok(number));
        }
    }
    let modulus = Modulus::default();
    if let Some(residue) = modulus.decode(data) {
        assert_eq!(modulus.encode(&residue), data);
    }
    let _parameters = serde_json::from_slice::<SumParameters>(data);
}

/// What has one spelling.
pub fn identifiers(data: &[u8]) {
    let Some(text) = text(data) else { return };
    if let Ok(id) = text.parse::<SubmissionId>() {
        assert_eq!(id.to_string(), text);
    }
    if let Ok(id) = text.parse::<KeyId>() {
        assert_eq!(id.to_string(), text);
    }
    if let Ok(pin) = text.parse::<FingerprintPin>() {
        let _same = pin.matches(&world().terms.fingerprint);
    }
    if let Ok(name) = text.parse::<ComputationName>() {
        assert_eq!(name.as_str(), text);
    }
    if let Ok(blob) = text.parse::<Blob>() {
        assert_eq!(data_encoding::BASE64URL_NOPAD.encode(&blob.0), text);
    }
    if let Ok(url) = text.parse::<ServerUrl>() {
        assert_eq!(url.to_string().parse(), Ok(url));
    }
}
