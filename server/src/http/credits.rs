//! `GET /api/v1/credits`: the balance and its ledger.

use axum::{Json, extract::State};
use model::Credits;

use super::{answer::Asked, pages::Part};
use crate::{Error, Machine, credits, visitor::Account};

pub async fn list(
    State(machine): State<Machine>,
    account: Account,
    Asked(part): Asked<Part>,
) -> Result<Json<Credits>, Error> {
    credits::list(&machine, &account, part.next.as_deref()).await.map(Json)
}
