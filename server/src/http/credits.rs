//! `GET /api/v1/credits`: the balance and its ledger.

use axum::{Json, extract::State};
use model::Credits;

use crate::{Error, Machine, credits, visitor::Account};

pub async fn list(State(machine): State<Machine>, account: Account) -> Result<Json<Credits>, Error> {
    credits::list(&machine, &account).await.map(Json)
}
