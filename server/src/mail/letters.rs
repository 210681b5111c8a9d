//! What mails say, in the language of the person who asks. Each is an answer to something that was just asked for, and says
//! what to do if it was not.

use askama::Template;
use model::Email;

use super::Message;
use crate::{
    Error,
    clock::{local_now, rfc3339},
    i18n::{self, tr, tr_args},
};

/// A mail in parts; the same parts make its text and its HTML.
#[derive(Default)]
struct Letter<'a> {
    subject: String,
    lead: Vec<String>,
    code: Option<&'a str>,
    link: Option<Link<'a>>,
    rest: Vec<String>,
}

struct Link<'a> {
    words: String,
    address: &'a str,
}

#[derive(Template)]
#[template(path = "letter.txt")]
struct Text<'a> {
    letter: &'a Letter<'a>,
}

#[derive(Template)]
#[template(path = "letter.html")]
struct Html<'a> {
    letter: &'a Letter<'a>,
    language: &'static str,
    direction: &'static str,
    /// Where a mail program shows no links.
    copy: String,
}

impl Letter<'_> {
    fn to(&self, to: &Email) -> Result<Message, Error> {
        Ok(Message {
            to: to.clone(),
            subject: self.subject.clone(),
            text: Text { letter: self }.render().map_err(Error::internal)?,
            html: self.html()?,
            at: rfc3339(local_now()),
        })
    }

    fn html(&self) -> Result<String, Error> {
        let (language, direction) = (i18n::current_language().as_str(), i18n::current_language().direction());
        let html = Html { letter: self, language, direction, copy: tr("mail-copy-link") };
        html.render().map_err(Error::internal)
    }
}

/// Why a code is mailed. Only the owner of the address reads it.
pub enum CodeFor<'a> {
    NewAddress,
    /// One that was proved before.
    KnownAddress,
    /// A sign-in with the right password, on this device.
    NewDevice(&'a str),
}

impl Message {
    /// The six-digit code, first in the subject so that a phone's notification shows it.
    pub fn code(to: &Email, code: &str, minutes: i64, what_for: CodeFor<'_>) -> Result<Self, Error> {
        let (why, not_me) = match what_for {
            CodeFor::NewAddress => (None, "mail-not-me"),
            CodeFor::KnownAddress => (Some(tr("mail-code-known")), "mail-not-me"),
            CodeFor::NewDevice(name) => {
                (Some(tr_args("mail-new-device", &[("device", i18n::device_name(name).into())])), "mail-not-my-doing")
            }
        };
        Letter {
            subject: tr_args("mail-code-subject", &[("code", code.into())]),
            lead: vec![tr("mail-code-lead")],
            code: Some(code),
            rest: [good_for(minutes)].into_iter().chain(why).chain([tr(not_me)]).collect(),
            ..Letter::default()
        }
        .to(to)
    }

    /// A link that signs in.
    pub fn link(to: &Email, address: &str, minutes: i64, new: bool) -> Result<Self, Error> {
        Letter {
            subject: tr("mail-link-subject"),
            lead: vec![tr(if new { "mail-link-new" } else { "mail-link-known" })],
            link: Some(Link { words: tr("sign-in"), address }),
            rest: vec![works_once(minutes), tr("mail-not-me")],
            ..Letter::default()
        }
        .to(to)
    }

    /// A link to choose a password.
    pub fn reset(to: &Email, address: &str, minutes: i64, new: bool) -> Result<Self, Error> {
        Letter {
            subject: tr("mail-reset-subject"),
            lead: vec![tr(if new { "mail-reset-new" } else { "mail-reset-known" })],
            link: Some(Link { words: tr("mail-reset-link"), address }),
            rest: vec![works_once(minutes), tr("mail-not-me")],
            ..Letter::default()
        }
        .to(to)
    }

    /// A code that moves an account to this address.
    pub fn new_address(to: &Email, code: &str, minutes: i64) -> Result<Self, Error> {
        Letter {
            subject: tr_args("mail-code-subject", &[("code", code.into())]),
            lead: vec![tr("mail-new-address-lead")],
            code: Some(code),
            rest: vec![good_for(minutes), tr("mail-new-address-not-me")],
            ..Letter::default()
        }
        .to(to)
    }

    /// Somebody wants to move an account to an address that has one.
    pub fn address_taken(to: &Email) -> Result<Self, Error> {
        told(to, "mail-address-taken", &[tr("mail-address-taken.lead"), tr("mail-address-taken.rest")])
    }

    /// To the address that an account has left.
    pub fn address_changed(to: &Email, new: &Email) -> Result<Self, Error> {
        let lead = tr_args("mail-address-changed.lead", &[("address", new.as_str().into())]);
        told(to, "mail-address-changed", &[lead, tr("mail-address-changed.rest")])
    }

    pub fn password_changed(to: &Email) -> Result<Self, Error> {
        told(to, "mail-password-changed", &[tr("mail-password-changed.lead"), tr("mail-not-my-doing")])
    }

    /// The address was proved in another browser than the one where a password was chosen.
    pub fn no_password(to: &Email) -> Result<Self, Error> {
        told(to, "mail-no-password", &[tr("mail-no-password.lead"), tr("mail-no-password.rest")])
    }

    pub fn account_deleted(to: &Email) -> Result<Self, Error> {
        told(to, "mail-account-deleted", &[tr("mail-account-deleted.lead"), tr("mail-account-deleted.rest")])
    }
}

fn good_for(minutes: i64) -> String {
    tr_args("mail-code-good-for", &[("minutes", minutes.into())])
}

fn works_once(minutes: i64) -> String {
    tr_args("mail-works-once", &[("minutes", minutes.into())])
}

/// A mail that only tells something: its subject has this name among the words.
fn told(to: &Email, subject: &str, lead: &[String]) -> Result<Message, Error> {
    Letter { subject: tr(subject), lead: lead.to_vec(), ..Letter::default() }.to(to)
}
