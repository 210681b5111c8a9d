//! Hit testing and snapping on the strokes of a drawing.

/// A point in page units from the left and top of the page.
pub type PagePoint = [f64; 2];

/// Distance from a stroke, in CSS pixels, up to which a touch means it.
pub const TOUCH_REACH: f64 = 14.0;
/// Distance from the end of a stroke, in CSS pixels, up to which a line is led there.
pub const SNAP_REACH: f64 = 22.0;
/// Ends of strokes that are nearer than this, in page units, are joined already.
const JOINED: f64 = 1.0;

/// One stroke of the drawing.
#[derive(Clone, Debug, PartialEq)]
pub struct Stroke {
    /// Number by which the edits name it.
    pub number: u32,
    /// Path data for SVG.
    pub path: String,
    /// The path as a polyline of at least one point.
    points: Vec<PagePoint>,
}

impl Stroke {
    /// First and last point. They are the same point if the stroke is closed.
    fn ends(&self) -> [PagePoint; 2] {
        [self.points[0], self.points[self.points.len() - 1]]
    }

    fn distance(&self, point: PagePoint) -> f64 {
        let to_segment = |pair: &[PagePoint]| distance_to_segment(point, pair[0], pair[1]);
        self.points.windows(2).map(to_segment).fold(distance(point, self.points[0]), f64::min)
    }
}

/// The strokes of a drawing, without added lines, in the order of the engine.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StrokeLayer {
    /// Size of the page in page units.
    pub width: f64,
    pub height: f64,
    pub strokes: Vec<Stroke>,
}

impl StrokeLayer {
    /// Parses what the worker sends: a line with width and height, then for each stroke a line with
    /// its number and path data. Strokes that cannot be read are left out. `None` without a size.
    pub fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let (width, height) = lines.next()?.split_once(' ')?;
        let (width, height) = (width.parse().ok()?, height.parse().ok()?);
        let parse_stroke = |line: &str| {
            let (number, path) = line.split_once(' ')?;
            let points = lineart::stroke_points(path).ok().filter(|points| !points.is_empty())?;
            Some(Stroke { number: number.parse().ok()?, path: path.to_owned(), points })
        };
        Some(Self { width, height, strokes: lines.filter_map(parse_stroke).collect() })
    }

    /// Returns the page units of a length in CSS pixels; `shown_width` is the width of the page on
    /// the screen in CSS pixels.
    pub fn page_units(&self, css_pixels: f64, shown_width: f64) -> f64 {
        css_pixels * self.width / shown_width
    }

    /// Returns the stroke nearest to a point, if one is within `reach` page units.
    pub fn nearest(&self, point: PagePoint, reach: f64) -> Option<&Stroke> {
        let near = self.strokes.iter().map(|stroke| (stroke.distance(point), stroke));
        near.filter(|&(distance, _)| distance <= reach).min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, stroke)| stroke)
    }

    /// Leads the ends of a line to the ends of strokes within `reach` page units. The points are
    /// limited to the page and rounded to tenths.
    pub fn snapped(&self, mut line: Vec<PagePoint>, reach: f64) -> Vec<[f32; 2]> {
        let ends: Vec<PagePoint> = self.strokes.iter().flat_map(Stroke::ends).collect();
        let lead = |point: &mut PagePoint| {
            let end = nearest_point(*point, ends.iter().copied());
            *point = end.filter(|&end| distance(*point, end) < reach).unwrap_or(*point);
        };
        line.first_mut().map(lead);
        if line.len() > 1 {
            line.last_mut().map(lead);
        }
        let on_page = |value: f64, most: f64| ((value.max(0.0).min(most) * 10.0).round() / 10.0) as f32;
        line.into_iter().map(|[x, y]| [on_page(x, self.width), on_page(y, self.height)]).collect()
    }

    /// Returns the shortest line from an end of the stroke with this number to the end of another
    /// stroke. Ends that touch already are not joined. `None` if there is nothing to join.
    pub fn joining_line(&self, number: u32) -> Option<[PagePoint; 2]> {
        let chosen = self.strokes.iter().find(|stroke| stroke.number == number)?;
        let others: Vec<PagePoint> =
            self.strokes.iter().filter(|stroke| stroke.number != number).flat_map(Stroke::ends).collect();
        let join = |end: PagePoint| {
            let apart = others.iter().copied().filter(|&other| distance(end, other) > JOINED);
            Some([end, nearest_point(end, apart)?])
        };
        let lines = chosen.ends().into_iter().filter_map(join);
        lines.min_by(|a, b| distance(a[0], a[1]).total_cmp(&distance(b[0], b[1])))
    }
}

pub(super) fn distance(a: PagePoint, b: PagePoint) -> f64 {
    (a[0] - b[0]).hypot(a[1] - b[1])
}

fn distance_to_segment(point: PagePoint, from: PagePoint, to: PagePoint) -> f64 {
    let along = [to[0] - from[0], to[1] - from[1]];
    let squared_length = along[0] * along[0] + along[1] * along[1];
    let projection = (point[0] - from[0]) * along[0] + (point[1] - from[1]) * along[1];
    let part = if squared_length > 0.0 { (projection / squared_length).clamp(0.0, 1.0) } else { 0.0 };
    distance(point, [from[0] + along[0] * part, from[1] + along[1] * part])
}

