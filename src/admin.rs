//! Administration commands: `scribble user`, `credit`, `flag` and `domain`.

use anyhow::{Context, bail};
use clap::{Args, Subcommand, ValueEnum};
use model::{Email, ProblemCode};
use server::{
    AppState, Config, Error,
    flags::{self, Flag},
    fraud, operator,
};

#[derive(Args)]
pub struct UserCommand {
    #[command(subcommand)]
    action: UserAction,
}

#[derive(Subcommand)]
enum UserAction {
    /// Show an account: credits, flag and latest events
    Show {
        email: String,
        #[command(flatten)]
        config: Box<Config>,
    },
    /// Flag an account for review; without a reason, remove the flag and give the withheld free
    /// credits
    Flag {
        email: String,
        #[arg(long)]
        reason: Option<String>,
        #[command(flatten)]
        config: Box<Config>,
    },
    /// Give credits
    Credit(CreditCommand),
    /// Give an account access to /admin, or take it away
    Role {
        email: String,
        role: Role,
        #[command(flatten)]
        config: Box<Config>,
    },
}

#[derive(Args)]
pub struct CreditCommand {
    email: String,
    #[arg(value_parser = clap::value_parser!(u32).range(1..=1000))]
    amount: u32,
    #[command(flatten)]
    config: Box<Config>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Role {
    Operator,
    Parent,
}

#[derive(Args)]
pub struct FlagCommand {
    #[command(subcommand)]
    action: FlagAction,
}

#[derive(Subcommand)]
enum FlagAction {
    /// List every flag and whether it is on
    List(Box<Config>),
    /// Switch one; servers follow within seconds
    Set {
        name: String,
        state: FlagState,
        #[command(flatten)]
        config: Box<Config>,
    },
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FlagState {
    On,
    Off,
}

#[derive(Args)]
pub struct DomainCommand {
    action: DomainAction,
    domain: String,
    #[command(flatten)]
    config: Box<Config>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum DomainAction {
    /// Its addresses may sign up, even if a list contains it
    Allow,
    /// They may not
    Deny,
    /// Remove the rule: the lists decide
    Forget,
}

pub async fn run_user_command(command: UserCommand) -> anyhow::Result<()> {
    match command.action {
        UserAction::Show { email, config } => {
            let user = explain_missing_account(
                operator::find_account_summary(&AppState::start(*config).await?, &parse_email(&email)?).await,
            )?;
            let verified = if user.is_verified { "verified" } else { "not verified" };
            println!("{}  {}  {verified}  {}  {} credits", user.id, user.email, user.role, user.credits);
            if let Some(reason) = user.flagged_for {
                println!("flagged: {reason}");
            }
            user.events.iter().for_each(|(kind, at)| println!("{at}  {kind}"));
        }
        UserAction::Flag { email, reason, config } => {
            explain_missing_account(
                operator::set_account_flag(&AppState::start(*config).await?, &parse_email(&email)?, reason.as_deref())
                    .await,
            )?;
        }
        UserAction::Credit(command) => grant_credits(command).await?,
        UserAction::Role { email, role, config } => {
            let state = AppState::start(*config).await?;
            explain_missing_account(
                operator::set_operator_role(&state, &parse_email(&email)?, role == Role::Operator).await,
            )?;
        }
    }
    Ok(())
}

pub async fn grant_credits(command: CreditCommand) -> anyhow::Result<()> {
    let state = AppState::start(*command.config).await?;
    let balance =
        explain_missing_account(operator::grant_credits(&state, &parse_email(&command.email)?, command.amount).await)?;
    println!("{balance} credits");
    Ok(())
}

pub async fn run_flag_command(command: FlagCommand) -> anyhow::Result<()> {
    match command.action {
        FlagAction::List(config) => {
            for (flag, is_on) in flags::list_flags(&AppState::start(*config).await?).await? {
                println!("{}  {}", if is_on { "on " } else { "off" }, flag.as_str());
            }
        }
        FlagAction::Set { name, state, config } => {
            let Some(flag) = Flag::from_name(&name) else {
                bail!("there is no flag of this name; there are {}", Flag::ALL.map(Flag::as_str).join(", "));
            };
            flags::set_flag(&AppState::start(*config).await?, flag, state == FlagState::On).await?;
        }
    }
    Ok(())
}

pub async fn set_domain_rule(command: DomainCommand) -> anyhow::Result<()> {
    let allowed = match command.action {
        DomainAction::Allow => Some(true),
        DomainAction::Deny => Some(false),
        DomainAction::Forget => None,
    };
    Ok(fraud::set_domain_override(&AppState::start(*command.config).await?, &command.domain, allowed).await?)
}

/// Replaces the site's generic "not found" by a message for the command line.
fn explain_missing_account<T>(result: Result<T, Error>) -> anyhow::Result<T> {
    match result {
        Err(Error::Problem(problem)) if problem.code == ProblemCode::NotFound => {
            bail!("there is no account with this address")
        }
        result => Ok(result?),
    }
}

fn parse_email(text: &str) -> anyhow::Result<Email> {
    Email::parse(text).context("this is not an e-mail address")
}
