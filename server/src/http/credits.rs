//! `GET /api/v1/credits`: the balance and its ledger.

use axum::{Json, extract::State};
use model::Credits;

use super::{answer::Asked, pages::Part};
use crate::{AppState, Error, credits, identity::Account};

pub async fn list(
    State(state): State<AppState>,
    account: Account,
    Asked(part): Asked<Part>,
) -> Result<Json<Credits>, Error> {
    credits::list_credits(&state, &account, part.next.as_deref()).await.map(Json)
}
