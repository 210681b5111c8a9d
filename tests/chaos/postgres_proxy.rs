//! A line to PostgreSQL that reads along (protocol 3.0), so that a process can be stopped at one exact statement, and
//! that can fall silent.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::{Notify, watch},
    time::{sleep, timeout},
};

/// When to strike, of the transaction that has the statement.
#[derive(Clone, Copy, Debug)]
pub enum Moment {
    /// Before the statement reaches the database.
    AtStatement,
    /// After it, before the commit reaches the database.
    AtCommit,
    /// After the commit, before its process knows.
    AfterCommit,
}

#[derive(Default)]
struct Shared {
    fault: Mutex<Option<(&'static str, Moment)>>,
    struck: Notify,
    hang_up: Notify,
}

pub struct Line {
    pub url: String,
    shared: Arc<Shared>,
    silence: watch::Sender<bool>,
}

impl Line {
    /// A line to the database of this address.
    pub async fn to(url: &str) -> Self {
        let target = url.split_once('@').and_then(|(_, rest)| rest.split('/').next()).expect("an address").to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let here = listener.local_addr().expect("an address").to_string();
        let (silence, silent) = watch::channel(false);
        let shared = Arc::new(Shared::default());
        let line = Self { url: url.replace(&target, &here), shared: shared.clone(), silence };
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                let (target, shared, silent) = (target.clone(), shared.clone(), silent.clone());
                tokio::spawn(async move {
                    let far = TcpStream::connect(target).await.expect("PostgreSQL");
                    connect(near, far, shared, silent).await;
                });
            }
        });
        line
    }

    /// Holds everything at this point of the next transaction that has such a statement.
    pub fn arm(&self, statement: &'static str, moment: Moment) {
        *self.shared.fault.lock().expect("a lock") = Some((statement, moment));
    }

    /// Waits until the point was reached.
    pub async fn struck(&self) {
        timeout(Duration::from_secs(30), self.shared.struck.notified()).await.expect("the statement never came");
    }

    /// Ends the connections there are, on both sides.
    pub fn hang_up(&self) {
        self.shared.hang_up.notify_waiters();
    }

    /// Swallows everything from here on, or lets it pass again.
    pub fn silence(&self, silent: bool) {
        self.silence.send_replace(silent);
    }
}

async fn connect(near: TcpStream, far: TcpStream, shared: Arc<Shared>, silent: watch::Receiver<bool>) {
    let (near_in, near_out) = near.into_split();
    let (far_in, far_out) = far.into_split();
    let seen = Arc::new(Mutex::new(None));
    let there = forward_statements(near_in, far_out, shared.clone(), seen.clone(), silent.clone());
    let back = forward_answers(far_in, near_out, shared.clone(), seen, silent.clone());
    tokio::select! {
        () = shared.hang_up.notified() => {}
        _ = there => {}
        _ = back => {}
        () = cut(silent) => {}
    }
}

/// Returns when the line is dropped: then the database sees what it sees when a process dies.
async fn cut(mut silent: watch::Receiver<bool>) {
    while silent.changed().await.is_ok() {}
}

/// The moment that is waited for in the transaction under way.
type Seen = Arc<Mutex<Option<Moment>>>;

async fn strike(shared: &Shared) {
    shared.struck.notify_one();
    std::future::pending().await
}

async fn forward_statements(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    shared: Arc<Shared>,
    seen: Seen,
    silent: watch::Receiver<bool>,
) -> std::io::Result<()> {
    let mut texts: HashMap<Vec<u8>, String> = HashMap::new();
    // The first message has no type.
    let length = from.read_u32().await?;
    let mut startup = vec![0; length as usize - 4];
    from.read_exact(&mut startup).await?;
    to.write_all(&[&length.to_be_bytes()[..], &startup].concat()).await?;
    loop {
        let (kind, body) = message(&mut from).await?;
        listening(&silent).await;
        let mut parts = body.split(|byte| *byte == 0);
        let text = match kind {
            b'Q' => String::from_utf8_lossy(parts.next().unwrap_or_default()).into_owned(),
            b'P' => {
                let name = parts.next().unwrap_or_default().to_vec();
                texts.insert(name, String::from_utf8_lossy(parts.next().unwrap_or_default()).into_owned());
                String::new()
            }
            // A portal, then the statement it runs.
            b'B' => parts.nth(1).and_then(|name| texts.get(name)).cloned().unwrap_or_default(),
            _ => String::new(),
        };
        let is_commit = text.starts_with("COMMIT");
        if is_commit && matches!(*seen.lock().expect("a lock"), Some(Moment::AtCommit)) {
            strike(&shared).await;
        }
        let matched = {
            let mut fault = shared.fault.lock().expect("a lock");
            if fault.is_some_and(|(statement, _)| text.contains(statement)) { fault.take() } else { None }
        };
        if let Some((_, moment)) = matched {
            if matches!(moment, Moment::AtStatement) {
                strike(&shared).await;
            }
            *seen.lock().expect("a lock") = Some(moment);
        }
        send(&mut to, kind, &body).await?;
    }
}

async fn forward_answers(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    shared: Arc<Shared>,
    seen: Seen,
    silent: watch::Receiver<bool>,
) -> std::io::Result<()> {
    loop {
        let (kind, body) = message(&mut from).await?;
        listening(&silent).await;
        let is_commit = kind == b'C' && body.starts_with(b"COMMIT");
        if is_commit && matches!(*seen.lock().expect("a lock"), Some(Moment::AfterCommit)) {
            strike(&shared).await;
        }
        send(&mut to, kind, &body).await?;
    }
}

async fn message(from: &mut OwnedReadHalf) -> std::io::Result<(u8, Vec<u8>)> {
    let kind = from.read_u8().await?;
    let mut body = vec![0; from.read_u32().await? as usize - 4];
    from.read_exact(&mut body).await?;
    Ok((kind, body))
}

async fn send(to: &mut OwnedWriteHalf, kind: u8, body: &[u8]) -> std::io::Result<()> {
    let length = (body.len() as u32 + 4).to_be_bytes();
    to.write_all(&[&[kind][..], &length, body].concat()).await
}

async fn listening(silent: &watch::Receiver<bool>) {
    while *silent.borrow() {
        sleep(Duration::from_millis(50)).await;
    }
}
