//! Content of all mails, in the language of the current request. Each answers an action of the
//! recipient and says what to do if somebody else did it.

use askama::Template;
use model::Email;

use super::Message;
use crate::{
    Error,
    clock::{local_now, rfc3339},
    i18n::{self, tr, tr_args},
};

/// Parts of a mail, rendered as text and as HTML.
#[derive(Default)]
struct Content<'a> {
    subject: String,
    lead: Vec<String>,
    code: Option<&'a str>,
    link: Option<Link<'a>>,
    closing: Vec<String>,
}

struct Link<'a> {
    label: String,
    url: &'a str,
}

#[derive(Template)]
#[template(path = "mail.txt")]
struct Text<'a> {
    content: &'a Content<'a>,
}

#[derive(Template)]
#[template(path = "mail.html")]
struct Html<'a> {
    content: &'a Content<'a>,
    language: &'static str,
    direction: &'static str,
    /// Introduces the URL in plain, for mail programs that do not show links.
    copy: String,
}

impl Content<'_> {
    fn to_message(&self, to: &Email) -> Result<Message, Error> {
        Ok(Message {
            to: to.clone(),
            subject: self.subject.clone(),
            text: Text { content: self }.render().map_err(Error::internal)?,
            html: self.render_html()?,
            at: rfc3339(local_now()),
        })
    }

    fn render_html(&self) -> Result<String, Error> {
        let (language, direction) = (i18n::current_language().as_str(), i18n::current_language().direction());
        let html = Html { content: self, language, direction, copy: tr("mail-copy-link") };
        html.render().map_err(Error::internal)
    }
}

/// Why a code is mailed. Shown only to the owner of the address.
pub enum CodeReason<'a> {
    UnverifiedAddress,
    /// An address that was verified before.
    VerifiedAddress,
    /// A sign-in with the right password on this new device.
    NewDevice(&'a str),
}

impl Message {
    /// Mail with the six-digit code, which the subject starts with so that notifications show it.
    pub fn sign_in_code(to: &Email, code: &str, minutes: i64, reason: CodeReason<'_>) -> Result<Self, Error> {
        let (why, not_me) = match reason {
            CodeReason::UnverifiedAddress => (None, "mail-not-me"),
            CodeReason::VerifiedAddress => (Some(tr("mail-code-known")), "mail-not-me"),
            CodeReason::NewDevice(name) => (
                Some(tr_args("mail-new-device", &[("device", i18n::localize_device_name(name).into())])),
                "mail-not-my-doing",
            ),
        };
        Content {
            subject: tr_args("mail-code-subject", &[("code", code.into())]),
            lead: vec![tr("mail-code-lead")],
            code: Some(code),
            closing: [code_validity(minutes)].into_iter().chain(why).chain([tr(not_me)]).collect(),
            ..Content::default()
        }
        .to_message(to)
    }

    /// Mail with a sign-in link.
    pub fn sign_in_link(to: &Email, url: &str, minutes: i64, new: bool) -> Result<Self, Error> {
        Content {
            subject: tr("mail-link-subject"),
            lead: vec![tr(if new { "mail-link-new" } else { "mail-link-known" })],
            link: Some(Link { label: tr("sign-in"), url }),
            closing: vec![link_validity(minutes), tr("mail-not-me")],
            ..Content::default()
        }
        .to_message(to)
    }

    /// Mail with a link to choose a password.
    pub fn password_reset(to: &Email, url: &str, minutes: i64, new: bool) -> Result<Self, Error> {
        Content {
            subject: tr("mail-reset-subject"),
            lead: vec![tr(if new { "mail-reset-new" } else { "mail-reset-known" })],
            link: Some(Link { label: tr("mail-reset-link"), url }),
            closing: vec![link_validity(minutes), tr("mail-not-me")],
            ..Content::default()
        }
        .to_message(to)
    }

    /// Mail with a code that moves an account to this address.
    pub fn address_change_code(to: &Email, code: &str, minutes: i64) -> Result<Self, Error> {
        Content {
            subject: tr_args("mail-code-subject", &[("code", code.into())]),
            lead: vec![tr("mail-new-address-lead")],
            code: Some(code),
            closing: vec![code_validity(minutes), tr("mail-new-address-not-me")],
            ..Content::default()
        }
        .to_message(to)
    }

    /// Notice that somebody tried to move an account to this address, which has one already.
    pub fn address_taken(to: &Email) -> Result<Self, Error> {
        build_notice(to, "mail-address-taken", &[tr("mail-address-taken.lead"), tr("mail-address-taken.rest")])
    }

    /// Notice to the former address of an account.
    pub fn address_changed(to: &Email, new: &Email) -> Result<Self, Error> {
        let lead = tr_args("mail-address-changed.lead", &[("address", new.as_str().into())]);
        build_notice(to, "mail-address-changed", &[lead, tr("mail-address-changed.rest")])
    }

    pub fn password_changed(to: &Email) -> Result<Self, Error> {
        build_notice(to, "mail-password-changed", &[tr("mail-password-changed.lead"), tr("mail-not-my-doing")])
    }

    /// Notice that the password chosen at sign-up was not set, because the address was verified in
    /// another browser.
    pub fn no_password(to: &Email) -> Result<Self, Error> {
        build_notice(to, "mail-no-password", &[tr("mail-no-password.lead"), tr("mail-no-password.rest")])
    }

    pub fn account_deleted(to: &Email) -> Result<Self, Error> {
        build_notice(to, "mail-account-deleted", &[tr("mail-account-deleted.lead"), tr("mail-account-deleted.rest")])
    }
}

fn code_validity(minutes: i64) -> String {
    tr_args("mail-code-good-for", &[("minutes", minutes.into())])
}

fn link_validity(minutes: i64) -> String {
    tr_args("mail-works-once", &[("minutes", minutes.into())])
}

/// Builds a mail without code or link; `subject` is its message name.
fn build_notice(to: &Email, subject: &str, lead: &[String]) -> Result<Message, Error> {
    Content { subject: tr(subject), lead: lead.to_vec(), ..Content::default() }.to_message(to)
}
