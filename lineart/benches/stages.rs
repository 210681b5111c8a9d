//! How long the engine's stages take on a photo: `cargo bench -p lineart -- PHOTO [RUNS]`. Medians;
//! one photo from camera file to printed page.

use std::time::{Duration, Instant};

use lineart::{Paper, Photo, Sheet, Sketch, Style, pdf};

/// As in the `scribble` command.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    // Cargo adds an argument of its own.
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    let path =
        arguments.next().unwrap_or_else(|| concat!(env!("CARGO_MANIFEST_DIR"), "/../public/samples/cat.jpg").into());
    let runs = arguments.next().and_then(|runs| runs.parse().ok()).unwrap_or(20);
    let file = std::fs::read(&path).expect("the photo can be read");
    let photo = Photo::decode_to_draw(&file).expect("the photo can be decoded");
    let sketch = Sketch::new(&photo);
    let drawing = sketch.draw(&Style::default());
    println!("{path}, medians of {runs} runs");
    stage("decode whole", runs, || Photo::decode(&file));
    stage("decode to draw", runs, || Photo::decode_to_draw(&file));
    stage("sketch", runs, || Sketch::new(&photo));
    stage("draw", runs, || sketch.draw(&Style::default()));
    stage("SVG", runs, || drawing.to_svg());
    stage("PDF", runs, || pdf(&[Sheet { title: "A cat", drawing: &drawing }], Paper::A4, "A cat"));
    stage("PNG at print size", runs, || drawing.to_png(3508));
}

fn stage<T>(name: &str, runs: usize, work: impl Fn() -> T) {
    let mut times: Vec<Duration> = (0..runs)
        .map(|_| {
            let begun = Instant::now();
            std::hint::black_box(work());
            begun.elapsed()
        })
        .collect();
    times.sort_unstable();
    println!("{name:18} {:8.2} ms, least {:8.2} ms", ms(times[runs / 2]), ms(times[0]));
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
