//! Who a person is. `Email::parse` and `Password::parse` are the only ways to have one.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{SessionId, UserId, problem::Problem};

/// An e-mail address, lower-cased and trimmed; at most 254 characters (RFC 5321, 4.5.3.1).
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(format = Email, example = "name@example.org"))]
pub struct Email(String);

impl Email {
    /// Accepts one plain ASCII address: a dot-atom, an `@` and a domain name with a dot.
    ///
    /// Quoted local parts, comments, line breaks and non-ASCII look-alikes are refused: no mailbox in
    /// ordinary use needs them and each has been used to smuggle a second recipient.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let text = text.trim().to_ascii_lowercase();
        let valid = text.len() <= 254
            && text.split_once('@').is_some_and(|(local, domain)| {
                (1..=64).contains(&local.len())
                    && local.split('.').all(|atom| !atom.is_empty() && atom.bytes().all(is_atom_text))
                    && domain.contains('.')
                    && domain.split('.').all(is_domain_label)
                    && !domain.rsplit('.').next().is_some_and(|top| top.bytes().all(|b| b.is_ascii_digit()))
            });
        if valid { Ok(Self(text)) } else { Err(Problem::email_malformed()) }
    }

    /// What stands behind the `@`.
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// RFC 5322, 3.2.3.
fn is_atom_text(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte)
}

/// RFC 1035, 2.3.1, with digits allowed first (RFC 1123, 2.1).
fn is_domain_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Shows the first letter and the domain, so that a log never holds a full address.
impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (local, domain) = self.0.split_once('@').unwrap_or_default();
        write!(f, "{}…@{domain}", &local[..local.len().min(1)])
    }
}

impl TryFrom<String> for Email {
    type Error = Problem;
    fn try_from(text: String) -> Result<Self, Problem> {
        Self::parse(&text)
    }
}

impl From<Email> for String {
    fn from(email: Email) -> Self {
        email.0
    }
}

/// A password as it was typed: 8 to 256 characters, any. Never shown, not even by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    pub const MIN_CHARS: usize = 8;
    pub const MAX_CHARS: usize = 256;

    pub fn parse(text: impl Into<String>) -> Result<Self, Problem> {
        let text = text.into();
        // A character has at most four bytes: a megabyte is refused without counting it.
        if text.len() > Self::MAX_CHARS * 4 || text.chars().count() > Self::MAX_CHARS {
            Err(Problem::password_too_long())
        } else if text.chars().count() < Self::MIN_CHARS {
            Err(Problem::password_too_short())
        } else {
            Ok(Self(text))
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A guess for a meter while somebody types, 0 (none) to 4 (very strong). The server has the last word: it knows the
    /// lists that thieves have.
    pub fn strength(typed: &str) -> u8 {
        let mut kinds = [false; 4];
        let mut surprises = 0_u32;
        let mut before = '\0';
        for next in typed.chars() {
            let kind = match next {
                'a'..='z' => 0,
                'A'..='Z' => 1,
                '0'..='9' => 2,
                _ => 3,
            };
            kinds[kind] = true;
            // The same again, or the next in the alphabet, surprises nobody.
            if (next as u32).abs_diff(before as u32) > 1 {
                surprises += 1;
            }
            before = next;
        }
        // 20 to 80 signs to choose from: 4 to 6 bits each.
        let bits = surprises * (3 + kinds.iter().filter(|kind| **kind).count() as u32);
        match bits {
            _ if typed.is_empty() => 0,
            0..32 => 1,
            32..48 => 2,
            48..64 => 3,
            _ => 4,
        }
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// A one-time code as it was typed: six digits, spaces and a dash among them ignored.
#[derive(Clone, PartialEq, Eq)]
pub struct Code(String);

impl Code {
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let digits: String = text.chars().filter(|c| !c.is_whitespace() && *c != '-').take(7).collect();
        if digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_digit()) {
            Ok(Self(digits))
        } else {
            Err(Problem::code_malformed())
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(…)")
    }
}

/// An account as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(example = json!({"id": "0199f0a2-7c1e-7b3a-9d54-2f6b8c0e1a11", "email": "name@example.org", "is_guest": false, "credits": 3})))]
pub struct User {
    pub id: UserId,
    /// `None` for a guest.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub email: Option<Email>,
    pub is_guest: bool,
    #[cfg_attr(feature = "openapi", schema(minimum = 0))]
    pub credits: i64,
}

/// A browser or app that is signed in, as its owner sees it. Times are RFC 3339, UTC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Session {
    pub id: SessionId,
    /// In words: "Firefox on Android".
    pub device: String,
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    pub created_at: String,
    /// To the quarter of an hour.
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    pub last_seen_at: String,
    /// The one that asks.
    pub is_current: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_trimmed_and_lower_cased() {
        assert_eq!(Email::parse("  Mia@Example.ORG ").expect("valid").as_str(), "mia@example.org");
    }

    #[test]
    fn an_address_that_could_reach_somebody_else_is_refused() {
        for text in [
            "",
            "mia",
            "@example.org",
            "mia@",
            "mia@localhost",
            "a@b@example.org",
            "a@example.org,b@example.org",
            "mia@example.org\nbcc:x@example.org",
            "\"mia\"@example.org",
            "mia@127.0.0.1",
            "mia@exаmple.org",
            ".mia@example.org",
            "mia..x@example.org",
            "mia@-example.org",
        ] {
            assert!(Email::parse(text).is_err(), "{text:?}");
        }
        assert!(Email::parse(&format!("{}@example.org", "a".repeat(65))).is_err());
    }

    #[test]
    fn a_password_has_8_to_256_characters_of_any_kind() {
        assert!(Password::parse("1234567").is_err());
        assert!(Password::parse("ä".repeat(256)).is_ok());
        assert!(Password::parse("ä".repeat(257)).is_err());
        assert!(Password::parse("a".repeat(1 << 20)).is_err());
    }

    #[test]
    fn the_meter_rises_with_length_and_variety() {
        for (typed, strength) in [
            ("", 0),
            ("aaaaaaaaaaaaaaaa", 1),
            ("abcdefghijkl", 1),
            ("otter7", 1),
            ("quietotter7", 3),
            ("seven quiet otters", 4),
        ] {
            assert_eq!(Password::strength(typed), strength, "{typed}");
        }
    }

    #[test]
    fn a_code_may_be_typed_with_spaces() {
        assert_eq!(Code::parse(" 123 456 ").expect("valid").as_str(), "123456");
        assert!(Code::parse("12345").is_err());
        assert!(Code::parse("1234567").is_err());
        assert!(Code::parse("١٢٣٤٥٦").is_err());
    }

    #[test]
    fn secrets_and_addresses_do_not_reach_a_log() {
        let shown = format!(
            "{:?} {:?} {:?}",
            Email::parse("mia@example.org"),
            Password::parse("correct horse"),
            Code::parse("123456")
        );
        assert!(!shown.contains("mia@") && !shown.contains("horse") && !shown.contains("123456"), "{shown}");
    }
}
