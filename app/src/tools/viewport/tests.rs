//! Tests of zoom and pan.

use super::*;

const FRAME: FrameSize = FrameSize { width: 400.0, height: 200.0 };

fn viewport(zoom: f64, x: f64, y: f64) -> Viewport {
    Viewport { zoom, x, y }
}

fn assert_near(a: FramePoint, b: FramePoint) {
    assert!((a[0] - b[0]).abs() < 1e-9 && (a[1] - b[1]).abs() < 1e-9, "{a:?} and {b:?}");
}

fn view_after(dragged: Option<Dragged>) -> Viewport {
    match dragged {
        Some(Dragged::View(view)) => view,
        other => panic!("{other:?}"),
    }
}

#[test]
fn zoom_keeps_the_picture_in_place_at_the_point() {
    let at = [0.25, 0.75];
    let view = viewport(2.0, -0.5, -0.25);
    assert_near(view.picture_point(at), [0.375, 0.5]);
    assert_near(view.zoomed_at(1.5, at).picture_point(at), [0.375, 0.5]);
}

#[test]
fn step_zooms_at_the_middle() {
    let view = Viewport::WHOLE.zoomed_in();
    assert_eq!(view, viewport(1.5, -0.25, -0.25));
    assert_eq!(view.zoomed_out(), Viewport::WHOLE);
    assert_eq!((view.percent(), Viewport::WHOLE.percent()), (150, 100));
}

#[test]
fn zoom_is_limited() {
    assert_eq!(Viewport::WHOLE.zoomed_out(), Viewport::WHOLE);
    let largest = Viewport::WHOLE.zoomed_at(100.0, MIDDLE);
    assert_eq!(largest, viewport(6.0, -2.5, -2.5));
    assert_eq!(largest.zoomed_in(), largest);
    assert!(!largest.can_zoom_in() && largest.is_zoomed());
    assert!(Viewport::WHOLE.can_zoom_in() && !Viewport::WHOLE.is_zoomed());
}

#[test]
fn picture_always_covers_the_frame() {
    assert_eq!(Viewport::WHOLE.panned([0.5, -0.5]), Viewport::WHOLE);
    let view = viewport(2.0, -0.5, -0.5);
    assert_eq!(view.panned([3.0, -3.0]), viewport(2.0, 0.0, -1.0));
    // Zooming out at a corner moves the other edges back to the frame.
    assert_eq!(viewport(2.0, -1.0, -1.0).zoomed_at(0.5, [0.0, 0.0]), Viewport::WHOLE);
}

#[test]
fn keys_zoom_and_shifted_arrows_pan() {
    let view = viewport(2.0, -0.5, -0.5);
    assert_eq!(view.after_key("+", true), Some(view.zoomed_in()));
    assert_eq!(view.after_key("=", false), Some(view.zoomed_in()));
    assert_eq!(view.after_key("-", false), Some(view.zoomed_out()));
    assert_eq!(view.after_key("0", false), Some(Viewport::WHOLE));
    assert_eq!(view.after_key("ArrowLeft", true), Some(viewport(2.0, -0.4, -0.5)));
    assert_eq!(view.after_key("ArrowRight", true), Some(viewport(2.0, -0.6, -0.5)));
    assert_eq!(view.after_key("ArrowUp", true), Some(viewport(2.0, -0.5, -0.4)));
    assert_eq!(view.after_key("ArrowDown", true), Some(viewport(2.0, -0.5, -0.6)));
}

#[test]
fn other_keys_are_left_to_the_divider_and_the_page() {
    let view = viewport(2.0, -0.5, -0.5);
    assert_eq!(view.after_key("ArrowLeft", false), None);
    assert_eq!(view.after_key("Tab", true), None);
    assert_eq!(Viewport::WHOLE.after_key("ArrowLeft", true), None);
}

#[test]
fn wheel_zooms_at_the_pointer() {
    let wheel = Wheel { delta_y: -100.0, in_lines: false, with_control: false };
    let view = Viewport::WHOLE.after_wheel(wheel, [0.0, 1.0]).expect("zoomed");
    assert!((view.zoom() - 0.25_f64.exp()).abs() < 1e-9);
    assert_near([view.x(), view.y()], [0.0, 1.0 - view.zoom()]);
}

#[test]
fn wheel_away_from_the_whole_picture_scrolls_the_page() {
    let away = Wheel { delta_y: 1.0, in_lines: false, with_control: false };
    assert_eq!(Viewport::WHOLE.after_wheel(away, MIDDLE), None);
    assert!(viewport(2.0, 0.0, 0.0).after_wheel(away, MIDDLE).is_some());
}

#[test]
fn wheel_factor_depends_on_unit_and_control_key() {
    let factor = |delta_y, in_lines, with_control| Wheel { delta_y, in_lines, with_control }.factor();
    assert!((factor(-1.0, true, false) - factor(-30.0, false, false)).abs() < 1e-12);
    assert!((factor(-10.0, false, true) - 0.1_f64.exp()).abs() < 1e-12);
    assert!((factor(40.0, false, false) * factor(-40.0, false, false) - 1.0).abs() < 1e-12);
}

