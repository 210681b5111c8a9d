//! Keyed hashes and signatures: HMAC-SHA-256 with one key per purpose, all derived from the
//! configured secret.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use crate::{Config, Error};

/// A SHA-256 or HMAC-SHA-256 digest.
pub type Digest256 = [u8; 32];

/// The derived keys. A signature made for one purpose is invalid for every other.
pub struct Keys {
    /// Signs access tokens (JWT, HS256).
    pub access: Digest256,
    refresh: Digest256,
    one_time: Digest256,
    download: Digest256,
    upload: Digest256,
    comparison: Digest256,
    mailbox: Digest256,
    limit: Digest256,
    device: Digest256,
    form_ticket: Digest256,
    /// Signs proof-of-work challenges.
    pub challenge: String,
}

/// HMAC-SHA-256 (RFC 2104) of `parts`. Each part is preceded by its length, so that different lists
/// of parts never give the same input.
fn hmac_state(key: &[u8], parts: &[&[u8]]) -> Hmac<Sha256> {
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key).expect("HMAC accepts keys of any length");
    for part in parts {
        mac.update(&(part.len() as u64).to_le_bytes());
        mac.update(part);
    }
    mac
}

fn hmac_digest(key: &[u8], parts: &[&[u8]]) -> Digest256 {
    hmac_state(key, parts).finalize().into_bytes().into()
}

/// Compares in constant time.
fn verify_hmac(key: &[u8], parts: &[&[u8]], expected: &[u8]) -> bool {
    hmac_state(key, parts).verify_slice(expected).is_ok()
}

fn sign_hex(key: &[u8], parts: &[&[u8]]) -> String {
    hex::encode(hmac_digest(key, parts))
}

/// False also for a signature that is not hexadecimal.
fn verify_hex(key: &[u8], parts: &[&[u8]], signature: &str) -> bool {
    hex::decode(signature).is_ok_and(|bytes| verify_hmac(key, parts, &bytes))
}

impl Keys {
    /// Derives all keys from the configured secret.
    ///
    /// # Errors
    /// A configuration error when no secret key is set where one is required.
    pub fn derive(config: &Config) -> Result<Self, Error> {
        let secret = config.secret_key()?.as_bytes();
        // Changing a purpose invalidates every signature and stored hash made with its key.
        let key = |purpose: &str| hmac_digest(secret, &[purpose.as_bytes()]);
        Ok(Self {
            access: key("access token"),
            refresh: key("refresh token"),
            one_time: key("one-time token"),
            download: key("download"),
            upload: key("upload"),
            comparison: key("cron"),
            mailbox: key("mailbox"),
            limit: key("limit"),
            device: key("device"),
            form_ticket: key("ticket"),
            challenge: hex::encode(key("challenge")),
        })
    }

    /// The secret part of a session's refresh token: 256 bits that depend on this key and on the
    /// session's stored seed.
    pub fn refresh_secret(&self, seed: &[u8], session: &[u8], generation: i64) -> Digest256 {
        hmac_digest(&self.refresh, &[seed, session, &generation.to_le_bytes()])
    }

    /// Compares in constant time.
    pub fn verify_refresh_secret(&self, seed: &[u8], session: &[u8], generation: i64, secret: &[u8]) -> bool {
        verify_hmac(&self.refresh, &[seed, session, &generation.to_le_bytes()], secret)
    }

    /// The stored hash of a one-time code. It needs a key: a million codes are quickly tried
    /// against a plain hash.
    pub fn one_time_hash(&self, token: &[u8], code: &str) -> Digest256 {
        hmac_digest(&self.one_time, &[token, code.as_bytes()])
    }

    /// Compares in constant time.
    pub fn verify_one_time_code(&self, token: &[u8], code: &str, hash: &[u8]) -> bool {
        verify_hmac(&self.one_time, &[token, code.as_bytes()], hash)
    }

    /// Identifies a mailbox without storing its address.
    pub fn mailbox_hash(&self, email: &str) -> Digest256 {
        hmac_digest(&self.mailbox, &[email.as_bytes()])
    }

    /// Identifies what a rate limit counts (an account, address or network) without storing it.
    pub fn limit_subject_hash(&self, rule: &str, subject: &[u8]) -> Digest256 {
        hmac_digest(&self.limit, &[rule.as_bytes(), subject])
    }

    /// Identifies a device by its fingerprint and network prefix without storing either.
    pub fn device_hash(&self, fingerprint: &str, network_prefix: &[u8]) -> Digest256 {
        hmac_digest(&self.device, &[fingerprint.as_bytes(), network_prefix])
    }

    /// Identifies a browser by the hash of its device cookie without storing that hash.
    pub fn browser_hash(&self, token_hash: &[u8]) -> Digest256 {
        hmac_digest(&self.device, &[token_hash])
    }

    /// Signs the ticket of a form rendered at `at`, in milliseconds since the Unix epoch.
    pub fn sign_form_ticket(&self, at: i64, nonce: &str) -> String {
        sign_hex(&self.form_ticket, &[&at.to_le_bytes(), nonce.as_bytes()])
    }

    /// Compares in constant time.
    pub fn verify_form_ticket_signature(&self, at: i64, nonce: &str, signature: &str) -> bool {
        verify_hex(&self.form_ticket, &[&at.to_le_bytes(), nonce.as_bytes()], signature)
    }

    /// Signs a URL that reads one file until `until`, in milliseconds since the Unix epoch.
    pub fn sign_download(&self, path: &str, until: i64) -> String {
        sign_hex(&self.download, &[path.as_bytes(), &until.to_le_bytes()])
    }

    /// Compares in constant time; the caller checks `until`.
    pub fn verify_download_signature(&self, path: &str, until: i64, signature: &str) -> bool {
        verify_hex(&self.download, &[path.as_bytes(), &until.to_le_bytes()], signature)
    }

    /// Signs a URL that writes one file until `until`, in milliseconds since the Unix epoch.
    pub fn sign_upload(&self, path: &str, until: i64) -> String {
        sign_hex(&self.upload, &[path.as_bytes(), &until.to_le_bytes()])
    }

    /// Compares in constant time; the caller checks `until`.
    pub fn verify_upload_signature(&self, path: &str, until: i64, signature: &str) -> bool {
        verify_hex(&self.upload, &[path.as_bytes(), &until.to_le_bytes()], signature)
    }

    /// Compares two secrets in constant time, whatever their lengths.
    pub fn secrets_match(&self, given: &str, secret: &str) -> bool {
        verify_hmac(&self.comparison, &[given.as_bytes()], &hmac_digest(&self.comparison, &[secret.as_bytes()]))
    }
}

/// SHA-256 for secrets of 256 random bits: too many to guess, so their hash needs no key.
pub fn sha256(bytes: &[u8]) -> Digest256 {
    Sha256::digest(bytes).into()
}
