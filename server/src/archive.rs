//! Streaming ZIP archives: written while they are sent, so that an archive is never in memory as a
//! whole.

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

/// Chunks buffered for the client.
const MAX_BUFFERED_CHUNKS: usize = 4;
/// How long the client may take for one chunk. Each archive occupies a thread until it is sent.
const CHUNK_TIMEOUT: Duration = Duration::from_secs(60);
/// Limits the archives sent concurrently by this process.
static ARCHIVE_PERMITS: Semaphore = Semaphore::const_new(8);
/// `Retry-After` when no permit is free, in seconds.
const RETRY_AFTER_SECONDS: u64 = 10;

/// A file of the archive.
pub struct ZipEntry {
    pub name: String,
    pub content: EntryContent,
}

/// Where the bytes of an entry come from.
pub enum EntryContent {
    Bytes(Bytes),
    /// Path in the file store. The entry is left out when the file is missing.
    Stored(String),
}

/// Sends what the ZIP writer writes to the response, blocking the thread while the buffer is full.
struct ChunkWriter {
    runtime: Handle,
    sender: mpsc::Sender<io::Result<Bytes>>,
}

impl Write for ChunkWriter {
    fn write(&mut self, chunk: &[u8]) -> io::Result<usize> {
        let sent = self.sender.send(Ok(Bytes::copy_from_slice(chunk)));
        match self.runtime.block_on(timeout(CHUNK_TIMEOUT, sent)) {
            Ok(Ok(())) => Ok(chunk.len()),
            Ok(Err(_)) => Err(io::ErrorKind::BrokenPipe.into()),
            Err(_) => Err(io::ErrorKind::TimedOut.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Returns the archive as a stream of chunks. Entries are stored without compression, because
/// images are already compressed. Must be called within a Tokio runtime.
///
/// # Errors
/// `too_many_requests` when no permit is free.
pub fn stream_zip(files: FileStore, entries: Vec<ZipEntry>) -> Result<impl Stream<Item = io::Result<Bytes>>, Problem> {
    let full = |_| Problem { retry_after: Some(RETRY_AFTER_SECONDS), ..Problem::too_many_requests() };
    let permit = ARCHIVE_PERMITS.try_acquire().map_err(full)?;
    let (sender, mut receiver) = mpsc::channel(MAX_BUFFERED_CHUNKS);
    let runtime = Handle::current();
    tokio::task::spawn_blocking(move || {
        let _permit = permit;
        let chunks = ChunkWriter { runtime: runtime.clone(), sender: sender.clone() };
        if let Err(error) = write_zip(&runtime, &files, entries, chunks) {
            tracing::warn!(%error, "writing a ZIP archive failed");
            // End the response with an error, so that the client does not take a partial archive
            // for a whole one.
            drop(sender.try_send(Err(io::ErrorKind::Other.into())));
        }
    });
    // `poll_fn` can be polled again after the end, which the compression layer does.
    Ok(stream::poll_fn(move |context| receiver.poll_recv(context)))
}

fn write_zip(runtime: &Handle, files: &FileStore, entries: Vec<ZipEntry>, chunks: ChunkWriter) -> Result<(), Error> {
    let mut zip = ZipWriter::new_stream(chunks);
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for ZipEntry { name, content } in entries {
        let bytes = match content {
            EntryContent::Bytes(bytes) => bytes,
            EntryContent::Stored(path) => match runtime.block_on(files.get(&path)) {
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
