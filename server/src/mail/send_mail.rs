//! Background job that sends one mail.

use serde::{Deserialize, Serialize};

use super::Message;
use crate::{
    AppState, Error,
    db::Tx,
    jobs::{self, Job},
};

#[derive(Serialize, Deserialize)]
pub struct SendMail {
    pub message: Message,
}

impl Job for SendMail {
    const KIND: &'static str = "send_mail";
    /// About 40 minutes of retries: outlives a restart of the mail server and the lifetime of any
    /// code.
    const MAX_ATTEMPTS: i64 = 16;
}

/// Enqueues a mail in the caller's transaction. Call `job_notifier.notify` after the commit.
pub async fn enqueue_mail(tx: &mut Tx, message: Message) -> Result<(), Error> {
    jobs::enqueue(tx, jobs::new_job_id(), None, &SendMail { message }, None).await
}

impl SendMail {
    pub async fn run(&self, state: &AppState) -> Result<(), Error> {
        state.mail.deliver(&self.message).await
    }
}
