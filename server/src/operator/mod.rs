//! Operator tools: overview and accounts, used by the command line and by the read-only admin
//! screen.

mod store;

use model::{Email, Problem, UserId, operator::Overview};

use crate::{
    AppState, Error, accounts, audit,
    clock::{DAY, rfc3339},
    credits,
    db::{Authority, Tx},
    flags, fraud,
    identity::Account,
    limits::spending,
};

/// Maximum of flagged accounts in the overview.
const MAX_FLAGGED: i64 = 50;
const GIGABYTE: i64 = 1_000_000_000;

/// An account as an operator sees it, without its content.
pub struct AccountSummary {
    pub id: UserId,
    pub email: String,
    pub is_verified: bool,
    pub role: String,
    pub flagged_for: Option<String>,
    pub credits: i64,
    /// `(kind, RFC 3339 time)`, newest first.
    pub events: Vec<(String, String)>,
}

async fn find_user_id(tx: &mut Tx, email: &Email) -> Result<UserId, Error> {
    let user = accounts::store::find_by_email(tx, email).await?;
    user.map(|user| user.id).ok_or_else(|| Problem::not_found().into())
}

/// Returns the account with an e-mail address.
///
/// # Errors
/// `not_found` when there is none. This holds for all functions with an address.
pub async fn find_account_summary(state: &AppState, email: &Email) -> Result<AccountSummary, Error> {
    let mut tx = state.db.begin_read(Authority::System).await?;
    let id = find_user_id(&mut tx, email).await?;
    let (role, flagged_for, verified_at) = store::find_account(&mut tx, id).await?;
    let mut events = audit::list_events(&mut tx, id).await?;
    events.reverse();
    Ok(AccountSummary {
        id,
        email: email.as_str().to_owned(),
        is_verified: verified_at.is_some(),
        role,
        flagged_for,
        credits: credits::balance_in(&mut tx, id).await?,
        events: events.into_iter().take(20).map(|(kind, at)| (kind, rfc3339(at))).collect(),
    })
}

/// Flags an account for a reason, or removes the flag. Removing it grants the withheld free
/// credits, unless the mailbox has had some meanwhile.
pub async fn set_account_flag(state: &AppState, email: &Email, reason: Option<&str>) -> Result<(), Error> {
    let mut tx = state.db.begin(Authority::System).await?;
    let id = find_user_id(&mut tx, email).await?;
    let (_, flagged_for, verified_at) = store::find_account(&mut tx, id).await?;
    fraud::set_account_flag(&mut tx, id, reason).await?;
    let is_withheld = flagged_for.is_some() && verified_at.is_some() && !credits::had_free_credits(&mut tx, id).await?;
    if reason.is_none() && is_withheld {
        let mailbox = fraud::mailbox_hash(state, &mut tx, email).await?;
        let is_first = credits::claim_free_credits(&mut tx, &mailbox).await?;
        credits::open_balance(&mut tx, id, is_first).await?;
    }
    let kind = if reason.is_some() { "flagged_by_operator" } else { "looked_at_by_operator" };
    audit::record_event(&mut tx, Some(id), kind).await?;
    tx.commit().await
}

/// Grants credits, recorded in the ledger as an operator's, and returns the new balance.
pub async fn grant_credits(state: &AppState, email: &Email, amount: u32) -> Result<i64, Error> {
    let mut tx = state.db.begin(Authority::System).await?;
    let id = find_user_id(&mut tx, email).await?;
    credits::give_credits(&mut tx, id, i64::from(amount)).await?;
    audit::record_event(&mut tx, Some(id), "credits_given").await?;
    let balance = credits::balance_in(&mut tx, id).await?;
    tx.commit().await?;
    Ok(balance)
}

/// Makes an account an operator's, or an ordinary one again.
pub async fn set_operator_role(state: &AppState, email: &Email, is_operator: bool) -> Result<(), Error> {
    let mut tx = state.db.begin(Authority::System).await?;
    let id = find_user_id(&mut tx, email).await?;
    store::set_role(&mut tx, id, if is_operator { "operator" } else { "parent" }).await?;
    audit::record_event(&mut tx, Some(id), "role_changed").await?;
    tx.commit().await
}

/// Loads the figures of the site for an operator's account.
///
/// # Errors
/// `not_found` for any other account, which hides the screen.
pub async fn load_overview(state: &AppState, account: &Account) -> Result<Overview, Error> {
    let flags = flags::list_flags(state).await?;
    let mut tx = state.db.begin_read(Authority::System).await?;
    if store::find_account(&mut tx, account.id).await?.0 != "operator" {
        return Err(Problem::not_found().into());
    }
    let settings = &state.config.limits;
    let since = tx.now - DAY;
    let (accounts, guests) = store::count_accounts_and_guests(&mut tx).await?;
    let stored_bytes = store::sum_stored_bytes(&mut tx).await?;
    let quota = i64::from(settings.storage_quota_gb) * GIGABYTE;
    Ok(Overview {
        events: store::count_events_by_kind(&mut tx, since).await?.into_iter().collect(),
        accounts,
        guests,
        flagged: store::list_flagged_accounts(&mut tx, MAX_FLAGGED).await?,
        jobs: store::count_jobs_by_state(&mut tx).await?,
        stored_bytes,
        stored_percent: (quota > 0).then(|| stored_bytes.saturating_mul(100) / quota),
        spent_cents: spending::cents_spent_today(&mut tx).await?,
        cap_cents: i64::from(settings.daily_spend_cents),
        flags: flags.into_iter().map(|(flag, is_on)| (flag.as_str().to_owned(), is_on)).collect(),
    })
}
