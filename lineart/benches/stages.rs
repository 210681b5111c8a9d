//! Benchmark of the engine's stages on one photo, from decoding to PDF; prints median and minimum
//! times.
//!
//! `cargo bench -p lineart --bench stages -- PHOTO [RUNS]`

use std::time::{Duration, Instant};

use lineart::{Paper, PdfPage, Photo, Sketch, Style, write_pdf};

/// The allocator of the `scribble` command.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    // Cargo passes `--bench`.
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    let path =
        arguments.next().unwrap_or_else(|| concat!(env!("CARGO_MANIFEST_DIR"), "/../public/samples/cat.jpg").into());
    let runs = arguments.next().and_then(|runs| runs.parse().ok()).unwrap_or(20);
    let file = std::fs::read(&path).expect("the photo can be read");
    let photo = Photo::decode_reduced(&file).expect("the photo can be decoded");
    let sketch = Sketch::new(&photo);
    let drawing = sketch.draw(&Style::default());
    println!("{path}, medians of {runs} runs");
    time_stage("decode whole", runs, || Photo::decode(&file));
    time_stage("decode reduced", runs, || Photo::decode_reduced(&file));
    time_stage("sketch", runs, || Sketch::new(&photo));
    time_stage("draw", runs, || sketch.draw(&Style::default()));
    time_stage("SVG", runs, || drawing.to_svg());
    time_stage("PDF", runs, || write_pdf(&[PdfPage { title: "A cat", drawing: &drawing }], Paper::A4, "A cat"));
    time_stage("PNG at print size", runs, || drawing.to_png(3508));
}

fn time_stage<T>(name: &str, runs: usize, work: impl Fn() -> T) {
    let mut times: Vec<Duration> = (0..runs)
        .map(|_| {
            let start = Instant::now();
            std::hint::black_box(work());
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    println!("{name:18} {:8.2} ms, least {:8.2} ms", to_ms(times[runs / 2]), to_ms(times[0]));
}

fn to_ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
