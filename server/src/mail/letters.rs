//! What mails say. Each is an answer to something that was just asked for, and says what to do if it was not.

use askama::Template;
use model::Email;

use super::Message;
use crate::{
    Error,
    clock::{local_now, rfc3339},
};

const NOT_ME: &str = "If you did not ask for this, ignore this mail. Nobody gets in without it.";
const NOT_MY_DOING: &str = "If this was not you, choose a new password at once: open Scribble Machine, then \
     \"Sign in\", then \"Forgot your password?\".";

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
    words: &'a str,
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
}

impl Letter<'_> {
    fn to(&self, to: &Email) -> Result<Message, Error> {
        Ok(Message {
            to: to.clone(),
            subject: self.subject.clone(),
            text: Text { letter: self }.render().map_err(Error::internal)?,
            html: Html { letter: self }.render().map_err(Error::internal)?,
            at: rfc3339(local_now()),
        })
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
            CodeFor::NewAddress => (None, NOT_ME),
            CodeFor::KnownAddress => {
                (Some("You already have an account with this address: the code signs you in.".to_owned()), NOT_ME)
            }
            CodeFor::NewDevice(name) => {
                (Some(format!("Your password was typed on a device we have not seen before: {name}.")), NOT_MY_DOING)
            }
        };
        Letter {
            subject: format!("{code} is your Scribble Machine code"),
            lead: vec!["Your code is".to_owned()],
            code: Some(code),
            rest: [format!("Type it where you asked for it. It is good for {minutes} minutes.")]
                .into_iter()
                .chain(why)
                .chain([not_me.to_owned()])
                .collect(),
            ..Letter::default()
        }
        .to(to)
    }

    /// A link that signs in.
    pub fn link(to: &Email, address: &str, minutes: i64, new: bool) -> Result<Self, Error> {
        let lead = match new {
            true => "This link makes your account and signs you in.",
            false => "This link signs you in.",
        };
        Letter {
            subject: "Your link to Scribble Machine".to_owned(),
            lead: vec![lead.to_owned()],
            link: Some(Link { words: "Sign in", address }),
            rest: vec![format!("It works once, within {minutes} minutes."), NOT_ME.to_owned()],
            ..Letter::default()
        }
        .to(to)
    }

    /// A link to choose a password.
    pub fn reset(to: &Email, address: &str, minutes: i64, new: bool) -> Result<Self, Error> {
        let lead = match new {
            true => "There is no account with this address yet. This link makes one and lets you choose its password.",
            false => "This link lets you choose a new password. Every device that is signed in will be signed out.",
        };
        Letter {
            subject: "Choose a new password for Scribble Machine".to_owned(),
            lead: vec![lead.to_owned()],
            link: Some(Link { words: "Choose a password", address }),
            rest: vec![format!("It works once, within {minutes} minutes."), NOT_ME.to_owned()],
            ..Letter::default()
        }
        .to(to)
    }

    /// A code that moves an account to this address.
    pub fn new_address(to: &Email, code: &str, minutes: i64) -> Result<Self, Error> {
        Letter {
            subject: format!("{code} is your Scribble Machine code"),
            lead: vec!["Your code for using this address with your account is".to_owned()],
            code: Some(code),
            rest: vec![
                format!("Type it where you asked for it. It is good for {minutes} minutes."),
                "If you did not ask for this, ignore this mail. Nothing changes without it.".to_owned(),
            ],
            ..Letter::default()
        }
        .to(to)
    }

    /// Somebody wants to move an account to an address that has one.
    pub fn address_taken(to: &Email) -> Result<Self, Error> {
        Letter {
            subject: "This address has an account already".to_owned(),
            lead: vec![
                "Somebody, probably you, wants to use this address with another Scribble Machine account. It has one \
                 already, so nothing was changed."
                    .to_owned(),
                "To join the two, sign in here and delete this account first.".to_owned(),
            ],
            ..Letter::default()
        }
        .to(to)
    }

    /// To the address that an account has left.
    pub fn address_changed(to: &Email, new: &Email) -> Result<Self, Error> {
        Letter {
            subject: "Your account has a new address".to_owned(),
            lead: vec![
                format!("Your Scribble Machine account now belongs to {new}. This address no longer opens it."),
                "If this was not you, answer this mail.".to_owned(),
            ],
            ..Letter::default()
        }
        .to(to)
    }

    pub fn password_changed(to: &Email) -> Result<Self, Error> {
        Letter {
            subject: "Your password was changed".to_owned(),
            lead: vec![
                "The password of your Scribble Machine account was changed, and every other device was signed out."
                    .to_owned(),
                NOT_MY_DOING.to_owned(),
            ],
            ..Letter::default()
        }
        .to(to)
    }

    /// The address was proved in another browser than the one where a password was chosen.
    pub fn no_password(to: &Email) -> Result<Self, Error> {
        Letter {
            subject: "Your account has no password yet".to_owned(),
            lead: vec![
                "Your account is ready. The password was typed on another device than the code, so to be safe we did not \
                 keep it."
                    .to_owned(),
                "To sign in next time, ask for a link by mail, or set a password now: open \"Account\", then \"Set a \
                 password\"."
                    .to_owned(),
            ],
            ..Letter::default()
        }
        .to(to)
    }

    pub fn account_deleted(to: &Email) -> Result<Self, Error> {
        Letter {
            subject: "Your account was deleted".to_owned(),
            lead: vec![
                "Your Scribble Machine account is gone, with its photos, its pages and its credits.".to_owned(),
                "Thank you for drawing with us.".to_owned(),
            ],
            ..Letter::default()
        }
        .to(to)
    }
}
