//! Positions of elements in the viewport.

use web_sys::Element;

/// Vertical middles of the children of an element, in CSS pixels from the top of the viewport.
pub fn child_middles(parent: &Element) -> Vec<f64> {
    let mut child = parent.first_element_child();
    let mut middles = Vec::new();
    while let Some(element) = child {
        let area = element.get_bounding_client_rect();
        middles.push(area.top() + area.height() / 2.0);
        child = element.next_element_sibling();
    }
    middles
}
