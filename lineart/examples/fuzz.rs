//! Fuzzer for decoder and engine: `make fuzz MINUTES=30`. Mutates the files of the tests and the
//! samples, and generates random photos.
//!
//! An input that causes a panic, exceeds the time limit or violates an invariant is written to a
//! folder, named after the failure. The same seed gives the same cases.

use std::collections::BTreeMap;
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, Instant};
use std::{env, fs};

use lineart::{Background, DecodeError, Drawing, Paper, PdfPage, Photo, Preset, Sketch, Style, write_pdf};

/// Time limit of one case. A photo of 50 megapixels takes a second or two, on a busy machine ten.
const MAX_CASE_TIME: Duration = Duration::from_secs(60);

/// Larger photos are decoded but not drawn: above this size drawing takes the same time.
const MAX_DRAWN_PIXELS: u64 = 4_000_000;

/// Number of panics by source location, including those that the decoder catches.
static PANICS: Mutex<BTreeMap<String, u64>> = Mutex::new(BTreeMap::new());

fn main() {
    let mut arguments = env::args().skip(1);
    let minutes: f64 = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(1.0);
    let seed: u64 = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(1);
    panic::set_hook(Box::new(|info| {
        let place = info.location().map_or_else(String::new, |place| format!("{}:{}", place.file(), place.line()));
        if let Ok(mut panics) = PANICS.lock() {
            *panics.entry(place).or_default() += 1;
        }
    }));
    let mut fuzzer = Fuzzer::new(seed);
    let start = Instant::now();
    let mut last_report = start;
    while start.elapsed().as_secs_f64() < minutes * 60.0 {
        fuzzer.run_case();
        if last_report.elapsed() > Duration::from_secs(60) {
            last_report = Instant::now();
            println!("{:3.0} min: {}", start.elapsed().as_secs_f64() / 60.0, fuzzer.summary());
        }
    }
    println!("seed {seed}: {}", fuzzer.summary());
    let panics = PANICS.lock().map(|panics| panics.clone()).unwrap_or_default();
    panics.iter().for_each(|(place, times)| println!("panic at {place}, {times} times"));
    if fuzzer.failures > 0 {
        println!("failures are in {}", fuzzer.folder.display());
        std::process::exit(1);
    }
}

/// SplitMix64 pseudo-random number generator (Steele, Lea, Flood 2014).
struct Rng(u64);

impl Rng {
    fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from 0 to `end - 1`; 0 if `end` is 0.
    fn next_below(&mut self, end: usize) -> usize {
        (self.next_u64() % end.max(1) as u64) as usize
    }
}

struct Fuzzer {
    rng: Rng,
    corpus: Vec<Vec<u8>>,
    folder: PathBuf,
    cases: u64,
    decoded: u64,
    drawn: u64,
    failures: u64,
    slowest: Duration,
}

impl Fuzzer {
    fn new(seed: u64) -> Fuzzer {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let folders =
            ["tests/files", "tests/jpegs", "tests/photos", "../public/samples"].map(|folder| root.join(folder));
        let files = folders.iter().flat_map(|folder| fs::read_dir(folder).into_iter().flatten().flatten());
        let mut paths: Vec<PathBuf> = files.map(|entry| entry.path()).collect();
        paths.sort();
        let corpus: Vec<_> = paths.iter().filter_map(|path| fs::read(path).ok()).collect();
        assert!(corpus.len() > 20, "the corpus is missing");
        let folder = env::temp_dir().join("scribble-fuzz");
        Fuzzer { rng: Rng(seed), corpus, folder, cases: 0, decoded: 0, drawn: 0, failures: 0, slowest: Duration::ZERO }
    }

