//! Tests of the state machine of several photos.

use std::str::FromStr;

use model::{Problem, Title};

use super::*;

/// A list of photos named by their numbers, all with a preview.
fn previewed(count: u32) -> SeveralPhotos<u32> {
    let mut photos = SeveralPhotos::new(Preset::Standard);
    photos.add(0..count);
    draw_previews(&mut photos);
    photos
}

fn draw_previews(photos: &mut SeveralPhotos<u32>) -> Vec<u32> {
    let mut drawn = Vec::new();
    while let Some((key, photo)) = photos.start_preview().map(|entry| (entry.key, entry.photo)) {
        photos.end_preview(key, photos.preset(), true);
        drawn.push(photo);
    }
    drawn
}

fn states(photos: &SeveralPhotos<u32>) -> Vec<PhotoState> {
    photos.entries().iter().map(Entry::state).collect()
}

fn id<Id: FromStr<Err = Problem>>(number: u32) -> Id {
    format!("00000000-0000-0000-0000-{number:012}").parse().expect("a UUID")
}

fn job(number: u32, status: Status, progress: f32) -> Job {
    Job { id: id(number), page_id: id(number), status, progress, error: None, downloads: None }
}

fn next(photos: &mut SeveralPhotos<u32>) -> NextStep {
    photos.next_step(" Our summer ", || "new key".to_owned())
}

/// Uploads and orders pages until the next step is another one.
fn send_all(photos: &mut SeveralPhotos<u32>) -> (usize, usize) {
    let (mut uploads, mut orders) = (0, 0);
    loop {
        match next(photos) {
            NextStep::Upload(key) => {
                uploads += 1;
                photos.set_uploaded(key, id(key.0));
            }
            NextStep::Order(key, ..) => {
                orders += 1;
                photos.set_job(key, job(key.0, Status::Waiting, 0.0));
            }
            _ => return (uploads, orders),
        }
    }
}

#[test]
fn photos_beyond_the_limit_are_left_over() {
    let mut photos = SeveralPhotos::new(Preset::Standard);
    assert_eq!(photos.add(0..60), 0);
    assert_eq!(photos.add(60..103), 3);
    assert_eq!(photos.entries().len(), MAX_PAGES);
    assert_eq!(photos.entries()[99].photo, 99);
}

#[test]
fn empty_list_costs_nothing_and_cannot_be_made() {
    let mut photos = SeveralPhotos::<u32>::new(Preset::Standard);
    assert_eq!(photos.cost(), Cost { pages: 0, credits: 0 });
    assert!(!photos.cost().is_payable(Some(5)));
    assert!(photos.start_preview().is_none());
    assert_eq!(photos.progress(), 0.0);
}

#[test]
fn removing_the_last_photo_is_told() {
    let mut photos = previewed(2);
    let keys = [photos.entries()[0].key, photos.entries()[1].key];
    assert!(photos.remove(keys[0]));
    assert_eq!(photos.entries()[0].photo, 1);
    assert!(!photos.remove(keys[1]));
}

#[test]
fn previews_are_drawn_in_order_and_one_at_a_time() {
    let mut photos = SeveralPhotos::new(Preset::Standard);
    photos.add(0..2);
    let first = photos.start_preview().expect("a photo").key;
    assert_eq!(states(&photos), [PhotoState::Drawing, PhotoState::Waiting]);
    photos.end_preview(first, Preset::Standard, true);
    assert_eq!(draw_previews(&mut photos), [1]);
    assert_eq!(states(&photos), [PhotoState::Previewed; 2]);
}

#[test]
fn unreadable_photo_is_left_out_of_the_cost() {
    let mut photos = previewed(3);
    photos.end_preview(photos.entries()[1].key, Preset::Standard, false);
    assert_eq!(photos.cost(), Cost { pages: 2, credits: 2 });
    assert!(photos.cost().is_payable(Some(2)) && photos.cost().is_payable(None));
    assert!(photos.cost().exceeds(Some(1)) && !photos.cost().is_payable(Some(1)));
}

#[test]
fn another_preset_draws_readable_photos_again() {
    let mut photos = previewed(3);
    photos.end_preview(photos.entries()[1].key, Preset::Standard, false);
    photos.set_preset(Preset::Standard);
    assert_eq!(draw_previews(&mut photos), Vec::<u32>::new());
    photos.set_preset(Preset::Toddler);
    assert_eq!(draw_previews(&mut photos), [0, 2]);
}

#[test]
fn preview_in_an_old_preset_is_drawn_again() {
    let mut photos = SeveralPhotos::new(Preset::Standard);
    photos.add([0]);
    let key = photos.start_preview().expect("a photo").key;
    photos.set_preset(Preset::Simple);
    photos.end_preview(key, Preset::Standard, true);
    assert_eq!(states(&photos), [PhotoState::Waiting]);
    assert_eq!(draw_previews(&mut photos), [0]);
}

