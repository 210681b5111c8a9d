//! ZIP archives, written while they are sent: as large as somebody's pages are, and never in memory as a whole.

use std::{
    io::{self, Write},
    time::Duration,
};

use bytes::Bytes;
use futures::{Stream, stream};
use model::Problem;
use tokio::{
    runtime::Handle,
    sync::{Semaphore, mpsc},
    time::timeout,
};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use crate::{Error, files::FileStore};

/// Pieces on their way that the reader has not taken yet.
const AHEAD: usize = 4;
/// How long a reader may leave a piece lying there: each archive holds a thread until it is read.
const PATIENCE: Duration = Duration::from_secs(60);
/// Archives at once, of everybody together.
static PLACES: Semaphore = Semaphore::const_new(8);
/// When to come back if there is no place, in seconds.
const COME_BACK: u64 = 10;

/// What stands in the archive under `name`.
pub struct Entry {
    pub name: String,
    pub content: Content,
}

pub enum Content {
    Bytes(Bytes),
    /// A file of the store, by its path. One that is gone by then is left out.
    Stored(String),
}

struct Pieces {
    runtime: Handle,
    sender: mpsc::Sender<io::Result<Bytes>>,
}

impl Write for Pieces {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        let sent = self.sender.send(Ok(Bytes::copy_from_slice(piece)));
        match self.runtime.block_on(timeout(PATIENCE, sent)) {
            Ok(Ok(())) => Ok(piece.len()),
            Ok(Err(_)) => Err(io::ErrorKind::BrokenPipe.into()),
            Err(_) => Err(io::ErrorKind::TimedOut.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The archive, piece by piece. Nothing is compressed: photos and pages are already.
///
/// # Errors
/// `too_many_requests` when as many are being sent as can be.
pub fn stream(files: FileStore, entries: Vec<Entry>) -> Result<impl Stream<Item = io::Result<Bytes>>, Problem> {
    let full = |_| Problem { retry_after: Some(COME_BACK), ..Problem::too_many_requests() };
    let place = PLACES.try_acquire().map_err(full)?;
    let (sender, mut receiver) = mpsc::channel(AHEAD);
    let runtime = Handle::current();
    tokio::task::spawn_blocking(move || {
        let _place = place;
        let pieces = Pieces { runtime: runtime.clone(), sender: sender.clone() };
        if let Err(error) = write(&runtime, &files, entries, pieces) {
            tracing::warn!(%error, "an archive was not sent to its end");
            // Ends the answer with an error: half an archive must not look like a whole one.
            drop(sender.try_send(Err(io::ErrorKind::Other.into())));
        }
    });
    // Says "end" as often as it is asked: compression asks twice.
    Ok(stream::poll_fn(move |context| receiver.poll_recv(context)))
}

fn write(runtime: &Handle, files: &FileStore, entries: Vec<Entry>, pieces: Pieces) -> Result<(), Error> {
    let mut zip = ZipWriter::new_stream(pieces);
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for Entry { name, content } in entries {
        let bytes = match content {
            Content::Bytes(bytes) => bytes,
            Content::Stored(path) => match runtime.block_on(files.get(&path)) {
                Ok(bytes) => bytes,
                Err(error) if error.is_missing_file() => continue,
                Err(error) => return Err(error),
            },
        };
        zip.start_file(name, options).map_err(Error::internal)?;
        zip.write_all(&bytes).map_err(Error::internal)?;
    }
    zip.finish().map(drop).map_err(Error::internal)
}