    fn run_case(&mut self) {
        self.cases += 1;
        if self.rng.next_below(4) == 0 {
            let photo = self.random_photo();
            self.draw(&photo);
            return;
        }
        let file = self.mutated_file();
        let start = Instant::now();
        let whole = panic::catch_unwind(AssertUnwindSafe(|| Photo::decode(&file)));
        let small = panic::catch_unwind(AssertUnwindSafe(|| Photo::decode_reduced(&file)));
        self.check_time("decode", start, || file.clone());
        match (whole, small) {
            (Ok(whole), Ok(small)) => {
                self.decoded += u64::from(whole.is_ok());
                let is_too_large = matches!(whole, Err(DecodeError::TooManyPixels { .. }));
                if whole.is_ok() != small.is_ok() && !is_too_large {
                    self.report_failure("only one of two decoders accepts", &file);
                }
                if let Ok(photo) = small
                    && u64::from(photo.width()) * u64::from(photo.height()) <= MAX_DRAWN_PIXELS
                {
                    self.draw(&photo);
                }
            }
            _ => self.report_failure("decode panicked", &file),
        }
    }

    /// A file of the corpus after one to six mutations: flipped bits, special and random bytes,
    /// deleted and repeated ranges, truncation and ranges of other files.
    fn mutated_file(&mut self) -> Vec<u8> {
        let mut file = self.random_corpus_file();
        let is_jpeg = file.starts_with(b"\xff\xd8");
        for _ in 0..=self.rng.next_below(6) {
            let at = self.rng.next_below(file.len());
            let length = 1 + self.rng.next_below(64).min(file.len() - at - 1);
            match self.rng.next_below(8) {
                0 | 1 => file[at] ^= 1 << self.rng.next_below(8),
                2 => file[at] = [0, 1, 0x7f, 0x80, 0xfe, 0xff][self.rng.next_below(6)],
                3 => (0..length).for_each(|i| file[at + i] = self.rng.next_u64() as u8),
                4 => drop(file.drain(at..at + length)),
                5 => {
                    let copy = file[at..at + length].to_vec();
                    let to = self.rng.next_below(file.len());
                    file.splice(to..to, copy);
                }
                6 => file.truncate(at + 1),
                _ => {
                    let other = self.random_corpus_file();
                    let from = self.rng.next_below(other.len());
                    let end = (from + self.rng.next_below(2000)).min(other.len());
                    file.splice(at..at, other[from..end].iter().copied());
                }
            }
            if file.is_empty() {
                file.push(0);
            }
        }
        // An end marker passes the completeness check, so that the file reaches the decoder.
        if is_jpeg && self.rng.next_below(2) == 0 {
            file.extend(b"\xff\xd9");
        }
        file
    }

    fn random_corpus_file(&mut self) -> Vec<u8> {
        let index = self.rng.next_below(self.corpus.len());
        self.corpus[index].clone()
    }

    /// A photo of random size: noise, stripes, blocks, a gradient, sparse dots or one colour.
    fn random_photo(&mut self) -> Photo {
        let side = |rng: &mut Rng| match rng.next_below(6) {
            0 => 1 + rng.next_below(3),
            1 => 1 + rng.next_below(2500),
            _ => 1 + rng.next_below(300),
        };
        let (width, height) = (side(&mut self.rng), side(&mut self.rng));
        let (kind, seed, cell) = (self.rng.next_below(6), self.rng.next_u64(), 1 + self.rng.next_below(40));
        let colour = |x: usize, y: usize| {
            let noise = Rng(seed ^ (x as u64) << 32 ^ y as u64).next_u64().to_le_bytes();
            let block = Rng(seed ^ (x as u64 / cell as u64) << 32 ^ (y / cell) as u64).next_u64().to_le_bytes();
            match kind {
                0 => [noise[0], noise[1], noise[2]],
                1 => [(x / cell % 2 * 255) as u8; 3],
                2 => [block[0], block[1], block[2]],
                3 => [(x * 255 / width) as u8, (y * 255 / height) as u8, noise[0] >> 5],
                4 => [if noise[0] == 0 { 0 } else { 255 }; 3],
                _ => [seed as u8; 3],
            }
        };
        let rgb = (0..width * height).flat_map(|i| colour(i % width, i / width)).collect();
        Photo::from_rgb(width as u32, height as u32, rgb).expect("the sides are within bounds")
    }

