//! Everything that is signed or kept as a keyed hash. Each purpose has its own key, derived from the one secret.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use crate::{Config, Error};

pub type Digest256 = [u8; 32];

pub struct Keys {
    /// Signs access tokens.
    pub access: Digest256,
    refresh: Digest256,
    one_time: Digest256,
    download: Digest256,
    upload: Digest256,
    cron: Digest256,
    mailbox: Digest256,
    limit: Digest256,
    device: Digest256,
    ticket: Digest256,
    /// Signs challenges of the proof of work.
    pub challenge: String,
}

/// HMAC-SHA-256 (RFC 2104) over parts, each preceded by its length so that no two lists of parts read alike.
fn hmac_of(key: &[u8], parts: &[&[u8]]) -> Hmac<Sha256> {
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key).expect("HMAC takes keys of any length");
    for part in parts {
        mac.update(&(part.len() as u64).to_le_bytes());
        mac.update(part);
    }
    mac
}

fn hmac_digest(key: &[u8], parts: &[&[u8]]) -> Digest256 {
    hmac_of(key, parts).finalize().into_bytes().into()
}

/// Takes as long whether the first byte differs or the last.
fn verify_hmac(key: &[u8], parts: &[&[u8]], expected: &[u8]) -> bool {
    hmac_of(key, parts).verify_slice(expected).is_ok()
}

impl Keys {
    pub fn derive(config: &Config) -> Result<Self, Error> {
        let secret = config.secret_key()?.as_bytes();
        let key = |purpose: &str| hmac_digest(secret, &[purpose.as_bytes()]);
        Ok(Self {
            access: key("access token"),
            refresh: key("refresh token"),
            one_time: key("one-time token"),
            download: key("download"),
            upload: key("upload"),
            cron: key("cron"),
            mailbox: key("mailbox"),
            limit: key("limit"),
            device: key("device"),
            ticket: key("ticket"),
            challenge: hex(&key("challenge")),
        })
    }

    /// The secret part of a session's refresh token: 256 bits that need both this key and the session's row.
    pub fn refresh_secret(&self, seed: &[u8], session: &[u8], generation: i64) -> Digest256 {
        hmac_digest(&self.refresh, &[seed, session, &generation.to_le_bytes()])
    }

    pub fn verify_refresh_secret(&self, seed: &[u8], session: &[u8], generation: i64, secret: &[u8]) -> bool {
        verify_hmac(&self.refresh, &[seed, session, &generation.to_le_bytes()], secret)
    }

    /// What is stored of a one-time code.
    pub fn one_time_hash(&self, token: &[u8], code: &str) -> Digest256 {
        hmac_digest(&self.one_time, &[token, code.as_bytes()])
    }

    pub fn verify_one_time_code(&self, token: &[u8], code: &str, hash: &[u8]) -> bool {
        verify_hmac(&self.one_time, &[token, code.as_bytes()], hash)
    }

    /// Tells a mailbox again without keeping its address.
    pub fn mailbox_hash(&self, email: &str) -> Digest256 {
        hmac_digest(&self.mailbox, &[email.as_bytes()])
    }

    /// Tells again who or what is counted by a rule, without keeping it.
    pub fn limit_subject_hash(&self, rule: &str, subject: &[u8]) -> Digest256 {
        hmac_digest(&self.limit, &[rule.as_bytes(), subject])
    }

    /// Tells a device again without keeping what it is like.
    pub fn device_hash(&self, signals: &str, neighbourhood: &[u8]) -> Digest256 {
        hmac_digest(&self.device, &[signals.as_bytes(), neighbourhood])
    }

    /// Tells a browser again by the hash of its cookie, without keeping that.
    pub fn browser_hash(&self, token: &[u8]) -> Digest256 {
        hmac_digest(&self.device, &[token])
    }

    /// Signs a form that was shown at this moment.
    pub fn sign_form_ticket(&self, at: i64, nonce: &str) -> String {
        hex(&hmac_digest(&self.ticket, &[&at.to_le_bytes(), nonce.as_bytes()]))
    }

    pub fn verify_form_ticket(&self, at: i64, nonce: &str, signature: &str) -> bool {
        unhex(signature).is_some_and(|bytes| verify_hmac(&self.ticket, &[&at.to_le_bytes(), nonce.as_bytes()], &bytes))
    }

    /// Signs an address for reading one file until a moment.
    pub fn sign_download(&self, path: &str, until: i64) -> String {
        hex(&hmac_digest(&self.download, &[path.as_bytes(), &until.to_le_bytes()]))
    }

    pub fn verify_download(&self, path: &str, until: i64, signature: &str) -> bool {
        unhex(signature)
            .is_some_and(|bytes| verify_hmac(&self.download, &[path.as_bytes(), &until.to_le_bytes()], &bytes))
    }

    /// Signs an address for writing one file until a moment.
    pub fn sign_upload(&self, path: &str, until: i64) -> String {
        hex(&hmac_digest(&self.upload, &[path.as_bytes(), &until.to_le_bytes()]))
    }

    pub fn verify_upload(&self, path: &str, until: i64, signature: &str) -> bool {
        unhex(signature)
            .is_some_and(|bytes| verify_hmac(&self.upload, &[path.as_bytes(), &until.to_le_bytes()], &bytes))
    }

    /// Compares two secrets in a time that does not tell where they differ.
    pub fn secrets_match(&self, given: &str, secret: &str) -> bool {
        verify_hmac(&self.cron, &[given.as_bytes()], &hmac_digest(&self.cron, &[secret.as_bytes()]))
    }
}

/// For secrets of 256 random bits, which need no key: they cannot be tried out.
pub fn sha256(bytes: &[u8]) -> Digest256 {
    Sha256::digest(bytes).into()
}

/// Lower case.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.is_ascii() || !text.len().is_multiple_of(2) {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok()).collect()
}
