//! Outgoing mail: message templates, and delivery by SMTP or into a local outbox. Sent by a
//! background job, so that a slow mail server delays no request.

mod messages;
mod send_mail;

use std::{path::PathBuf, time::Duration};

use lettre::{
    AsyncSmtpTransport, AsyncTransport, Tokio1Executor,
    message::{Mailbox, MultiPart},
};
use model::Email;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use messages::CodeReason;
pub use send_mail::{SendMail, enqueue_mail};

use crate::{AppState, Config, Error};

/// Timeout of each step of the SMTP conversation.
const SMTP_TIMEOUT: Duration = Duration::from_secs(20);

/// A rendered mail. Not `Debug`, because it may hold a code, which must not be logged.
#[derive(Clone, Serialize, Deserialize)]
pub struct Message {
    pub to: Email,
    pub subject: String,
    pub text: String,
    pub html: String,
    /// When it was rendered, RFC 3339.
    pub at: String,
}

/// Delivery of mail.
#[derive(Clone)]
pub enum Mailer {
    /// A folder of JSON files, shown at `/dev/mail` in development.
    Outbox(PathBuf),
    Smtp {
        server: Box<AsyncSmtpTransport<Tokio1Executor>>,
        from: Box<Mailbox>,
    },
}

impl Mailer {
    /// Connects the configured mail server, or creates the outbox folder.
    ///
    /// # Errors
    /// When `SCRIBBLE_MAIL_URL` or `SCRIBBLE_MAIL_FROM` is malformed.
    pub fn open(config: &Config) -> Result<Self, Error> {
        if config.mail_url == "outbox" {
            let folder = config.data_dir.join("outbox");
            std::fs::create_dir_all(&folder).map_err(|error| Error::Io("creating the outbox", error))?;
            return Ok(Self::Outbox(folder));
        }
        // The library's message may repeat the URL, which holds a password.
        let server = AsyncSmtpTransport::<Tokio1Executor>::from_url(&config.mail_url)
            .map_err(|_| Error::config("SCRIBBLE_MAIL_URL has to be smtp://..., smtps://... or outbox"))?
            .timeout(Some(SMTP_TIMEOUT))
            .build();
        let from = config
            .mail_from()
            .parse()
            .map_err(|error| Error::config(format!("SCRIBBLE_MAIL_FROM is not a valid sender: {error}")))?;
        Ok(Self::Smtp { server: Box::new(server), from: Box::new(from) })
    }

    /// Delivers a message at least once: a retry after a crash may send it twice.
    async fn deliver(&self, message: &Message) -> Result<(), Error> {
        match self {
            Self::Outbox(folder) => write_to_outbox(folder, message).await,
            Self::Smtp { server, from } => {
                let to = message.to.as_str().parse().map_err(Error::internal)?;
                let email = lettre::Message::builder()
                    .from(from.as_ref().clone())
                    .to(Mailbox::new(None, to))
                    .subject(&message.subject)
                    .message_id(None)
                    .multipart(MultiPart::alternative_plain_html(message.text.clone(), message.html.clone()))
                    .map_err(Error::internal)?;
                server.send(email).await.map(drop).map_err(|error| Error::internal(smtp_error_text(&error)))
            }
        }
    }
}

/// Describes an SMTP error without the server's text, which may hold the recipient's address.
fn smtp_error_text(error: &lettre::transport::smtp::Error) -> String {
    match error.status() {
        Some(status) => format!("mail server: {status}"),
        None if error.is_timeout() => "mail server: no answer in time".to_owned(),
        None => "mail server: unreachable".to_owned(),
    }
}

async fn write_to_outbox(folder: &std::path::Path, message: &Message) -> Result<(), Error> {
    let json = serde_json::to_vec_pretty(message).map_err(Error::internal)?;
    let name = format!("{}.json", Uuid::now_v7());
    // Written under another name and renamed: a reader never sees a partial message.
    let temporary = folder.join(format!("{name}.part"));
    let written = async {
        tokio::fs::write(&temporary, json).await?;
        tokio::fs::rename(&temporary, folder.join(name)).await
    };
    written.await.map_err(|error| Error::Io("writing to the outbox", error))
}

/// Returns the mails in the outbox, oldest first.
pub async fn read_outbox(state: &AppState) -> Vec<Message> {
    let Mailer::Outbox(folder) = &state.mail else { return Vec::new() };
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|e| e == "json"))
        .collect();
    // UUIDv7 file names sort by time.
    files.sort();
    files.iter().filter_map(|path| serde_json::from_slice(&std::fs::read(path).ok()?).ok()).collect()
}