    /// Draws the photo in a random style and checks the invariants of the engine.
    fn draw(&mut self, photo: &Photo) {
        let style = Style {
            preset: Preset::ALL[self.rng.next_below(Preset::ALL.len())],
            detail: (self.rng.next_below(2) == 0).then(|| self.rng.next_below(101) as f32 / 100.0),
            line_mm: (self.rng.next_below(2) == 0).then(|| 0.3 + self.rng.next_below(170) as f32 / 100.0),
            background: Background::ALL[self.rng.next_below(Background::ALL.len())],
            smoothing: (self.rng.next_below(2) == 0).then(|| self.rng.next_below(101) as f32 / 100.0),
            frame: self.rng.next_below(2) == 0,
            without_people: false,
        };
        let start = Instant::now();
        let violated = panic::catch_unwind(AssertUnwindSafe(|| violated_invariant(photo, &style)));
        self.drawn += 1;
        self.check_time("draw", start, || photo.to_png());
        match violated {
            Ok(None) => {}
            Ok(Some(invariant)) => self.report_failure(invariant, &photo.to_png()),
            Err(_) => self.report_failure("draw panicked", &photo.to_png()),
        }
    }

    /// Reports a failure if more than [`MAX_CASE_TIME`] has passed since `start`.
    fn check_time(&mut self, what: &str, start: Instant, file: impl Fn() -> Vec<u8>) {
        let elapsed = start.elapsed();
        self.slowest = self.slowest.max(elapsed);
        if elapsed > MAX_CASE_TIME {
            self.report_failure(&format!("{what} took {} s", elapsed.as_secs()), &file());
        }
    }

    /// Prints the failure and writes `file`, which caused it, to the folder.
    fn report_failure(&mut self, what: &str, file: &[u8]) {
        self.failures += 1;
        let path = self.folder.join(format!("{}-{}", self.cases, what.replace(' ', "-")));
        println!("{what}: {}", path.display());
        let written = fs::create_dir_all(&self.folder).and_then(|()| fs::write(&path, file));
        written.unwrap_or_else(|error| println!("{}: {error}", path.display()));
    }

    fn summary(&self) -> String {
        let Fuzzer { cases, decoded, drawn, failures, slowest, .. } = self;
        format!(
            "{cases} cases, {decoded} files decoded, {drawn} photos drawn, slowest {slowest:.1?}, {failures} failures"
        )
    }
}

/// The first invariant of the engine that does not hold for this photo.
fn violated_invariant(photo: &Photo, style: &Style) -> Option<&'static str> {
    let sketch = Sketch::new(photo);
    let drawing = sketch.draw(style);
    let more = sketch.draw(&Style { detail: Some(1.0), ..*style });
    let within = |drawing: &Drawing| {
        let slack = 40.0;
        drawing.strokes.iter().flat_map(|stroke| stroke.elements()).filter_map(|part| part.end_point()).all(|point| {
            point.x > -slack && point.y > -slack && point.x < drawing.width + slack && point.y < drawing.height + slack
        })
    };
    let page = PdfPage { title: "", drawing: &drawing };
    // Both drawings are subsequences of the strokes of the sketch.
    let mut rest = more.strokes.iter();
    [
        (drawing.width > 0.0 && drawing.height > 0.0 && drawing.line_width > 0.0, "a page without size"),
        (within(&more), "a stroke outside the page"),
        (drawing.strokes.iter().all(|stroke| rest.any(|other| other == stroke)), "more detail lost a stroke"),
        (Drawing::from_svg(&drawing.to_svg()).as_ref() == Ok(&drawing), "the SVG is another drawing"),
        (write_pdf(&[page], Paper::A4, "").is_ok(), "no PDF"),
        (!drawing.to_png(200).is_empty(), "no PNG"),
    ]
    .into_iter()
    .find_map(|(holds, violation)| (!holds).then_some(violation))
}
