//! Fuzzing of the upload with damaged files: the server process survives and rejects each within
//! limits on time and memory. 300 files with `make test`, 30,000 with `make hostile`.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use crate::server_process::{Server, free_port};
use lineart::Photo;
use reqwest::{Client, StatusCode, multipart};

/// Limits for rejecting a file: bytes of memory above the idle server, and time.
const MAX_EXTRA_MEMORY: u64 = 256 << 20;
const MAX_TIME: Duration = Duration::from_millis(200);

/// SplitMix64 pseudorandom generator (Steele, Lea, Flood 2014).
struct SplitMix64(u64);

impl SplitMix64 {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Returns a number from 0 to `end` - 1.
    fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }
}

/// Returns the seed files: small files of every format, ordinary photos, and two of maximal size.
fn read_corpus() -> Vec<Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = [root.join("lineart/tests/files"), root.join("public/samples")];
    let files = folders.iter().flat_map(|folder| fs::read_dir(folder).expect("a folder").flatten());
    let mut paths: Vec<_> = files.map(|entry| entry.path()).collect();
    paths.sort();
    let mut files: Vec<_> = paths.iter().map(|path| fs::read(path).expect("a file")).collect();
    assert!(files.len() > 20, "the seed files are missing");
    let plain = |side: u32| Photo::from_rgb(side, side, vec![200; (side * side * 3) as usize]).expect("a photo");
    files.push(plain(7000).to_png());
    files.push(plain(4000).to_jpeg(4000, 90));
    files
}

/// Returns a decompression bomb: a PNG of one pixel whose colour profile inflates to 512 MB.
fn png_with_profile_bomb() -> Vec<u8> {
    let chunk = |kind: &[u8; 4], data: &[u8]| {
        let body = [kind, data].concat();
        [&(data.len() as u32).to_be_bytes(), body.as_slice(), &crc32(&body).to_be_bytes()].concat()
    };
    // Deflate with the fixed code (RFC 1951, 3.2.6): a zero, then matches of the maximal length,
    // 258.
    let mut writer = BitWriter::default();
    writer.put(0b011, 3);
    writer.put_code(0x30, 8);
    for _ in 0..(512 << 20) / 258 {
        writer.put_code(0b1100_0101, 8);
        writer.put_code(0, 5);
    }
    writer.put_code(0, 7);
    let packed = [b"x\x01".as_slice(), &writer.bytes, &[0; 4]].concat();
    let whole = Photo::from_rgb(1, 1, vec![0; 3]).expect("a photo").to_png();
    let profile = chunk(b"iCCP", &[b"x\0\0".as_slice(), &packed].concat());
    [&whole[..33], &profile, &whole[33..]].concat()
}

/// Writes bits, least significant first (RFC 1951, 3.1.1).
#[derive(Default)]
struct BitWriter {
    bytes: Vec<u8>,
    used: u32,
}

impl BitWriter {
    fn put(&mut self, value: u32, count: u32) {
        for at in 0..count {
            if self.used.is_multiple_of(8) {
                self.bytes.push(0);
            }
            let last = self.bytes.len() - 1;
            self.bytes[last] |= ((value >> at & 1) as u8) << (self.used % 8);
            self.used += 1;
        }
    }

    /// Huffman codes start with the most significant bit.
    fn put_code(&mut self, code: u32, count: u32) {
        (0..count).rev().for_each(|at| self.put(code >> at & 1, 1));
    }
}

/// Returns the CRC-32 of a PNG chunk (PNG specification, annex D).
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 })
    })
}

/// Returns a file of the corpus with up to six random changes.
fn mutate(random: &mut SplitMix64, corpus: &[Vec<u8>]) -> Vec<u8> {
    let mut file = corpus[random.below(corpus.len())].clone();
    let is_jpeg = file.starts_with(b"\xff\xd8");
    for _ in 0..=random.below(6) {
        // Half of the changes are in the header.
        let range = if random.below(2) == 0 { file.len().min(64) } else { file.len() };
        let at = random.below(range);
        let length = 1 + random.below(64).min(file.len() - at - 1);
        match random.below(6) {
            0 => file[at] ^= 1 << random.below(8),
            1 => file[at] = [0, 1, 0x7f, 0x80, 0xfe, 0xff][random.below(6)],
            2 => (0..length).for_each(|i| file[at + i] = random.next() as u8),
            3 => drop(file.drain(at..at + length)),
            4 => file.truncate(at + 1),
            _ => {
                let other = &corpus[random.below(corpus.len())];
                let from = random.below(other.len());
                file.splice(at..at, other[from..(from + random.below(2000)).min(other.len())].iter().copied());
            }
        }
        if file.is_empty() {
            file.push(0);
        }
    }
    // An end-of-image marker passes the first check, so that the decoder runs.
    if is_jpeg && random.below(2) == 0 {
        file.extend(b"\xff\xd9");
    }
    file
}

