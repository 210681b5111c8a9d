//! TCP proxy for PostgreSQL that parses its protocol (version 3.0), so that a process can be paused
//! at an exact statement. It can also drop all traffic, or close all connections.

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

/// Where to pause the transaction that contains a statement.
#[derive(Clone, Copy, Debug)]
pub enum PausePoint {
    /// Before the statement reaches the database.
    BeforeStatement,
    /// After the statement, before the commit reaches the database.
    BeforeCommit,
    /// After the commit, before its response reaches the client.
    AfterCommit,
}

#[derive(Default)]
struct Shared {
    /// The next pause; removed when its statement arrives.
    pause: Mutex<Option<(&'static str, PausePoint)>>,
    paused: Notify,
    close: Notify,
}

/// The proxy. Dropping it closes all connections, as when the client process dies.
pub struct PostgresProxy {
    /// Database URL that leads through the proxy.
    pub url: String,
    shared: Arc<Shared>,
    blackhole: watch::Sender<bool>,
}

impl PostgresProxy {
    /// Starts a proxy to the server of a database URL.
    pub async fn start(url: &str) -> Self {
        let upstream = url.split_once('@').and_then(|(_, rest)| rest.split('/').next()).expect("an address").to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        let (blackhole, is_blackhole) = watch::channel(false);
        let shared = Arc::new(Shared::default());
        let proxy = Self { url: url.replace(&upstream, &address), shared: shared.clone(), blackhole };
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (upstream, shared, is_blackhole) = (upstream.clone(), shared.clone(), is_blackhole.clone());
                tokio::spawn(async move {
                    let server = TcpStream::connect(upstream).await.expect("PostgreSQL");
                    proxy_connection(client, server, shared, is_blackhole).await;
                });
            }
        });
        proxy
    }

    /// Pauses the next transaction that contains a statement with this text.
    pub fn pause_at(&self, statement: &'static str, point: PausePoint) {
        *self.shared.pause.lock().expect("not poisoned") = Some((statement, point));
    }

    /// Waits until a transaction is paused; panics after 30 seconds.
    pub async fn wait_until_paused(&self) {
        let paused = timeout(Duration::from_secs(30), self.shared.paused.notified()).await;
        paused.expect("the statement did not arrive");
    }

    /// Closes all current connections on both sides.
    pub fn close_connections(&self) {
        self.shared.close.notify_waiters();
    }

    /// Starts or stops dropping all traffic without closing connections.
    pub fn set_blackhole(&self, is_blackhole: bool) {
        self.blackhole.send_replace(is_blackhole);
    }
}

async fn proxy_connection(
    client: TcpStream,
    server: TcpStream,
    shared: Arc<Shared>,
    is_blackhole: watch::Receiver<bool>,
) {
    let (client_read, client_write) = client.into_split();
    let (server_read, server_write) = server.into_split();
    let current_pause = Arc::new(Mutex::new(None));
    let statements =
        forward_statements(client_read, server_write, shared.clone(), current_pause.clone(), is_blackhole.clone());
    let responses = forward_responses(server_read, client_write, shared.clone(), current_pause, is_blackhole.clone());
    tokio::select! {
        () = shared.close.notified() => {}
        _ = statements => {}
        _ = responses => {}
        () = wait_for_drop(is_blackhole) => {}
    }
}

/// Returns when the proxy is dropped.
async fn wait_for_drop(mut is_blackhole: watch::Receiver<bool>) {
    while is_blackhole.changed().await.is_ok() {}
}

/// The pause point of the connection's current transaction, once its statement was seen.
type CurrentPause = Arc<Mutex<Option<PausePoint>>>;

/// Reports the pause and never returns.
async fn pause(shared: &Shared) {
    shared.paused.notify_one();
    std::future::pending().await
}

async fn forward_statements(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    shared: Arc<Shared>,
    current_pause: CurrentPause,
    is_blackhole: watch::Receiver<bool>,
) -> std::io::Result<()> {
    let mut prepared: HashMap<Vec<u8>, String> = HashMap::new();
    // The startup message has no type byte.
    let length = from.read_u32().await?;
    let mut startup = vec![0; length as usize - 4];
    from.read_exact(&mut startup).await?;
    to.write_all(&[&length.to_be_bytes()[..], &startup].concat()).await?;
    loop {
        let (kind, body) = read_message(&mut from).await?;
        wait_while_blackhole(&is_blackhole).await;
        let mut parts = body.split(|byte| *byte == 0);
        let statement = match kind {
            b'Q' => String::from_utf8_lossy(parts.next().unwrap_or_default()).into_owned(),
            b'P' => {
                let name = parts.next().unwrap_or_default().to_vec();
                prepared.insert(name, String::from_utf8_lossy(parts.next().unwrap_or_default()).into_owned());
                String::new()
            }
            // Bind: the name of a portal, then that of its prepared statement.
            b'B' => parts.nth(1).and_then(|name| prepared.get(name)).cloned().unwrap_or_default(),
            _ => String::new(),
        };
        let is_commit = statement.starts_with("COMMIT");
        if is_commit && matches!(*current_pause.lock().expect("not poisoned"), Some(PausePoint::BeforeCommit)) {
            pause(&shared).await;
        }
        let matched = {
            let mut next = shared.pause.lock().expect("not poisoned");
            if next.is_some_and(|(text, _)| statement.contains(text)) { next.take() } else { None }
        };
        if let Some((_, point)) = matched {
            if matches!(point, PausePoint::BeforeStatement) {
                pause(&shared).await;
            }
            *current_pause.lock().expect("not poisoned") = Some(point);
        }
        write_message(&mut to, kind, &body).await?;
    }
}

async fn forward_responses(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    shared: Arc<Shared>,
    current_pause: CurrentPause,
    is_blackhole: watch::Receiver<bool>,
) -> std::io::Result<()> {
    loop {
        let (kind, body) = read_message(&mut from).await?;
        wait_while_blackhole(&is_blackhole).await;
        let is_committed = kind == b'C' && body.starts_with(b"COMMIT");
        if is_committed && matches!(*current_pause.lock().expect("not poisoned"), Some(PausePoint::AfterCommit)) {
            pause(&shared).await;
        }
        write_message(&mut to, kind, &body).await?;
    }
}

/// Reads one message: a type byte, the length, and the body.
async fn read_message(from: &mut OwnedReadHalf) -> std::io::Result<(u8, Vec<u8>)> {
    let kind = from.read_u8().await?;
    let mut body = vec![0; from.read_u32().await? as usize - 4];
    from.read_exact(&mut body).await?;
    Ok((kind, body))
}

async fn write_message(to: &mut OwnedWriteHalf, kind: u8, body: &[u8]) -> std::io::Result<()> {
    let length = (body.len() as u32 + 4).to_be_bytes();
    to.write_all(&[&[kind][..], &length, body].concat()).await
}

async fn wait_while_blackhole(is_blackhole: &watch::Receiver<bool>) {
    while *is_blackhole.borrow() {
        sleep(Duration::from_millis(50)).await;
    }
}
