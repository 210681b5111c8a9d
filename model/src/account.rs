//! Accounts and sessions: validated e-mail addresses, passwords and one-time codes, and the API
//! views of a user.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{SessionId, UserId, problem::Problem};

/// A validated e-mail address in lower case, at most 254 characters (RFC 5321, 4.5.3.1).
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(format = Email, example = "name@example.org"))]
pub struct Email(String);

impl Email {
    pub const MAX_CHARS: usize = 254;

    /// Parses one ASCII address: a dot-atom, an `@` and a domain name with a dot. Trims white space
    /// and converts to lower case.
    ///
    /// Quoted local parts, comments, line breaks and non-ASCII look-alikes are rejected: mailboxes
    /// in ordinary use do not need them, and attackers have used each of them to add a second
    /// recipient.
    ///
    /// # Errors
    ///
    /// `email_malformed`.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let text = text.trim().to_ascii_lowercase();
        let valid = text.len() <= Self::MAX_CHARS
            && text.split_once('@').is_some_and(|(local, domain)| {
                (1..=64).contains(&local.len())
                    && local.split('.').all(|atom| !atom.is_empty() && atom.bytes().all(is_atom_char))
                    && domain.contains('.')
                    && domain.split('.').all(is_domain_label)
                    && !domain.rsplit('.').next().is_some_and(|top| top.bytes().all(|b| b.is_ascii_digit()))
            });
        if valid { Ok(Self(text)) } else { Err(Problem::email_malformed()) }
    }

    /// The part after the `@`.
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// True for the characters of an atom (RFC 5322, 3.2.3).
fn is_atom_char(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte)
}

/// True for a label of a host name (RFC 1035, 2.3.1); it may start with a digit (RFC 1123, 2.1).
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

/// Shows the first letter and the domain only, so that logs never hold a full address.
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

/// A password as typed: 8 to 256 characters of any kind. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    pub const MIN_CHARS: usize = 8;
    pub const MAX_CHARS: usize = 256;

    /// Checks the length of `text`.
    ///
    /// # Errors
    ///
    /// `password_too_short` or `password_too_long`.
    pub fn parse(text: impl Into<String>) -> Result<Self, Problem> {
        let text = text.into();
        // A character has at most four bytes in UTF-8: a huge text is rejected without counting its
        // characters.
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

    /// A rough estimate for a strength meter, 0 (empty) to 4 (very strong). Only the server decides
    /// whether a password is accepted, as it also has a list of common passwords.
    pub fn strength(password: &str) -> u8 {
        let mut classes = [false; 4];
        let mut unpredictable_chars = 0_u32;
        let mut previous = '\0';
        for next in password.chars() {
            let class = match next {
                'a'..='z' => 0,
                'A'..='Z' => 1,
                '0'..='9' => 2,
                _ => 3,
            };
            classes[class] = true;
            // A repeated character or a neighbour in the alphabet adds no entropy.
            if (next as u32).abs_diff(previous as u32) > 1 {
                unpredictable_chars += 1;
            }
            previous = next;
        }
        // One to four character classes: 4 to 7 bits per character.
        let bits = unpredictable_chars * (3 + classes.iter().filter(|class| **class).count() as u32);
        match bits {
            _ if password.is_empty() => 0,
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

/// A one-time code of six digits. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct OneTimeCode(String);

impl OneTimeCode {
    /// Parses six ASCII digits; white space and dashes are ignored.
    ///
    /// # Errors
    ///
    /// `code_malformed`.
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

impl fmt::Debug for OneTimeCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(…)")
    }
}

/// An account, as shown to its owner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(utoipa::ToSchema),
    schema(example = json!({
        "id": "0199f0a2-7c1e-7b3a-9d54-2f6b8c0e1a11", "email": "name@example.org", "is_guest": false, "credits": 3
    }))
)]
pub struct User {
    pub id: UserId,
    /// `None` for a guest.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub email: Option<Email>,
    pub is_guest: bool,
    #[cfg_attr(feature = "openapi", schema(minimum = 0))]
    pub credits: i64,
}

/// The security settings of an account, as its owner sees them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecuritySettings {
    pub has_password: bool,
    /// A new address that was mailed a code and is not confirmed yet.
    pub pending_email: Option<Email>,
}

/// A signed-in browser or app, as shown to the owner of the account. Times are RFC 3339 in UTC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(utoipa::ToSchema),
    schema(example = json!({
        "id": "0199f0a2-8d2f-7c4b-8e65-3a7c9d1f2b22", "device": "Firefox on Android",
        "created_at": "2026-11-20T09:00:00Z", "last_seen_at": "2026-11-20T18:30:00Z", "is_current": true
    }))
)]
pub struct Session {
    pub id: SessionId,
    /// Human-readable name, such as "Firefox on Android".
    pub device: String,
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    pub created_at: String,
    /// Accurate to a quarter of an hour.
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    pub last_seen_at: String,
    /// True for the session that sent the request.
    pub is_current: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn address_is_trimmed_and_lower_cased() {
        assert_eq!(Email::parse("  Mia@Example.ORG ").expect("valid").as_str(), "mia@example.org");
    }

    #[test]
    fn ambiguous_address_is_rejected() {
        let long_local_part = format!("{}@example.org", "a".repeat(65));
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
            &long_local_part,
        ] {
            assert!(Email::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn password_has_8_to_256_characters_of_any_kind() {
        for (text, error) in [
            ("ä".repeat(7), Some(Problem::password_too_short())),
            ("ä".repeat(8), None),
            ("ä".repeat(256), None),
            ("ä".repeat(257), Some(Problem::password_too_long())),
            ("a".repeat(1 << 20), Some(Problem::password_too_long())),
        ] {
            assert_eq!(Password::parse(text.clone()).err(), error, "{} bytes", text.len());
        }
    }

    #[test]
    fn strength_rises_with_length_and_variety() {
        for (password, strength) in [
            ("", 0),
            ("aaaaaaaaaaaaaaaa", 1),
            ("abcdefghijkl", 1),
            ("otter7", 1),
            ("quietotter7", 3),
            ("seven quiet otters", 4),
        ] {
            assert_eq!(Password::strength(password), strength, "{password}");
        }
    }

    #[test]
    fn code_may_contain_spaces_and_dashes() {
        for text in ["123456", " 123 456 ", "123-456"] {
            assert_eq!(OneTimeCode::parse(text).expect("valid").as_str(), "123456");
        }
    }

    #[test]
    fn code_of_other_than_six_ascii_digits_is_rejected() {
        for text in ["", "12345", "1234567", "12345a", "١٢٣٤٥٦"] {
            assert!(OneTimeCode::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn debug_output_hides_addresses_and_secrets() {
        assert_eq!(format!("{:?}", Email::parse("mia@example.org").expect("valid")), "m…@example.org");
        assert_eq!(format!("{:?}", Password::parse("correct horse").expect("valid")), "Password(…)");
        assert_eq!(format!("{:?}", OneTimeCode::parse("123456").expect("valid")), "Code(…)");
    }
}
