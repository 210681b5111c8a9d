//! `GET /api/v1/credits`: the balance and its ledger.

use axum::{Json, extract::State};
use model::Credits;

use super::{extract::QueryParams, pages::PaginationParams};
use crate::{AppState, Error, credits, identity::Account};

/// The balance and its ledger, newest entry first.
#[utoipa::path(get, path = "/credits", params(PaginationParams),
    responses((status = 200, description = "The balance and its ledger", body = Credits)))]
pub async fn list_credits(
    State(state): State<AppState>,
    account: Account,
    QueryParams(params): QueryParams<PaginationParams>,
) -> Result<Json<Credits>, Error> {
    credits::list_credits(&state, &account, params.next.as_deref()).await.map(Json)
}
