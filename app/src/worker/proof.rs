//! Proof of work of a sign-up: an ALTCHA v2 challenge with PBKDF2-SHA256.
//!
//! Counts up until the key derived from nonce and counter begins with the digits that the challenge
//! asks for. Keys are derived by the browser's SubtleCrypto, which uses the processor's SHA
//! instructions; it is missing on pages that are not served by HTTPS.

use js_sys::{Array, ArrayBuffer, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CryptoKey, SubtleCrypto};

use super::worker_scope;
use crate::js_object::{object, property};

/// The part of a challenge's parameters that its solution depends on.
struct Challenge {
    nonce: Vec<u8>,
    salt: Vec<u8>,
    /// Rounds of PBKDF2 for each derived key.
    cost: u32,
    /// Length of a derived key in bytes.
    key_length: u32,
    /// First digits of the key that is looked for, in lower-case hexadecimal.
    key_prefix: String,
}

/// Solves a challenge with these `parameters`. Returns the `solution` of an ALTCHA payload.
///
/// # Errors
///
/// The parameters are malformed, or an exception: the browser has no SubtleCrypto here.
pub(super) async fn solve(parameters: &JsValue) -> Result<JsValue, JsValue> {
    let challenge = Challenge::from_js(parameters).ok_or("malformed challenge")?;
    let crypto = worker_scope().crypto()?.subtle();
    let began = js_sys::Date::now();
    let mut counter = 0;
    loop {
        let derived_key = to_hex(&derive_key(&crypto, &challenge, counter).await?);
        if derived_key.starts_with(&challenge.key_prefix) {
            let time = js_sys::Date::now() - began;
            let fields =
                [("counter", &counter.into()), ("derivedKey", &derived_key.as_str().into()), ("time", &time.into())];
            return Ok(object(&fields).into());
        }
        counter += 1;
    }
}

async fn derive_key(crypto: &SubtleCrypto, challenge: &Challenge, counter: u32) -> Result<Vec<u8>, JsValue> {
    let password = Uint8Array::from(challenge.password(counter).as_slice());
    let usages = Array::of1(&"deriveBits".into());
    let key = crypto.import_key_with_str("raw", &password, "PBKDF2", false, &usages)?;
    let key: CryptoKey = JsFuture::from(key).await?.unchecked_into();
    let algorithm = object(&[
        ("name", &"PBKDF2".into()),
        ("hash", &"SHA-256".into()),
        ("salt", &Uint8Array::from(challenge.salt.as_slice())),
        ("iterations", &challenge.cost.into()),
    ]);
    let bits = crypto.derive_bits_with_object(&algorithm, &key, challenge.key_length * 8)?;
    let bits: ArrayBuffer = JsFuture::from(bits).await?.unchecked_into();
    Ok(Uint8Array::new(&bits).to_vec())
}

impl Challenge {
    fn from_js(parameters: &JsValue) -> Option<Self> {
        let text = |name| property(parameters, name).as_string();
        let number = |name| property(parameters, name).as_f64().map(|number| number as u32);
        Some(Self {
            nonce: from_hex(&text("nonce")?)?,
            salt: from_hex(&text("salt")?)?,
            cost: number("cost")?,
            key_length: number("keyLength")?,
            key_prefix: text("keyPrefix")?,
        })
    }

    /// The password of one attempt: the nonce, then the counter as four big-endian bytes.
    fn password(&self, counter: u32) -> Vec<u8> {
        [self.nonce.as_slice(), &counter.to_be_bytes()].concat()
    }
}

/// The bytes of pairs of hexadecimal digits; `None` if the text is anything else.
fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text.chars().map(|c| c.to_digit(16).map(|digit| digit as u8)).collect::<Option<_>>()?;
    let (pairs, rest) = digits.as_chunks::<2>();
    rest.is_empty().then(|| pairs.iter().map(|[high, low]| high << 4 | low).collect())
}

fn to_hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(u32::from(digit), 16)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal_digits_become_bytes_and_back() {
        assert_eq!(from_hex("00ff1a"), Some(vec![0, 255, 26]));
        assert_eq!(to_hex(&[0, 255, 26]), "00ff1a");
        assert_eq!(from_hex(""), Some(vec![]));
    }

    #[test]
    fn other_text_is_not_hexadecimal() {
        for text in ["0", "0g", "zz", "+1"] {
            assert_eq!(from_hex(text), None, "{text}");
        }
    }

    #[test]
    fn password_is_nonce_and_big_endian_counter() {
        let challenge =
            Challenge { nonce: vec![1, 2], salt: vec![], cost: 1, key_length: 32, key_prefix: String::new() };
        assert_eq!(challenge.password(0x0102_0304), [1, 2, 1, 2, 3, 4]);
    }
}
