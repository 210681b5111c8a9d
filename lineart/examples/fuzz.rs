//! Looks for files and photos that upset the engine: `make fuzz MINUTES=30`. Files are damaged copies of those in
//! `tests/files`, photos are made up. Whatever panics, takes too long or breaks a promise is written to a folder, with
//! what it did; the same seed meets the same cases.

use std::collections::BTreeMap;
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, Instant};
use std::{env, fs};

use lineart::{Background, Drawing, Paper, Photo, Preset, Sheet, Sketch, Style, pdf};

/// Longer than this for one case is a find; a photo of 50 megapixels takes a second or two.
const TOO_LONG: Duration = Duration::from_secs(20);

/// Larger photos are decoded but not drawn: drawing costs the same from here on.
const LARGEST_DRAWN: u64 = 4_000_000;

/// Where panics came from, also those that the decoder catches.
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
    let begun = Instant::now();
    let mut told = begun;
    while begun.elapsed().as_secs_f64() < minutes * 60.0 {
        fuzzer.one_case();
        if told.elapsed() > Duration::from_secs(60) {
            told = Instant::now();
            println!("{:3.0} min: {}", begun.elapsed().as_secs_f64() / 60.0, fuzzer.tally());
        }
    }
    println!("seed {seed}: {}", fuzzer.tally());
    let panics = PANICS.lock().map(|panics| panics.clone()).unwrap_or_default();
    panics.iter().for_each(|(place, times)| println!("panic at {place}, {times} times"));
    if fuzzer.finds > 0 {
        println!("finds are in {}", fuzzer.folder.display());
        std::process::exit(1);
    }
}

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

struct Fuzzer {
    dice: Dice,
    corpus: Vec<Vec<u8>>,
    folder: PathBuf,
    cases: u64,
    decoded: u64,
    drawn: u64,
    finds: u64,
    slowest: Duration,
}

impl Fuzzer {
    fn new(seed: u64) -> Fuzzer {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let folders = [root.join("tests/files"), root.join("tests/photos"), root.join("../public/samples")];
        let files = folders.iter().flat_map(|folder| fs::read_dir(folder).into_iter().flatten().flatten());
        let mut paths: Vec<PathBuf> = files.map(|entry| entry.path()).collect();
        paths.sort();
        let corpus: Vec<_> = paths.iter().filter_map(|path| fs::read(path).ok()).collect();
        assert!(corpus.len() > 20, "the files to start from are not there");
        let folder = env::temp_dir().join("scribble-fuzz");
        Fuzzer { dice: Dice(seed), corpus, folder, cases: 0, decoded: 0, drawn: 0, finds: 0, slowest: Duration::ZERO }
    }

    fn one_case(&mut self) {
        self.cases += 1;
        if self.dice.below(4) == 0 {
            let photo = self.made_up();
            self.draw(&photo);
            return;
        }
        let file = self.damaged();
        let begun = Instant::now();
        let whole = panic::catch_unwind(AssertUnwindSafe(|| Photo::decode(&file)));
        let small = panic::catch_unwind(AssertUnwindSafe(|| Photo::decode_to_draw(&file)));
        self.note_time("decode", begun, || file.clone());
        match (whole, small) {
            (Ok(whole), Ok(small)) => {
                self.decoded += u64::from(whole.is_ok());
                if whole.is_ok() != small.is_ok() {
                    self.find("one of two decoders refuses", &file);
                }
                if let Ok(photo) = small
                    && u64::from(photo.width()) * u64::from(photo.height()) <= LARGEST_DRAWN
                {
                    self.draw(&photo);
                }
            }
            _ => self.find("decode panicked", &file),
        }
    }

    /// A file of the corpus with a few things done to it.
    fn damaged(&mut self) -> Vec<u8> {
        let mut file = self.any_file();
        let is_jpeg = file.starts_with(b"\xff\xd8");
        for _ in 0..=self.dice.below(6) {
            let at = self.dice.below(file.len());
            let length = 1 + self.dice.below(64).min(file.len() - at - 1);
            match self.dice.below(8) {
                0 | 1 => file[at] ^= 1 << self.dice.below(8),
                2 => file[at] = [0, 1, 0x7f, 0x80, 0xfe, 0xff][self.dice.below(6)],
                3 => (0..length).for_each(|i| file[at + i] = self.dice.roll() as u8),
                4 => drop(file.drain(at..at + length)),
                5 => {
                    let copy = file[at..at + length].to_vec();
                    let to = self.dice.below(file.len());
                    file.splice(to..to, copy);
                }
                6 => file.truncate(at + 1),
                _ => {
                    let other = self.any_file();
                    let from = self.dice.below(other.len());
                    let end = (from + self.dice.below(2000)).min(other.len());
                    file.splice(at..at, other[from..end].iter().copied());
                }
            }
            if file.is_empty() {
                file.push(0);
            }
        }
        // Past the first check, to where the decoder is.
        if is_jpeg && self.dice.below(2) == 0 {
            file.extend(b"\xff\xd9");
        }
        file
    }

