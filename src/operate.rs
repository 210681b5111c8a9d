//! What an operator does at the command line: accounts, flags, domains.

use anyhow::{Context, bail};
use clap::{Args, Subcommand, ValueEnum};
use model::{Email, ProblemCode};
use server::{
    AppState, Config, Error,
    flags::{self, Flag},
    fraud, operator,
};

#[derive(Args)]
pub struct User {
    #[command(subcommand)]
    action: UserAction,
}

#[derive(Subcommand)]
enum UserAction {
    /// What is known of an account
    Show {
        email: String,
        #[command(flatten)]
        config: Box<Config>,
    },
    /// Flag an account for an operator to look at; without a reason, take the flag away and give the free credits that
    /// were kept back
    Flag {
        email: String,
        #[arg(long)]
        reason: Option<String>,
        #[command(flatten)]
        config: Box<Config>,
    },
    /// Give credits
    Credit(Credit),
    /// Let an account see /admin, or no longer
    Role {
        email: String,
        role: Role,
        #[command(flatten)]
        config: Box<Config>,
    },
}

#[derive(Args)]
pub struct Credit {
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
pub struct Flags {
    #[command(subcommand)]
    action: FlagAction,
}

#[derive(Subcommand)]
enum FlagAction {
    /// Every flag, and whether it is on
    List(Box<Config>),
    /// Switch one; servers follow within seconds
    Set {
        name: String,
        state: Switch,
        #[command(flatten)]
        config: Box<Config>,
    },
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Switch {
    On,
    Off,
}

#[derive(Args)]
pub struct Domain {
    action: Opinion,
    domain: String,
    #[command(flatten)]
    config: Box<Config>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Opinion {
    /// Its addresses may sign up, whatever the lists say
    Allow,
    /// They may not
    Deny,
    /// What the lists say
    Forget,
}

pub async fn user(command: User) -> anyhow::Result<()> {
    match command.action {
        UserAction::Show { email, config } => {
            let user = known(operator::find_account(&AppState::start(*config).await?, &address(&email)?).await)?;
            let proved = if user.is_verified { "proved" } else { "not proved" };
            println!("{}  {}  {proved}  {}  {} credits", user.id, user.email, user.role, user.credits);
            if let Some(reason) = user.flagged_for {
                println!("flagged: {reason}");
            }
            user.events.iter().for_each(|(kind, at)| println!("{at}  {kind}"));
        }
        UserAction::Flag { email, reason, config } => {
            known(
                operator::set_account_flag(&AppState::start(*config).await?, &address(&email)?, reason.as_deref())
                    .await,
            )?;
        }
        UserAction::Credit(command) => credit(command).await?,
        UserAction::Role { email, role, config } => {
            let state = AppState::start(*config).await?;
            known(operator::set_operator_role(&state, &address(&email)?, role == Role::Operator).await)?;
        }
    }
    Ok(())
}

pub async fn credit(command: Credit) -> anyhow::Result<()> {
    let state = AppState::start(*command.config).await?;
    let balance = known(operator::grant_credits(&state, &address(&command.email)?, command.amount).await)?;
    println!("{balance} credits");
    Ok(())
}

pub async fn flag(command: Flags) -> anyhow::Result<()> {
    match command.action {
        FlagAction::List(config) => {
            for (flag, is_on) in flags::list(&AppState::start(*config).await?).await? {
                println!("{}  {}", if is_on { "on " } else { "off" }, flag.as_str());
            }
        }
        FlagAction::Set { name, state, config } => {
            let Some(flag) = Flag::parse(&name) else {
                bail!("there is no flag of this name; there are {}", Flag::ALL.map(Flag::as_str).join(", "));
            };
            flags::set(&AppState::start(*config).await?, flag, state == Switch::On).await?;
        }
    }
    Ok(())
}

pub async fn domain(command: Domain) -> anyhow::Result<()> {
    let allowed = match command.action {
        Opinion::Allow => Some(true),
        Opinion::Deny => Some(false),
        Opinion::Forget => None,
    };
    Ok(fraud::set_domain_override(&AppState::start(*command.config).await?, &command.domain, allowed).await?)
}

/// What a person on the site is told of something that is not there is no help here.
fn known<T>(outcome: Result<T, Error>) -> anyhow::Result<T> {
    match outcome {
        Err(Error::Problem(problem)) if problem.code == ProblemCode::NotFound => {
            bail!("there is no account with this address")
        }
        outcome => Ok(outcome?),
    }
}

fn address(text: &str) -> anyhow::Result<Email> {
    Email::parse(text).context("this is no e-mail address")
}
