//! SQL for generation requests at providers (table `generations`).

use model::{AssetId, JobId, PageId, UserId};
use sqlx::FromRow;
use uuid::Uuid;

use super::GenerationTarget;
use crate::{
    Error,
    clock::Millis,
    db::{Tx, execute, fetch_one, fetch_optional},
};

/// State of a generation request.
#[derive(FromRow)]
pub struct GenerationRow {
    /// The provider's handle of the request.
    pub request: Option<String>,
    /// URL of the result at the provider.
    pub result_url: Option<String>,
    pub fetches: i64,
    /// The stored result, an asset.
    pub result_id: Option<Uuid>,
    pub started_at: Millis,
}

/// Returns the job's generation request; inserts it if there is none.
pub async fn find_or_insert_generation(
    tx: &mut Tx,
    job: JobId,
    target: &GenerationTarget,
) -> Result<GenerationRow, Error> {
    let (owner, page) = (target.owner, target.page);
    let sql = "INSERT INTO generations (job_id, user_id, page_id, provider, started_at) VALUES ($1, $2, $3, $4, $5)
               ON CONFLICT (job_id) DO NOTHING";
    execute!(tx, sql, job.0, owner.0, page.0, target.provider.as_str(), tx.now)?;
    let sql = "SELECT request, result_url, fetches, result_id, started_at FROM generations
               WHERE job_id = $1 AND user_id = $2";
    fetch_one!(tx, GenerationRow, sql, job.0, owner.0)
}

/// Sets the provider's handle, unless one is set.
pub async fn set_provider_request(tx: &mut Tx, job: JobId, owner: UserId, request: &str) -> Result<(), Error> {
    let sql = "UPDATE generations SET request = $3 WHERE job_id = $1 AND user_id = $2 AND request IS NULL";
    execute!(tx, sql, job.0, owner.0, request).map(drop)
}

/// Sets the result's URL, unless one is set: a provider may complete a request twice.
pub async fn set_result_url(tx: &mut Tx, job: JobId, owner: UserId, url: &str) -> Result<(), Error> {
    let sql = "UPDATE generations SET result_url = $3 WHERE job_id = $1 AND user_id = $2 AND result_url IS NULL";
    execute!(tx, sql, job.0, owner.0, url).map(drop)
}

/// Counts an attempt to fetch the result.
pub async fn increment_fetches(tx: &mut Tx, job: JobId, owner: UserId) -> Result<(), Error> {
    let sql = "UPDATE generations SET fetches = fetches + 1 WHERE job_id = $1 AND user_id = $2";
    execute!(tx, sql, job.0, owner.0).map(drop)
}

/// Links the stored result, unless one is linked.
pub async fn set_result(tx: &mut Tx, job: JobId, owner: UserId, result: AssetId) -> Result<(), Error> {
    let sql = "UPDATE generations SET result_id = $3 WHERE job_id = $1 AND user_id = $2 AND result_id IS NULL";
    execute!(tx, sql, job.0, owner.0, result.0).map(drop)
}

/// Returns the URL of a page's result until the result is in the file store.
pub async fn find_result_url(tx: &mut Tx, owner: UserId, page: PageId) -> Result<Option<String>, Error> {
    let sql = "SELECT result_url FROM generations
               WHERE page_id = $1 AND user_id = $2 AND result_url IS NOT NULL AND result_id IS NULL";
    Ok(fetch_optional!(tx, (String,), sql, page.0, owner.0)?.map(|(url,)| url))
}

/// Deletes the page's generation requests.
pub async fn delete_page_generations(tx: &mut Tx, owner: UserId, page: PageId) -> Result<(), Error> {
    execute!(tx, "DELETE FROM generations WHERE page_id = $1 AND user_id = $2", page.0, owner.0).map(drop)
}
