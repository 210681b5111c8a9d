//! Files that mean harm, sent to the upload of a server in a process of its own: it lives on, refuses within moments and
//! takes little memory for what it refuses. 300 files with `make test`, 30,000 with `make hostile`.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use crate::process::{Server, free_port};
use lineart::Photo;
use reqwest::{Client, StatusCode, multipart};

/// What refusing a file may take beside what the idle server has.
const MOST_MEMORY: u64 = 256 << 20;
const LONGEST: Duration = Duration::from_millis(200);

/// Splitmix64 (Steele, Lea, Flood 2014).
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.roll() % end.max(1) as u64) as usize
    }
}

/// Small files of every kind, photos as people send them, and a few that are as large as may be.
fn corpus() -> Vec<Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = [root.join("lineart/tests/files"), root.join("public/samples")];
    let files = folders.iter().flat_map(|folder| fs::read_dir(folder).expect("a folder").flatten());
    let mut paths: Vec<_> = files.map(|entry| entry.path()).collect();
    paths.sort();
    let mut files: Vec<_> = paths.iter().map(|path| fs::read(path).expect("a file")).collect();
    assert!(files.len() > 20, "the files to start from are not there");
    let plain = |side: u32| Photo::from_rgb(side, side, vec![200; (side * side * 3) as usize]).expect("a photo");
    files.push(plain(7000).to_png());
    files.push(plain(4000).to_jpeg(4000, 90));
    files
}

/// A PNG of one pixel with a colour profile that unpacks to 512 MB.
fn packed_profile() -> Vec<u8> {
    let chunk = |kind: &[u8; 4], data: &[u8]| {
        let body = [kind, data].concat();
        [&(data.len() as u32).to_be_bytes(), body.as_slice(), &crc32(&body).to_be_bytes()].concat()
    };
    // Deflate with the fixed code (RFC 1951, 3.2.6): a nought, then the longest matches of the byte before, 258 each.
    let mut bits = Bits::default();
    bits.put(0b011, 3);
    bits.put_code(0x30, 8);
    for _ in 0..(512 << 20) / 258 {
        bits.put_code(0b1100_0101, 8);
        bits.put_code(0, 5);
    }
    bits.put_code(0, 7);
    let packed = [b"x\x01".as_slice(), &bits.bytes, &[0; 4]].concat();
    let whole = Photo::from_rgb(1, 1, vec![0; 3]).expect("a photo").to_png();
    let profile = chunk(b"iCCP", &[b"x\0\0".as_slice(), &packed].concat());
    [&whole[..33], &profile, &whole[33..]].concat()
}

#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    used: u32,
}

impl Bits {
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

    /// Codes come with their highest bit first.
    fn put_code(&mut self, code: u32, count: u32) {
        (0..count).rev().for_each(|at| self.put(code >> at & 1, 1));
    }
}

/// The checksum of PNG chunks (PNG, annex D).
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 })
    })
}

/// A file with a few things done to it.
fn damaged(dice: &mut Dice, corpus: &[Vec<u8>]) -> Vec<u8> {
    let mut file = corpus[dice.below(corpus.len())].clone();
    let is_jpeg = file.starts_with(b"\xff\xd8");
    for _ in 0..=dice.below(6) {
        // Half of them where files say what they are.
        let reach = if dice.below(2) == 0 { file.len().min(64) } else { file.len() };
        let at = dice.below(reach);
        let length = 1 + dice.below(64).min(file.len() - at - 1);
        match dice.below(6) {
            0 => file[at] ^= 1 << dice.below(8),
            1 => file[at] = [0, 1, 0x7f, 0x80, 0xfe, 0xff][dice.below(6)],
            2 => (0..length).for_each(|i| file[at + i] = dice.roll() as u8),
            3 => drop(file.drain(at..at + length)),
            4 => file.truncate(at + 1),
            _ => {
                let other = &corpus[dice.below(corpus.len())];
                let from = dice.below(other.len());
                file.splice(at..at, other[from..(from + dice.below(2000)).min(other.len())].iter().copied());
            }
        }
        if file.is_empty() {
            file.push(0);
        }
    }
    // Past the first check, to where the decoder is.
    if is_jpeg && dice.below(2) == 0 {
        file.extend(b"\xff\xd9");
    }
    file
}