    fn any_file(&mut self) -> Vec<u8> {
        let which = self.dice.below(self.corpus.len());
        self.corpus[which].clone()
    }

    /// Noise, stripes, blocks, gradients, dots on a plain ground; of any shape.
    fn made_up(&mut self) -> Photo {
        let side = |dice: &mut Dice| match dice.below(6) {
            0 => 1 + dice.below(3),
            1 => 1 + dice.below(2500),
            _ => 1 + dice.below(300),
        };
        let (width, height) = (side(&mut self.dice), side(&mut self.dice));
        let (kind, seed, cell) = (self.dice.below(6), self.dice.roll(), 1 + self.dice.below(40));
        let colour = |x: usize, y: usize| {
            let noise = Dice(seed ^ (x as u64) << 32 ^ y as u64).roll().to_le_bytes();
            let block = Dice(seed ^ (x as u64 / cell as u64) << 32 ^ (y / cell) as u64).roll().to_le_bytes();
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

    /// Draws in some style, writes it in every way, and looks whether what is promised holds.
    fn draw(&mut self, photo: &Photo) {
        let style = Style {
            preset: Preset::ALL[self.dice.below(Preset::ALL.len())],
            detail: (self.dice.below(2) == 0).then(|| self.dice.below(101) as f32 / 100.0),
            line_mm: (self.dice.below(2) == 0).then(|| 0.3 + self.dice.below(170) as f32 / 100.0),
            background: Background::ALL[self.dice.below(Background::ALL.len())],
            smoothing: (self.dice.below(2) == 0).then(|| self.dice.below(101) as f32 / 100.0),
            frame: self.dice.below(2) == 0,
        };
        let begun = Instant::now();
        let broken = panic::catch_unwind(AssertUnwindSafe(|| broken_promise(photo, &style)));
        self.drawn += 1;
        self.note_time("draw", begun, || photo.to_png());
        match broken {
            Ok(None) => {}
            Ok(Some(promise)) => self.find(promise, &photo.to_png()),
            Err(_) => self.find("draw panicked", &photo.to_png()),
        }
    }

    fn note_time(&mut self, what: &str, begun: Instant, file: impl Fn() -> Vec<u8>) {
        let taken = begun.elapsed();
        self.slowest = self.slowest.max(taken);
        if taken > TOO_LONG {
            self.find(&format!("{what} took {} s", taken.as_secs()), &file());
        }
    }

    fn find(&mut self, what: &str, file: &[u8]) {
        self.finds += 1;
        let path = self.folder.join(format!("{}-{}", self.cases, what.replace(' ', "-")));
        println!("{what}: {}", path.display());
        let written = fs::create_dir_all(&self.folder).and_then(|()| fs::write(&path, file));
        written.unwrap_or_else(|error| println!("{}: {error}", path.display()));
    }

    fn tally(&self) -> String {
        let Fuzzer { cases, decoded, drawn, finds, slowest, .. } = self;
        format!("{cases} cases, {decoded} files decoded, {drawn} photos drawn, slowest {slowest:.1?}, {finds} finds")
    }
}

/// The first promise of the engine that does not hold for this photo.
fn broken_promise(photo: &Photo, style: &Style) -> Option<&'static str> {
    let sketch = Sketch::new(photo);
    let drawing = sketch.draw(style);
    let more = sketch.draw(&Style { detail: Some(1.0), ..*style });
    let within = |drawing: &Drawing| {
        let slack = 40.0;
        drawing.strokes.iter().flat_map(|stroke| stroke.elements()).filter_map(|part| part.end_point()).all(|point| {
            point.x > -slack && point.y > -slack && point.x < drawing.width + slack && point.y < drawing.height + slack
        })
    };
    let sheet = Sheet { title: "", drawing: &drawing };
    // Both pages show parts of one list, in its order.
    let mut rest = more.strokes.iter();
    [
        (drawing.width > 0.0 && drawing.height > 0.0 && drawing.line_width > 0.0, "a page without size"),
        (within(&more), "a stroke outside the page"),
        (drawing.strokes.iter().all(|stroke| rest.any(|other| other == stroke)), "more detail lost a stroke"),
        (Drawing::from_svg(&drawing.to_svg()).as_ref() == Ok(&drawing), "the SVG is another drawing"),
        (pdf(&[sheet], Paper::A4, "").is_ok(), "no PDF"),
        (!drawing.to_png(200).is_empty(), "no PNG"),
    ]
    .into_iter()
    .find_map(|(holds, promise)| (!holds).then_some(promise))
}
