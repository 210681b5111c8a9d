//! The `scribble` command: serve the site, work on its jobs, bring its database up to date, or draw on the spot.

mod draw;
mod operate;

use std::process::ExitCode;

use anyhow::Context;
use clap::{Args, Parser, Subcommand};
use server::{AppState, Config, db::Db, http, jobs, retention, worker};
use tokio::{net::TcpListener, signal::unix, sync::watch};
use tracing_subscriber::EnvFilter;

/// A photo takes and gives back a hundred megabytes. This allocator keeps them for the next stage where the system's own
/// returns them each time, at the cost of a third of the time of a drawing.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Turns photos into colouring pages.
#[derive(Parser)]
#[command(version, args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    config: Config,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the site and work on its jobs (the default)
    Serve(Config),
    /// Work on jobs only, beside other processes on the same database
    Work(Config),
    /// Bring the database up to date and stop
    Migrate(Config),
    /// Remove what is kept no longer; a server does so every hour by itself
    Sweep(Sweep),
    /// Jobs that failed for good: list them, or give them another chance
    Job(JobCommand),
    /// Accounts: look at one, flag it, give it credits, make it an operator's
    User(operate::User),
    /// Give an account credits; the same as `user credit`
    Credit(operate::Credit),
    /// Switches of the running site
    Flag(operate::Flags),
    /// What domains of e-mail addresses may sign up
    Domain(operate::Domain),
    /// Draw photos without a server
    Draw(draw::Draw),
}

#[derive(Args)]
struct Sweep {
    /// Remove nothing: compare rows and files, and fail when they differ
    #[arg(long)]
    check: bool,
    /// Remove all that is due, even if it is more than a twentieth of everything
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    config: Config,
}

#[derive(Args)]
struct JobCommand {
    #[command(subcommand)]
    action: JobAction,
}

#[derive(Subcommand)]
enum JobAction {
    /// Name the newest hundred that failed for good, and why
    List(Box<Config>),
    /// Put them back into the line
    Redrive {
        /// This one only
        #[arg(long)]
        id: Option<String>,
        #[command(flatten)]
        config: Box<Config>,
    },
}

fn main() -> ExitCode {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let cli = Cli::parse();
    let outcome = match cli.command.unwrap_or(Command::Serve(cli.config)) {
        Command::Draw(draw) => draw.run(),
        Command::Serve(config) => {
            use_huge_pages(false);
            block_on(serve(config))
        }
        Command::Work(config) => block_on(work(config)),
        Command::Migrate(config) => block_on(migrate(config)),
        Command::Sweep(options) => return exit(block_on(sweep(options))),
        Command::Job(command) => block_on(job(command)),
        Command::User(command) => block_on(operate::user(command)),
        Command::Credit(command) => block_on(operate::credit(command)),
        Command::Flag(command) => block_on(operate::flag(command)),
        Command::Domain(command) => block_on(operate::domain(command)),
    };
    exit(outcome.map(|()| true))
}

/// `false` is an answer, not an accident: it is the exit code alone.
fn exit(outcome: anyhow::Result<bool>) -> ExitCode {
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("scribble: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Huge pages, which the allocator asks for, make a drawing a third faster. A server that only waits would take half as
/// much memory again with them, so they are for what comes after its start. Elsewhere than on Linux there is no such switch.
#[cfg(target_os = "linux")]
fn use_huge_pages(wanted: bool) {
    // A system without them is as well.
    let _ = rustix::thread::disable_transparent_huge_pages(!wanted);
}

#[cfg(not(target_os = "linux"))]
fn use_huge_pages(_: bool) {}

fn block_on<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().context("starting the runtime")?.block_on(work)
}

async fn serve(config: Config) -> anyhow::Result<()> {
    let (addr, data) = (config.addr, config.data_dir.clone());
    let state = AppState::start(config).await?;
    let router = http::router(state.clone(), app::ssr::screens(state.clone()))?;
    let listener = TcpListener::bind(addr).await.with_context(|| format!("listening on {addr}"))?;
    let stop = stop_signal(&state)?;
    let worker = tokio::spawn(worker::run(state.clone(), stop.clone()));

    eprintln!("\n  Scribble Machine is at  {}", state.config.public_url());
    if state.config.is_dev() {
        eprintln!("  Mail it would send:     {}/dev/mail", state.config.public_url());
    }
    eprintln!("  Data:                   {}", data.display());
    eprintln!("  Listening on:           {}\n", listener.local_addr()?);

    use_huge_pages(true);
    let mut stopping = stop;
    http::serve(listener, router, async move {
        // An error means that nobody can ask for a stop any more, which is a reason to stop.
        drop(stopping.wait_for(|stop| *stop).await);
    })
    .await;
    worker::join_with_timeout(worker).await;
    Ok(())
}

async fn work(config: Config) -> anyhow::Result<()> {
    let state = AppState::start(config).await?;
    let stop = stop_signal(&state)?;
    worker::run(state, stop).await;
    Ok(())
}

async fn migrate(config: Config) -> anyhow::Result<()> {
    config.validate()?;
    Ok(Db::open(&config).await?.migrate().await?)
}

/// False when rows and files differ.
async fn sweep(options: Sweep) -> anyhow::Result<bool> {
    let state = AppState::start(options.config).await?;
    if options.check {
        let found = retention::find_differences(&state).await?;
        found.rows_without_file.iter().for_each(|path| println!("row without file: {path}"));
        found.files_without_row.iter().for_each(|path| println!("file without row: {path}"));
        let (rows, files) = (found.rows_without_file.len(), found.files_without_row.len());
        println!("{rows} rows without a file, {files} files without a row");
        return Ok(found.is_empty());
    }
    let swept = retention::sweep(&state, options.all).await?;
    println!("{} files removed", swept.removed);
    if swept.left > 0 {
        println!(
            "{} more are due, but with them it would be more than a twentieth of everything within an hour: --all removes them",
            swept.left
        );
    }
    // The files themselves are removed by jobs.
    worker::run_due_jobs(&state).await?;
    Ok(true)
}

async fn job(command: JobCommand) -> anyhow::Result<()> {
    match command.action {
        JobAction::List(config) => {
            let state = AppState::start(*config).await?;
            for job in jobs::list_dead_letters(&state, 100).await? {
                let refunded = if job.is_refunded { "refunded" } else { "can be redriven" };
                println!(
                    "{}  {}  {}  {} attempts  {refunded}  {}",
                    job.id, job.failed_at, job.kind, job.attempts, job.error
                );
            }
        }
        JobAction::Redrive { id, config } => {
            let id = id.map(|id| id.parse()).transpose().context("this is not the id of a job")?;
            let state = AppState::start(*config).await?;
            println!("{} jobs are back in the queue", jobs::redrive(&state, id).await?);
        }
    }
    Ok(())
}

/// Turns true at SIGTERM or Ctrl-C.
fn stop_signal(state: &AppState) -> anyhow::Result<watch::Receiver<bool>> {
    let mut terminate = unix::signal(unix::SignalKind::terminate()).context("watching for SIGTERM")?;
    let stopping = state.shutdown.clone();
    let receiver = stopping.subscribe();
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
        stopping.send_replace(true);
    });
    Ok(receiver)
}
