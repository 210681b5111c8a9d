//! The `scribble` command: serve the site, work on its jobs, bring its database up to date, or draw on the spot.

mod draw;

use std::process::ExitCode;

use anyhow::Context;
use clap::{Parser, Subcommand};
use server::{Config, Machine, http, pages, worker};
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
    Sweep(Config),
    /// Draw photos without a server
    Draw(draw::Draw),
}

fn main() -> ExitCode {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let cli = Cli::parse();
    let outcome = match cli.command.unwrap_or(Command::Serve(cli.config)) {
        Command::Draw(draw) => draw.run(),
        Command::Serve(config) => block_on(serve(config)),
        Command::Work(config) => block_on(work(config)),
        Command::Migrate(config) => block_on(migrate(config)),
        Command::Sweep(config) => block_on(sweep(config)),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("scribble: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn block_on(work: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<()> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().context("starting the runtime")?.block_on(work)
}

async fn serve(config: Config) -> anyhow::Result<()> {
    let (addr, data) = (config.addr, config.data_dir.clone());
    let machine = Machine::start(config).await?;
    let router = http::router(machine.clone(), app::ssr::screens(machine.clone()))?;
    let listener = TcpListener::bind(addr).await.with_context(|| format!("listening on {addr}"))?;
    let stop = stop_signal()?;
    let worker = tokio::spawn(worker::run(machine.clone(), stop.clone()));

    eprintln!("\n  Scribble Machine is at  {}", machine.config.public_url());
    if machine.config.is_dev() {
        eprintln!("  Mail it would send:     {}/dev/mail", machine.config.public_url());
    }
    eprintln!("  Data:                   {}\n", data.display());

    let mut stopping = stop;
    http::serve(listener, router, async move {
        // An error means that nobody can ask for a stop any more, which is a reason to stop.
        drop(stopping.wait_for(|stop| *stop).await);
    })
    .await;
    worker::ended(worker).await;
    Ok(())
}

async fn work(config: Config) -> anyhow::Result<()> {
    let machine = Machine::start(config).await?;
    let stop = stop_signal()?;
    worker::run(machine, stop).await;
    Ok(())
}

async fn migrate(config: Config) -> anyhow::Result<()> {
    Machine::start(config).await?;
    Ok(())
}

async fn sweep(config: Config) -> anyhow::Result<()> {
    let machine = Machine::start(config).await?;
    println!("{} files removed", pages::sweep(&machine).await?);
    // The files themselves are removed by jobs.
    worker::run_due(&machine).await?;
    Ok(())
}

/// Turns true at SIGTERM or Ctrl-C.
fn stop_signal() -> anyhow::Result<watch::Receiver<bool>> {
    let mut terminate = unix::signal(unix::SignalKind::terminate()).context("watching for SIGTERM")?;
    let (sender, receiver) = watch::channel(false);
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
        sender.send_replace(true);
        // Kept open: a closed channel would read as another signal.
        std::future::pending::<()>().await;
    });
    Ok(receiver)
}