fn nearest_point(point: PagePoint, points: impl Iterator<Item = PagePoint>) -> Option<PagePoint> {
    points.min_by(|&a, &b| distance(point, a).total_cmp(&distance(point, b)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two horizontal strokes with a gap of 10 between them, and a closed triangle below.
    fn layer() -> StrokeLayer {
        StrokeLayer::parse("200 100.5\n3 m10 20l40 0\n5 m60 20l40 0\n8 m100 60l20 0-10 20z\n").expect("a layer")
    }

    fn near(point: PagePoint, reach: f64) -> Option<u32> {
        layer().nearest(point, reach).map(|stroke| stroke.number)
    }

    #[test]
    fn strokes_of_the_worker_are_parsed() {
        let layer = layer();
        assert_eq!((layer.width, layer.height), (200.0, 100.5));
        assert_eq!(layer.strokes[0].path, "m10 20l40 0");
        assert_eq!(layer.strokes[0].ends(), [[10.0, 20.0], [50.0, 20.0]]);
        assert_eq!(layer.strokes[2].ends(), [[100.0, 60.0]; 2]);
    }

    #[test]
    fn drawing_without_strokes_is_an_empty_layer() {
        let layer = StrokeLayer::parse("200 100\n").expect("a layer");
        assert_eq!(layer.strokes, []);
        assert_eq!(layer.nearest([0.0, 0.0], 1e9), None);
        assert_eq!(layer.joining_line(3), None);
        assert_eq!(layer.snapped(vec![[1.0, 1.0], [5.0, 5.0]], 10.0), [[1.0, 1.0], [5.0, 5.0]]);
    }

    #[test]
    fn unreadable_text_is_no_layer() {
        assert_eq!(StrokeLayer::parse(""), None);
        assert_eq!(StrokeLayer::parse("200"), None);
        assert_eq!(StrokeLayer::parse("wide high\n"), None);
    }

    #[test]
    fn unreadable_strokes_are_left_out() {
        let layer = StrokeLayer::parse("200 100\nx m1 1l1 1\n4\n5 \n6 h1\n7 m1 1l1 1").expect("a layer");
        assert_eq!(layer.strokes.iter().map(|stroke| stroke.number).collect::<Vec<_>>(), [7]);
    }

    #[test]
    fn nearest_stroke_within_reach_is_found() {
        assert_eq!(near([30.0, 26.0], 6.0), Some(3));
        assert_eq!(near([30.0, 26.0], 5.9), None);
        assert_eq!(near([54.0, 20.0], 10.0), Some(3));
        assert_eq!(near([56.0, 20.0], 10.0), Some(5));
    }

    #[test]
    fn closing_segment_of_a_stroke_is_hit() {
        // The middle of the triangle's side from (110, 80) back to (100, 60).
        assert_eq!(near([105.0, 70.0], 0.1), Some(8));
    }

    #[test]
    fn reach_in_css_pixels_depends_on_the_shown_size() {
        assert_eq!(layer().page_units(14.0, 400.0), 7.0);
    }

    #[test]
    fn line_is_led_to_the_ends_of_strokes() {
        let line = vec![[48.0, 23.0], [55.0, 30.0], [62.0, 18.0]];
        assert_eq!(layer().snapped(line, 5.0), [[50.0, 20.0], [55.0, 30.0], [60.0, 20.0]]);
    }

    #[test]
    fn line_out_of_reach_stays_where_it_was_drawn() {
        let line = vec![[47.0, 24.0], [150.04, 50.06]];
        assert_eq!(layer().snapped(line, 5.0), [[47.0, 24.0], [150.0, 50.1]]);
    }

    #[test]
    fn line_is_limited_to_the_page() {
        assert_eq!(layer().snapped(vec![[-5.0, -1.0], [300.0, 300.0]], 1.0), [[0.0, 0.0], [200.0, 100.5]]);
        assert_eq!(layer().snapped(vec![], 1.0), Vec::<[f32; 2]>::new());
    }

    #[test]
    fn stroke_is_joined_to_its_nearest_neighbour() {
        assert_eq!(layer().joining_line(3), Some([[50.0, 20.0], [60.0, 20.0]]));
        assert_eq!(layer().joining_line(5), Some([[60.0, 20.0], [50.0, 20.0]]));
        assert_eq!(layer().joining_line(4), None);
    }

    #[test]
    fn ends_that_touch_are_not_joined() {
        let layer = StrokeLayer::parse("99 99\n1 m10 20l40 0\n2 m50 20l0 30").expect("a layer");
        // Its left end is 40 from the common point and 50 from the lower end.
        assert_eq!(layer.joining_line(1), Some([[50.0, 20.0], [50.0, 50.0]]));
    }

    #[test]
    fn single_stroke_has_nothing_to_join() {
        let layer = StrokeLayer::parse("99 99\n1 m10 20l40 0").expect("a layer");
        assert_eq!(layer.joining_line(1), None);
    }
}
