//! The job that removes files whose rows are gone.

use serde::{Deserialize, Serialize};

use crate::{Error, Machine};

#[derive(Debug, Serialize, Deserialize)]
pub struct RemoveFiles {
    pub paths: Vec<String>,
}

impl RemoveFiles {
    pub async fn run(&self, machine: &Machine) -> Result<(), Error> {
        for path in &self.paths {
            machine.files.delete(path).await?;
        }
        Ok(())
    }
}
