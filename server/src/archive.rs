//! ZIP archives, written while they are sent: as large as somebody's pages are, and never in memory as a whole.

use std::io::{self, Write};

use bytes::Bytes;
use futures::{Stream, stream};
use tokio::{runtime::Handle, sync::mpsc};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use crate::{Error, files::Files};

/// Pieces on their way that the reader has not taken yet.
const AHEAD: usize = 4;

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

struct Pieces(mpsc::Sender<io::Result<Bytes>>);

impl Write for Pieces {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        let sent = self.0.blocking_send(Ok(Bytes::copy_from_slice(piece)));
        sent.map(|()| piece.len()).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The archive, piece by piece. Nothing is compressed: photos and pages are already.
pub fn stream(files: Files, entries: Vec<Entry>) -> impl Stream<Item = io::Result<Bytes>> {
    let (sender, mut receiver) = mpsc::channel(AHEAD);
    let runtime = Handle::current();
    tokio::task::spawn_blocking(move || {
        if let Err(error) = write(&runtime, &files, entries, Pieces(sender.clone())) {
            tracing::warn!(%error, "an archive was not sent to its end");
            // Ends the answer with an error: half an archive must not look like a whole one.
            drop(sender.blocking_send(Err(io::ErrorKind::Other.into())));
        }
    });
    // Says "end" as often as it is asked: compression asks twice.
    stream::poll_fn(move |context| receiver.poll_recv(context))
}

fn write(runtime: &Handle, files: &Files, entries: Vec<Entry>, pieces: Pieces) -> Result<(), Error> {
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
