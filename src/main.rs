//! The `scribble` command: web server, job worker, database migrations, administration, and drawing
//! of local files.

// The compiler follows nested futures and views this deep when it optimises.
#![recursion_limit = "512"]

mod admin;
mod draw;

use std::process::ExitCode;

use anyhow::Context;
use clap::{Args, Parser, Subcommand};
use server::{AppState, Config, db::Db, http, jobs, retention, worker};
use tokio::{net::TcpListener, signal::unix, sync::watch};
use tracing_subscriber::EnvFilter;

/// Drawing a photo allocates and frees a hundred megabytes several times. The system's allocator
/// returns them to the kernel each time, which costs a third of a drawing's time; mimalloc keeps
/// them.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

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
    /// Serve the site and run its jobs (the default)
    Serve(Config),
    /// Run jobs only, beside other processes on the same database
    Work(Config),
    /// Run the missing database migrations and exit
    Migrate(Config),
    /// Delete expired data; a server does so every hour by itself
    Sweep(SweepArgs),
    /// Jobs that failed for good: list them, or run them again
    Job(JobCommand),
    /// Accounts: show one, flag it, give it credits, make it an operator's
    User(admin::UserCommand),
    /// Give an account credits; the same as `user credit`
    Credit(admin::CreditCommand),
    /// Feature flags of the running site
    Flag(admin::FlagCommand),
    /// Which domains of e-mail addresses may sign up
    Domain(admin::DomainCommand),
    /// Draw photos without a server
    Draw(draw::DrawCommand),
}

#[derive(Args)]
struct SweepArgs {
    /// Delete nothing: compare rows and files, and fail when they differ
    #[arg(long)]
    check: bool,
    /// Delete everything that has expired, even if it is more than a twentieth of all
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
    /// List the newest hundred, with their errors
    List(Box<Config>),
    /// Put them back into the queue
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
    let result = match cli.command.unwrap_or(Command::Serve(cli.config)) {
        Command::Draw(draw) => draw.run(),
        Command::Serve(config) => {
            use_huge_pages(false);
            block_on(serve(config))
        }
        Command::Work(config) => block_on(run_worker(config)),
        Command::Migrate(config) => block_on(migrate(config)),
        Command::Sweep(options) => return exit_code(block_on(sweep(options))),
        Command::Job(command) => block_on(run_job_command(command)),
        Command::User(command) => block_on(admin::run_user_command(command)),
        Command::Credit(command) => block_on(admin::grant_credits(command)),
        Command::Flag(command) => block_on(admin::run_flag_command(command)),
        Command::Domain(command) => block_on(admin::set_domain_rule(command)),
    };
    exit_code(result.map(|()| true))
}

/// `Ok(false)` is a failed check: the exit code alone reports it.
fn exit_code(result: anyhow::Result<bool>) -> ExitCode {
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("scribble: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Switches transparent huge pages, which the allocator requests, on or off for this process. They
/// make a drawing a third faster, but start-up with them adds half of an idle server's memory. Only
/// Linux has the switch.
#[cfg(target_os = "linux")]
fn use_huge_pages(wanted: bool) {
    // Fails on kernels without huge pages, where there is nothing to switch.
    let _ = rustix::thread::disable_transparent_huge_pages(!wanted);
}

#[cfg(not(target_os = "linux"))]
fn use_huge_pages(_: bool) {}

fn block_on<T>(future: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().context("starting the runtime")?.block_on(future)
}

async fn serve(config: Config) -> anyhow::Result<()> {
    let (addr, data) = (config.addr, config.data_dir.clone());
    let state = AppState::start(config).await?;
    let router = http::router(state.clone(), app::ssr::screens(state.clone()))?;
    let listener = TcpListener::bind(addr).await.with_context(|| format!("listening on {addr}"))?;
    let mut shutdown = shutdown_signal(&state)?;
    let worker = tokio::spawn(worker::run(state.clone(), shutdown.clone()));

    eprintln!("\n  Scribble Machine is at  {}", state.config.public_url());
    if state.config.is_dev() {
        eprintln!("  Mail it would send:     {}/dev/mail", state.config.public_url());
    }
    eprintln!("  Data:                   {}", data.display());
    eprintln!("  Listening on:           {}\n", listener.local_addr()?);

    use_huge_pages(true);
    http::serve(listener, router, async move {
        // An error means that the sender is gone: nothing can request a shutdown any more.
        drop(shutdown.wait_for(|is_requested| *is_requested).await);
    })
    .await;
    worker::join_with_timeout(worker).await;
    Ok(())
}

async fn run_worker(config: Config) -> anyhow::Result<()> {
    let state = AppState::start(config).await?;
    let shutdown = shutdown_signal(&state)?;
    worker::run(state, shutdown).await;
    Ok(())
}

async fn migrate(config: Config) -> anyhow::Result<()> {
    config.validate()?;
    Ok(Db::open(&config).await?.migrate().await?)
}

/// Returns false when `--check` found differences between rows and files.
async fn sweep(options: SweepArgs) -> anyhow::Result<bool> {
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
        println!("{} more have expired; the hourly deletion cap left them. --all deletes them.", swept.left);
    }
    // The files themselves are deleted by jobs.
    worker::run_due_jobs(&state).await?;
    Ok(true)
}

async fn run_job_command(command: JobCommand) -> anyhow::Result<()> {
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
            let id = id.map(|id| id.parse()).transpose().context("this is not a job id")?;
            let state = AppState::start(*config).await?;
            println!("{} jobs are back in the queue", jobs::redrive(&state, id).await?);
        }
    }
    Ok(())
}

/// Sets [`AppState::shutdown`] at SIGTERM or Ctrl-C.
fn shutdown_signal(state: &AppState) -> anyhow::Result<watch::Receiver<bool>> {
    let mut terminate = unix::signal(unix::SignalKind::terminate()).context("installing the SIGTERM handler")?;
    let shutdown = state.shutdown.clone();
    let receiver = shutdown.subscribe();
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
        shutdown.send_replace(true);
    });
    Ok(receiver)
}