#[test]
fn one_pointer_moves_a_zoomed_picture() {
    let view = viewport(2.0, -0.5, -0.5);
    let mut pointers = Pointers::default();
    assert_eq!(pointers.press(1, [0.5, 0.5], FRAME, 0.0), None);
    assert_eq!(pointers.drag(1, [0.75, 0.25], FRAME, view, false), Some(Dragged::View(viewport(2.0, -0.25, -0.75))));
    // The next move is relative to this one.
    assert_eq!(pointers.drag(1, [0.75, 0.25], FRAME, view, false), Some(Dragged::View(view)));
}

#[test]
fn one_pointer_leaves_the_whole_picture_where_it_is() {
    let mut pointers = Pointers::default();
    pointers.press(1, [0.5, 0.5], FRAME, 50.0);
    assert_eq!(pointers.drag(1, [0.9, 0.5], FRAME, Viewport::WHOLE, false), None);
}

#[test]
fn pointer_near_the_divider_moves_it_up_to_the_edges() {
    let view = viewport(2.0, -0.5, -0.5);
    let mut pointers = Pointers::default();
    // 27 and 28 CSS pixels from the divider.
    pointers.press(1, [0.5 + 27.0 / 400.0, 0.1], FRAME, 50.0);
    assert_eq!(pointers.drag(1, [0.25, 0.9], FRAME, view, false), Some(Dragged::Divider(25.0)));
    assert_eq!(pointers.drag(1, [-0.25, 0.9], FRAME, view, false), Some(Dragged::Divider(0.0)));
    assert_eq!(pointers.drag(1, [1.5, 0.9], FRAME, view, false), Some(Dragged::Divider(100.0)));
    pointers.release(1);
    pointers.press(1, [0.5 + 28.0 / 400.0, 0.1], FRAME, 50.0);
    assert!(matches!(pointers.drag(1, [0.5, 0.5], FRAME, view, false), Some(Dragged::View(_))));
}

#[test]
fn pointer_that_retouches_moves_nothing() {
    let mut pointers = Pointers::default();
    pointers.press(1, [0.5, 0.5], FRAME, 0.0);
    assert_eq!(pointers.drag(1, [0.7, 0.5], FRAME, viewport(2.0, -0.5, -0.5), true), None);
}

#[test]
fn pinch_zooms_by_the_ratio_of_distances() {
    let mut pointers = Pointers::default();
    pointers.press(1, [0.4, 0.5], FRAME, 50.0);
    pointers.press(2, [0.6, 0.5], FRAME, 70.0);
    // From 80 to 160 CSS pixels; the middle moves from 0.5 to 0.6.
    let view = view_after(pointers.drag(2, [0.8, 0.5], FRAME, Viewport::WHOLE, true));
    assert!((view.zoom() - 2.0).abs() < 1e-9);
    assert_near([view.x(), view.y()], [-0.6, -0.5]);
}

#[test]
fn pinch_measures_in_pixels_of_the_frame() {
    let mut pointers = Pointers::default();
    pointers.press(1, [0.5, 0.5], FRAME, 0.0);
    pointers.press(2, [0.6, 0.5], FRAME, 0.0);
    // 40 CSS pixels across become 40 down: no zoom.
    assert!((view_after(pointers.drag(2, [0.5, 0.7], FRAME, Viewport::WHOLE, false)).zoom() - 1.0).abs() < 1e-9);
}

#[test]
fn pinch_from_a_single_point_does_not_jump() {
    let mut pointers = Pointers::default();
    pointers.press(1, [0.5, 0.5], FRAME, 0.0);
    pointers.press(2, [0.5, 0.5], FRAME, 0.0);
    assert_eq!(view_after(pointers.drag(2, [0.6, 0.5], FRAME, Viewport::WHOLE, false)), Viewport::WHOLE);
}

#[test]
fn second_pointer_takes_the_divider_back() {
    let mut pointers = Pointers::default();
    assert_eq!(pointers.press(1, [0.9, 0.5], FRAME, 30.0), None);
    assert!(!pointers.is_pinch());
    assert_eq!(pointers.press(2, [0.5, 0.5], FRAME, 90.0), Some(30.0));
    assert!(pointers.is_pinch());
    assert_eq!(pointers.divider_before(), 30.0);
    assert_eq!(pointers.press(3, [0.1, 0.1], FRAME, 30.0), None);
}

#[test]
fn pinch_ends_when_a_finger_is_lifted() {
    let mut pointers = Pointers::default();
    pointers.press(1, [0.4, 0.5], FRAME, 0.0);
    pointers.press(2, [0.6, 0.5], FRAME, 0.0);
    pointers.release(1);
    let view = viewport(2.0, -0.5, -0.5);
    assert_eq!(view_after(pointers.drag(2, [0.7, 0.5], FRAME, view, false)).zoom(), 2.0);
    pointers.release(2);
    assert_eq!(pointers.drag(2, [0.2, 0.5], FRAME, view, false), None);
}

#[test]
fn third_finger_does_not_disturb_a_pinch() {
    let mut pointers = Pointers::default();
    pointers.press(1, [0.4, 0.5], FRAME, 0.0);
    pointers.press(2, [0.6, 0.5], FRAME, 0.0);
    pointers.press(3, [0.0, 0.0], FRAME, 0.0);
    assert_eq!(view_after(pointers.drag(3, [0.9, 0.9], FRAME, Viewport::WHOLE, false)), Viewport::WHOLE);
}

#[test]
fn pointer_that_was_not_pressed_here_is_ignored() {
    assert_eq!(Pointers::default().drag(1, [0.5, 0.5], FRAME, viewport(2.0, 0.0, 0.0), false), None);
}
