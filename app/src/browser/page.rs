//! The page: its elements, its dialogs, going elsewhere, and waiting.

use model::Problem;
use wasm_bindgen::{JsCast, closure::Closure};
use wasm_bindgen_futures::JsFuture;
pub use web_sys::Event;
use web_sys::{
    HtmlCanvasElement, HtmlDialogElement, HtmlElement, HtmlFormElement, HtmlInputElement, HtmlProgressElement,
    ImageBitmap, ImageBitmapRenderingContext, Window,
};

/// In device pixels.
const WIDEST: f64 = 3072.0;

pub(super) fn window() -> Result<Window, Problem> {
    web_sys::window().ok_or_else(Problem::internal)
}

/// The first element of the page that a CSS selector finds.
pub fn find(selector: &str) -> Option<Part> {
    Part::from(web_sys::window()?.document()?.query_selector(selector).ok()??)
}

/// Calls on every event of this name in the window.
pub fn on_window(name: &str, then: impl FnMut(Event) + 'static) {
    if let Ok(window) = window() {
        listen(&window, name, then);
    }
}

fn listen(target: &web_sys::EventTarget, name: &str, then: impl FnMut(Event) + 'static) {
    let then = Closure::<dyn FnMut(Event)>::new(then);
    let _ = target.add_event_listener_with_callback(name, then.as_ref().unchecked_ref());
    // Elements of a page live as long as the page.
    then.forget();
}

/// True when the page was opened to go on with something.
pub fn is_resumed() -> bool {
    window().is_ok_and(|window| {
        window.location().search().is_ok_and(|query| query.split(['?', '&']).any(|part| part.starts_with("resume=")))
    })
}

/// Leaves for another screen.
pub fn go(path: &str) {
    if let Ok(window) = window() {
        let _ = window.location().assign(path);
    }
}

/// Gives this screen another address, to which a reload comes back; nothing if the address is another screen's.
pub fn readdress(address: &str) {
    if let Ok(window) = window()
        && window.location().pathname().is_ok_and(|here| address.starts_with(&format!("{here}?")))
        && let Ok(history) = window.history()
    {
        let _ = history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(address));
    }
}

pub async fn wait(milliseconds: u32) {
    let waited = js_sys::Promise::new(&mut |resolve, _| {
        if let Ok(window) = window() {
            let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, milliseconds.cast_signed());
        }
    });
    let _ = JsFuture::from(waited).await;
}

/// 128 random bits in hexadecimal.
pub fn random_key() -> String {
    let mut bytes = [0; 16];
    if let Ok(crypto) = window().and_then(|window| window.crypto().map_err(|_| Problem::internal())) {
        let _ = crypto.get_random_values_with_u8_array(&mut bytes);
    }
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(u32::from(digit), 16)).collect()
}

/// An element of the page. What it is asked for but is not, it ignores.
#[derive(Clone)]
pub struct Part(HtmlElement);

impl Part {
    pub(super) fn from(element: impl JsCast) -> Option<Self> {
        element.dyn_into().ok().map(Self)
    }

    /// The first element inside that a CSS selector finds.
    pub fn find(&self, selector: &str) -> Option<Self> {
        Self::from(self.0.query_selector(selector).ok()??)
    }

    pub fn find_all(&self, selector: &str) -> Vec<Self> {
        let Ok(found) = self.0.query_selector_all(selector) else { return Vec::new() };
        (0..found.length()).filter_map(|index| Self::from(found.get(index)?)).collect()
    }

    /// The first element that a CSS selector finds in what this one stands in.
    pub fn beside(&self, selector: &str) -> Option<Self> {
        Self::from(self.0.parent_element()?)?.find(selector)
    }

    pub fn on(&self, name: &str, then: impl FnMut(Event) + 'static) {
        listen(&self.0, name, then);
    }

    /// An attribute; empty when it is not there.
    pub fn get(&self, attribute: &str) -> String {
        self.0.get_attribute(attribute).unwrap_or_default()
    }

    pub fn set(&self, attribute: &str, value: &str) {
        let _ = self.0.set_attribute(attribute, value);
    }

    /// Sets an attribute that is either there or not.
    pub fn toggle(&self, attribute: &str, on: bool) {
        let _ = self.0.toggle_attribute_with_force(attribute, on);
    }

    pub fn say(&self, text: &str) {
        self.0.set_text_content(Some(text));
    }

    pub fn text(&self) -> String {
        self.0.text_content().unwrap_or_default()
    }

    /// A value for the style sheet. Set from here because a strict policy forbids styles in markup.
    pub fn style(&self, name: &str, value: &str) {
        let _ = self.0.style().set_property(name, value);
    }

    /// Moves the keyboard, and with it a screen reader, here.
    pub fn focus(&self) {
        let _ = self.0.focus();
    }

    fn input(&self) -> Option<&HtmlInputElement> {
        self.0.dyn_ref()
    }

    /// What stands in a field.
    pub fn value(&self) -> String {
        self.input().map(HtmlInputElement::value).unwrap_or_default()
    }

    pub fn set_value(&self, value: &str) {
        if let Some(input) = self.input() {
            input.set_value(value);
        }
    }

    pub fn number(&self) -> f32 {
        self.input().map_or(0.0, |input| input.value_as_number() as f32)
    }

    pub fn set_number(&self, value: f32) {
        if let Some(input) = self.input() {
            input.set_value_as_number(f64::from(value));
        }
    }

    pub fn checked(&self) -> bool {
        self.input().is_some_and(HtmlInputElement::checked)
    }

    pub fn set_checked(&self, on: bool) {
        if let Some(input) = self.input() {
            input.set_checked(on);
        }
    }

    /// 0 to 1.
    pub fn set_progress(&self, part: f64) {
        if let Some(progress) = self.0.dyn_ref::<HtmlProgressElement>() {
            progress.set_value(part);
        }
    }

    /// Back to how the server sent it. Browsers keep what was typed over a reload.
    pub fn reset(&self) {
        if let Some(form) = self.0.dyn_ref::<HtmlFormElement>() {
            form.reset();
        }
    }

    pub fn open_dialog(&self) {
        if let Some(dialog) = self.0.dyn_ref::<HtmlDialogElement>().filter(|dialog| !dialog.open()) {
            let _ = dialog.show_modal();
        }
    }

    pub fn is_set(&self, attribute: &str) -> bool {
        self.0.has_attribute(attribute)
    }

    pub fn close_dialog(&self) {
        if let Some(dialog) = self.0.dyn_ref::<HtmlDialogElement>() {
            dialog.close();
        }
    }

    /// Across, in device pixels; a screen with finer ones than three to a CSS pixel would not look sharper, and a phone
    /// has no memory for a canvas of more than [`WIDEST`].
    pub fn device_width(&self) -> u32 {
        let ratio = window().map_or(1.0, |window| window.device_pixel_ratio()).clamp(1.0, 3.0);
        (f64::from(self.0.client_width().max(1)) * ratio).min(WIDEST) as u32
    }

    /// Shows a finished picture on a canvas. It is handed over, not copied.
    pub fn show(&self, picture: &ImageBitmap) {
        let Some(canvas) = self.0.dyn_ref::<HtmlCanvasElement>() else { return };
        canvas.set_width(picture.width());
        canvas.set_height(picture.height());
        if let Ok(Some(context)) = canvas.get_context("bitmaprenderer") {
            context.unchecked_into::<ImageBitmapRenderingContext>().transfer_from_image_bitmap(picture);
        }
    }
}