/// Returns a field of `/proc/PID/status` in bytes.
fn memory(process: u32, field: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).expect("the process is alive");
    let found = status.lines().find_map(|text| text.strip_prefix(field)).expect("a line");
    found.trim_matches(|c: char| !c.is_ascii_digit()).parse::<u64>().expect("kilobytes") << 10
}

/// Returns the CPU time of a process, to 10 ms.
fn cpu_time(process: u32) -> Duration {
    let line = fs::read_to_string(format!("/proc/{process}/stat")).expect("the process is alive");
    // utime and stime are the fields 14 and 15 of the line, and 12 and 13 after the name, which can
    // contain anything.
    let (_, fields) = line.rsplit_once(')').expect("a name");
    let ticks = fields.split_whitespace().skip(11).take(2).map(|field| field.parse::<u64>().expect("ticks"));
    Duration::from_millis(ticks.sum::<u64>() * 10)
}

struct UploadResult {
    status: StatusCode,
    /// Response time, or the server's CPU time if that is less, because other processes use the
    /// cores.
    time: Duration,
    /// Peak resident memory during the request, in bytes.
    peak: u64,
}

async fn upload(client: &Client, server: &Server, file: &[u8]) -> UploadResult {
    let process = server.process.id();
    // Resets the peak.
    fs::write(format!("/proc/{process}/clear_refs"), "5").expect("our own process");
    let form = multipart::Form::new().part("file", multipart::Part::bytes(file.to_vec()).file_name("photo.jpg"));
    let (start, before) = (Instant::now(), cpu_time(process));
    let response = client.post(format!("{}/api/v1/upload", server.base)).multipart(form).send().await;
    let status = response.expect("a response").status();
    let time = start.elapsed().min(cpu_time(process) - before + Duration::from_millis(10));
    UploadResult { status, time, peak: memory(process, "VmHWM:") }
}

fn is_rejection(status: StatusCode) -> bool {
    [StatusCode::PAYLOAD_TOO_LARGE, StatusCode::UNSUPPORTED_MEDIA_TYPE, StatusCode::UNPROCESSABLE_ENTITY]
        .contains(&status)
}

#[tokio::test]
async fn damaged_uploads_are_rejected_within_limits() {
    let count = std::env::var("SCRIBBLE_HOSTILE_FILES").map_or(300, |count| count.parse().expect("a number"));
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::start(&folder, free_port());
    let client = Client::builder().no_proxy().build().expect("a client");
    let idle = memory(server.process.id(), "VmRSS:");
    let (corpus, mut random, mut violations) = (read_corpus(), SplitMix64(1), Vec::new());
    let (mut rejected, mut accepted, mut slowest, mut largest) = (0, 0, Duration::ZERO, 0);
    // This file is accepted, because the decoder ignores the profile.
    let bomb = upload(&client, &server, &png_with_profile_bomb()).await.peak.saturating_sub(idle);
    assert!(bomb <= MAX_EXTRA_MEMORY, "the profile bomb took {} MiB", bomb >> 20);
    for number in 0..count {
        let file = mutate(&mut random, &corpus);
        let result = upload(&client, &server, &file).await;
        if !is_rejection(result.status) {
            assert_eq!(result.status, StatusCode::CREATED, "file {number}");
            accepted += 1;
            continue;
        }
        rejected += 1;
        slowest = slowest.max(result.time);
        largest = largest.max(result.peak.saturating_sub(idle));
        let over = result.peak.saturating_sub(idle);
        if result.time > MAX_TIME || over > MAX_EXTRA_MEMORY {
            violations.push(format!("file {number} after {:?}, with {} MiB", result.time, over >> 20));
        }
    }
    println!(
        "{rejected} of {count} files rejected, the slowest after {slowest:?}, with at most {} MiB over the {} MiB of the \
         idle server; {accepted} accepted; the profile bomb took {} MiB",
        largest >> 20,
        idle >> 20,
        bomb >> 20
    );
    assert!(violations.is_empty(), "{violations:#?}");
    assert!(rejected > count / 3 && accepted > 0, "{rejected} rejected, {accepted} accepted");
    let alive = client.get(format!("{}/healthz", server.base)).send().await.expect("a response");
    assert_eq!(alive.status(), StatusCode::OK);
    server.kill();
}
