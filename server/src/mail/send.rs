//! The job that sends one mail.

use serde::{Deserialize, Serialize};

use super::Message;
use crate::{Error, Machine};

#[derive(Serialize, Deserialize)]
pub struct SendMail {
    pub message: Message,
}

impl SendMail {
    pub async fn run(&self, machine: &Machine) -> Result<(), Error> {
        machine.mail.deliver(&self.message).await
    }
}
