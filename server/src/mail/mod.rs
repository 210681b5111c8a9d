//! Mail: what it says, and how it leaves. Sent by a job, so that a slow mail server holds up nobody.

mod send;

use std::path::PathBuf;

use askama::Template;
use model::Email;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use send::SendMail;

use crate::{
    Config, Error, Machine,
    clock::{local_now, rfc3339},
};

/// A mail ready to leave.
/// No `Debug`: it holds a code, which no log may.
#[derive(Clone, Serialize, Deserialize)]
pub struct Message {
    pub to: Email,
    pub subject: String,
    pub text: String,
    pub html: String,
    /// RFC 3339: when it was written.
    pub at: String,
}

#[derive(Template)]
#[template(path = "code.txt")]
struct CodeText<'a> {
    code: &'a str,
    minutes: i64,
    new: bool,
}

#[derive(Template)]
#[template(path = "code.html")]
struct CodeHtml<'a> {
    code: &'a str,
    minutes: i64,
    new: bool,
}

impl Message {
    /// The six-digit code, first in the subject so that a phone's notification shows it.
    ///
    /// `new` tells an address that was proved before that it has an account already; only its owner reads this.
    pub fn code(to: &Email, code: &str, minutes: i64, new: bool) -> Result<Self, Error> {
        Ok(Self {
            to: to.clone(),
            subject: format!("{code} is your Scribble Machine code"),
            text: CodeText { code, minutes, new }.render().map_err(Error::internal)?,
            html: CodeHtml { code, minutes, new }.render().map_err(Error::internal)?,
            at: rfc3339(local_now()),
        })
    }
}

/// Where mail goes.
#[derive(Clone)]
pub enum Mail {
    /// A folder of JSON files, shown at `/dev/mail` in dev.
    Outbox(PathBuf),
}

impl Mail {
    pub fn open(config: &Config) -> Result<Self, Error> {
        if config.mail_url != "outbox" {
            return Err(Error::config("SCRIBBLE_MAIL_URL has to be: outbox"));
        }
        let folder = config.data_dir.join("outbox");
        std::fs::create_dir_all(&folder).map_err(|error| Error::Io("creating the outbox", error))?;
        Ok(Self::Outbox(folder))
    }

    /// Hands the message over. Repeated after a crash, it may arrive twice, never not at all.
    async fn deliver(&self, message: &Message) -> Result<(), Error> {
        let Self::Outbox(folder) = self;
        let json = serde_json::to_vec_pretty(message).map_err(Error::internal)?;
        let name = format!("{}.json", Uuid::now_v7());
        // Written aside and renamed: a reader never sees half a message.
        let aside = folder.join(format!("{name}.part"));
        let written = async {
            tokio::fs::write(&aside, json).await?;
            tokio::fs::rename(&aside, folder.join(name)).await
        };
        written.await.map_err(|error| Error::Io("writing to the outbox", error))
    }
}

/// What lies in the outbox, oldest first.
pub async fn outbox(machine: &Machine) -> Vec<Message> {
    let Mail::Outbox(folder) = &machine.mail;
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|e| e == "json"))
        .collect();
    // Names are UUIDs of version 7: their order is that of time.
    files.sort();
    files.iter().filter_map(|path| serde_json::from_slice(&std::fs::read(path).ok()?).ok()).collect()
}