#[test]
fn each_photo_is_uploaded_and_then_ordered() {
    let mut photos = previewed(2);
    photos.start();
    let key = photos.entries()[0].key;
    assert_eq!(next(&mut photos), NextStep::Upload(key));
    assert_eq!(states(&photos), [PhotoState::Sending, PhotoState::Previewed]);
    photos.set_uploaded(key, id(7));
    let order = NewPage { photo: id(7), preset: Preset::Standard, title: "Our summer 1".to_owned() };
    assert_eq!(next(&mut photos), NextStep::Order(key, order, "new key".to_owned()));
    photos.set_job(key, job(1, Status::Waiting, 0.0));
    assert_eq!(next(&mut photos), NextStep::Upload(photos.entries()[1].key));
}

#[test]
fn unfinished_jobs_are_polled_until_the_book_is_bound() {
    let mut photos = previewed(2);
    photos.start();
    assert_eq!(send_all(&mut photos), (2, 2));
    let keys = [photos.entries()[0].key, photos.entries()[1].key];
    photos.set_job(keys[1], job(1, Status::Ready, 1.0));
    assert_eq!(next(&mut photos), NextStep::Poll(vec![(keys[0], id(0))]));
    photos.set_job(keys[0], job(0, Status::Ready, 1.0));
    assert_eq!(next(&mut photos), NextStep::Bind(vec![id(0), id(1)]));
    assert_eq!(states(&photos), [PhotoState::Ready; 2]);
}

#[test]
fn second_attempt_sends_and_pays_nothing_twice() {
    let mut photos = previewed(2);
    photos.start();
    let key = photos.entries()[0].key;
    photos.set_uploaded(key, id(0));
    photos.set_job(key, job(0, Status::Drawing, 0.5));
    next(&mut photos);
    photos.stop();
    assert_eq!(states(&photos), [PhotoState::Printing, PhotoState::Previewed]);
    assert_eq!(photos.cost(), Cost { pages: 2, credits: 1 });
    photos.start();
    assert_eq!(send_all(&mut photos), (1, 1));
}

#[test]
fn repeated_order_keeps_its_key_until_it_changes() {
    let mut photos = previewed(1);
    let order_key = |photos: &mut SeveralPhotos<u32>, title: &str, fresh: &str| {
        photos.set_uploaded(photos.entries()[0].key, id(0));
        match photos.next_step(title, || fresh.to_owned()) {
            NextStep::Order(_, _, key) => key,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(order_key(&mut photos, "Cats", "a"), "a");
    assert_eq!(order_key(&mut photos, "Cats ", "b"), "a");
    assert_eq!(order_key(&mut photos, "Dogs", "c"), "c");
    photos.set_preset(Preset::Detailed);
    assert_eq!(order_key(&mut photos, "Dogs", "d"), "d");
}

#[test]
fn failed_page_stops_the_attempt_and_is_left_out_of_the_next() {
    let mut photos = previewed(2);
    photos.start();
    send_all(&mut photos);
    let keys = [photos.entries()[0].key, photos.entries()[1].key];
    photos.set_job(keys[0], job(0, Status::Failed, 0.2));
    photos.set_job(keys[1], job(1, Status::Ready, 1.0));
    assert_eq!(next(&mut photos), NextStep::SomeFailed);
    photos.stop();
    assert_eq!(photos.cost(), Cost { pages: 1, credits: 0 });
    photos.start();
    assert_eq!(next(&mut photos), NextStep::Bind(vec![id(1)]));
}

#[test]
fn previews_wait_while_the_book_is_made() {
    let mut photos = SeveralPhotos::new(Preset::Standard);
    photos.add([0]);
    photos.start();
    assert!(photos.start_preview().is_none());
    next(&mut photos);
    photos.stop();
    assert_eq!(draw_previews(&mut photos), [0]);
}

#[test]
fn late_preview_does_not_reject_an_ordered_page() {
    let mut photos = SeveralPhotos::new(Preset::Standard);
    photos.add([0]);
    let key = photos.start_preview().expect("a photo").key;
    photos.start();
    send_all(&mut photos);
    photos.end_preview(key, Preset::Standard, false);
    assert_eq!(states(&photos), [PhotoState::Printing]);
}

#[test]
fn progress_is_the_mean_over_all_pages() {
    let mut photos = previewed(4);
    photos.end_preview(photos.entries()[3].key, Preset::Standard, false);
    let keys: Vec<_> = photos.entries().iter().map(|entry| entry.key).collect();
    photos.set_job(keys[0], job(0, Status::Ready, 1.0));
    photos.set_job(keys[1], job(1, Status::Drawing, 0.5));
    assert!((photos.progress() - (1.0 + 0.65) / 3.0).abs() < 1e-6);
}

#[test]
fn long_book_title_is_cut_in_page_titles() {
    let order = NewPage::new(id(0), Preset::Standard, &"é".repeat(Title::MAX_CHARS), MAX_PAGES);
    assert_eq!(order.title, format!("{} 100", "é".repeat(110)));
    assert!(Title::parse(&order.title).is_ok());
}