/// A line of what Linux says of a process, in bytes.
fn memory(process: u32, line: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).expect("it lives");
    let found = status.lines().find_map(|text| text.strip_prefix(line)).expect("a line");
    found.trim_matches(|c: char| !c.is_ascii_digit()).parse::<u64>().expect("kilobytes") << 10
}

/// How long a process has had a core, by Linux' clock of hundredths of a second.
fn worked(process: u32) -> Duration {
    let line = fs::read_to_string(format!("/proc/{process}/stat")).expect("it lives");
    // Behind the name, which may hold anything: fields 14 and 15 of the line are the twelfth and the next.
    let (_, fields) = line.rsplit_once(')').expect("a name");
    let ticks = fields.split_whitespace().skip(11).take(2).map(|field| field.parse::<u64>().expect("ticks"));
    Duration::from_millis(ticks.sum::<u64>() * 10)
}

struct Answer {
    status: StatusCode,
    /// As whoever sent it sees it, or as long as the server worked if that is less: others may have had the cores.
    time: Duration,
    /// The most that the server had meanwhile.
    peak: u64,
}

async fn send(client: &Client, server: &Server, file: &[u8]) -> Answer {
    let process = server.process.id();
    // From here on, the most is counted anew.
    fs::write(format!("/proc/{process}/clear_refs"), "5").expect("our own process");
    let form = multipart::Form::new().part("file", multipart::Part::bytes(file.to_vec()).file_name("photo.jpg"));
    let (begun, before) = (Instant::now(), worked(process));
    let answer = client.post(format!("{}/api/v1/upload", server.base)).multipart(form).send().await;
    let status = answer.expect("an answer").status();
    let time = begun.elapsed().min(worked(process) - before + Duration::from_millis(10));
    Answer { status, time, peak: memory(process, "VmHWM:") }
}

fn is_refused(status: StatusCode) -> bool {
    [StatusCode::PAYLOAD_TOO_LARGE, StatusCode::UNSUPPORTED_MEDIA_TYPE, StatusCode::UNPROCESSABLE_ENTITY]
        .contains(&status)
}

#[tokio::test]
async fn files_that_mean_harm_are_refused_soon_and_cheaply_and_end_nothing() {
    let count = std::env::var("SCRIBBLE_HOSTILE_FILES").map_or(300, |count| count.parse().expect("a number"));
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::start(&folder, free_port());
    let client = Client::builder().no_proxy().build().expect("a client");
    let idle = memory(server.process.id(), "VmRSS:");
    let (corpus, mut dice, mut beyond) = (corpus(), Dice(1), Vec::new());
    let (mut refused, mut taken, mut slowest, mut largest) = (0, 0, Duration::ZERO, 0);
    // A photo to the decoder, which need not look at its colours.
    let packed = send(&client, &server, &packed_profile()).await.peak.saturating_sub(idle);
    assert!(packed <= MOST_MEMORY, "a packed profile took {} MiB", packed >> 20);
    for number in 0..count {
        let file = damaged(&mut dice, &corpus);
        let answer = send(&client, &server, &file).await;
        if !is_refused(answer.status) {
            assert_eq!(answer.status, StatusCode::CREATED, "file {number}");
            taken += 1;
            continue;
        }
        refused += 1;
        slowest = slowest.max(answer.time);
        largest = largest.max(answer.peak.saturating_sub(idle));
        let over = answer.peak.saturating_sub(idle);
        if answer.time > LONGEST || over > MOST_MEMORY {
            beyond.push(format!("file {number} after {:?}, with {} MiB", answer.time, over >> 20));
        }
    }
    println!(
        "{refused} of {count} files refused, the slowest after {slowest:?}, with at most {} MiB over the {} MiB of the idle \
         server; {taken} still were photos; a packed profile took {} MiB",
        largest >> 20,
        idle >> 20,
        packed >> 20
    );
    assert!(beyond.is_empty(), "{beyond:#?}");
    assert!(refused > count / 3 && taken > 0, "{refused} refused, {taken} taken");
    let alive = client.get(format!("{}/healthz", server.base)).send().await.expect("an answer");
    assert_eq!(alive.status(), StatusCode::OK);
    server.kill();
}
