//! Starts the `scribble` binary and server processes for the other tests.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

use tempfile::TempDir;

/// Returns the command with an empty environment and only warnings in its log.
pub fn scribble() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_scribble"));
    command.env_clear().env("RUST_LOG", "warn");
    command
}

/// A server process. It is killed when dropped.
pub struct Server {
    pub process: Child,
    pub base: String,
}

impl Server {
    /// Starts a server on the data in `folder` and waits until it listens.
    pub fn start(folder: &TempDir, port: u16) -> Self {
        let site = folder.path().join("site");
        std::fs::create_dir_all(&site).expect("a site folder");
        let mut process = scribble()
            .args(["serve", "--lease-seconds", "2", "--addr", &format!("127.0.0.1:{port}"), "--data-dir"])
            .arg(folder.path().join("data"))
            .arg("--site-dir")
            .arg(site)
            .stderr(Stdio::piped())
            .spawn()
            .expect("starts");
        // The server prints its URL once it listens.
        let mut lines = BufReader::new(process.stderr.take().expect("piped")).lines();
        let base = lines.find_map(|line| line.ok()?.split_once("is at").map(|(_, url)| url.trim().to_owned()));
        std::thread::spawn(move || lines.for_each(drop));
        Self { process, base: base.expect("an address") }
    }

    /// Sends SIGKILL: no signal handler runs, as with a power failure.
    pub fn kill(mut self) {
        self.process.kill().expect("killed");
        self.process.wait().expect("ended");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// Returns a port that was free a moment ago.
pub fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address").port()
}
