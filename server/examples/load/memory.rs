//! Memory of a server process, idle and while it receives many photos.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use tokio::time::sleep;

use crate::{BenchResult, Options, create_guest, test_photo, upload_photo};

/// Killed when dropped.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

impl Process {
    /// Returns a field of `/proc/PID/status` in MiB.
    fn memory(&self, field: &str) -> BenchResult<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.0.id()))?;
        let line = status.lines().find(|line| line.starts_with(field)).unwrap_or_default();
        let kilobytes: u64 = line.split_whitespace().nth(1).unwrap_or("0").parse()?;
        Ok(kilobytes / 1024)
    }
}

/// Prints the resident memory after start-up, and the peak during 50 concurrent uploads of 12 MP.
pub async fn measure_memory(options: &Options) -> BenchResult<()> {
    let folder = tempfile::tempdir()?;
    std::fs::create_dir(folder.path().join("site"))?;
    let mut process = Command::new(&options.scribble)
        .args(["serve", "--addr", "127.0.0.1:0", "--data-dir"])
        .arg(folder.path().join("data"))
        .arg("--site-dir")
        .arg(folder.path().join("site"))
        .stderr(Stdio::piped())
        .spawn()?;
    let mut lines = BufReader::new(process.stderr.take().ok_or("no output")?).lines();
    let process = Process(process);
    let base =
        lines.find_map(|line| line.ok()?.split_once("Listening on:").map(|(_, at)| format!("http://{}", at.trim())));
    let base = base.ok_or("the server did not start")?;
    std::thread::spawn(move || lines.for_each(drop));
    sleep(Duration::from_secs(5)).await;
    println!("  idle: {} MiB resident", process.memory("VmRSS")?);
    let client = create_guest(&base).await?;
    let photo = test_photo(4000, 3000);
    let start = Instant::now();
    let uploads = (0..50).map(|_| upload_photo(&client, &base, photo.clone()));
    let stored = futures::future::join_all(uploads).await.into_iter().collect::<BenchResult<Vec<_>>>()?;
    println!(
        "  {} uploads of 12 MP at once ({:.1} MB each): at most {} MiB resident, {:.1} s, none lost",
        stored.len(),
        photo.len() as f64 / 1e6,
        process.memory("VmHWM")?,
        start.elapsed().as_secs_f64()
    );
    Ok(())
}
