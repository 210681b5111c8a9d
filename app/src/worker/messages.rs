//! Messages between the page and the web worker that draws, and their form as JavaScript objects.

use model::{Background, Edits, Problem, ProblemCode, Style};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, ImageBitmap};

use crate::js_object::{object, property};

/// What the page asks of the worker. Requests are answered one after the other, in their order.
pub enum Request {
    /// Decodes a photo file and prepares its drawings; answered by [`Reply::Opened`] or
    /// [`Reply::Refused`].
    Open(Blob),
    /// Draws the opened photo; answered by [`Reply::Drawn`].
    Draw(DrawRequest),
    /// Looks for faces and persons in the opened photo; answered by [`Reply::Hints`].
    FindHints,
    /// Encodes the pixels that the drawings are made from; answered by [`Reply::Saved`].
    Save,
}

/// One drawing of the opened photo.
#[derive(Clone, Debug, PartialEq)]
pub struct DrawRequest {
    pub style: Style,
    pub edits: Edits,
    /// Version of the hints with which the edits were made, 0 for none.
    pub hints_version: u32,
    /// Width of the picture in pixels.
    pub width: u32,
    /// Height of the picture in pixels; `None` for that of the drawing's aspect ratio.
    pub height: Option<u32>,
    /// Whether the reply lists the strokes, for retouching.
    pub with_strokes: bool,
    /// Whether small samples of all presets follow when the worker is idle ([`Reply::Sample`]).
    pub with_samples: bool,
}

/// What the worker answers.
pub enum Reply {
    /// The photo is opened. Width and height are those of the upright picture in pixels.
    Opened { width: u32, height: u32 },
    /// The photo cannot be used.
    Refused(Problem),
    /// A drawing. `strokes` has a line `width height` in page units, then a line `number path` for
    /// each stroke; `blank` is true if nothing was drawn, `with_hints` if faces and persons were.
    Drawn { picture: ImageBitmap, strokes: Option<String>, blank: bool, with_hints: bool },
    /// URL of a small picture of the photo in a preset. The worker revokes it when the next one of
    /// this preset is ready.
    Sample { preset: String, address: String },
    /// Whether faces and persons were looked for: not without a connection, or to save data.
    Hints { are_known: bool },
    /// The working pixels as a PNG file.
    Saved(Blob),
    /// The worker failed and has to be replaced.
    Broken,
}

impl Request {
    pub fn to_js(&self) -> JsValue {
        match self {
            Self::Open(photo) => object(&[("photo", photo)]).into(),
            Self::Draw(request) => request.to_js(),
            Self::FindHints => object(&[("findHints", &true.into())]).into(),
            Self::Save => object(&[("save", &true.into())]).into(),
        }
    }

    /// The inverse of [`Self::to_js`]. Missing or unknown fields of a drawing have their defaults.
    pub fn from_js(message: &JsValue) -> Self {
        match property(message, "photo").dyn_into() {
            Ok(photo) => Self::Open(photo),
            Err(_) if property(message, "findHints").is_truthy() => Self::FindHints,
            Err(_) if property(message, "save").is_truthy() => Self::Save,
            Err(_) => Self::Draw(DrawRequest::from_js(message)),
        }
    }
}

impl DrawRequest {
    fn to_js(&self) -> JsValue {
        let Self { style, edits, .. } = self;
        let number = |value: Option<f32>| value.map_or(JsValue::UNDEFINED, |value| f64::from(value).into());
        let lines = edits.added.iter().map(|line| js_sys::Float32Array::from(line.as_flattened()));
        object(&[
            ("preset", &style.preset.as_str().into()),
            ("detail", &number(style.detail)),
            ("lineMm", &number(style.line_mm)),
            ("background", &style.background.as_str().into()),
            ("smoothing", &number(style.smoothing)),
            ("frame", &style.frame.into()),
            ("withoutPeople", &style.without_people.into()),
            ("erased", &js_sys::Uint32Array::from(edits.erased.as_slice())),
            ("added", &lines.collect::<js_sys::Array>()),
            ("hintsVersion", &self.hints_version.into()),
            ("width", &self.width.into()),
            ("height", &self.height.map_or(JsValue::UNDEFINED, JsValue::from)),
            ("touched", &self.with_strokes.into()),
            ("samples", &self.with_samples.into()),
        ])
        .into()
    }

    fn from_js(message: &JsValue) -> Self {
        let text = |name| property(message, name).as_string().unwrap_or_default();
        let number = |name| property(message, name).as_f64();
        let flag = |name| property(message, name).is_truthy();
        let style = Style {
            preset: text("preset").parse().unwrap_or_default(),
            detail: number("detail").map(|detail| detail as f32),
            line_mm: number("lineMm").map(|mm| mm as f32),
            background: text("background").parse::<Background>().unwrap_or_default(),
            smoothing: number("smoothing").map(|smoothing| smoothing as f32),
            frame: flag("frame"),
            without_people: flag("withoutPeople"),
        };
        let erased = property(message, "erased").dyn_ref().map(js_sys::Uint32Array::to_vec);
        let added = property(message, "added").dyn_ref().map(|lines: &js_sys::Array| {
            lines.iter().filter_map(|line| Some(points(&line.dyn_ref::<js_sys::Float32Array>()?.to_vec()))).collect()
        });
        Self {
            style,
            edits: Edits { erased: erased.unwrap_or_default(), added: added.unwrap_or_default() },
            hints_version: number("hintsVersion").map_or(0, |version| version as u32),
            width: number("width").map_or(1, |width| width as u32),
            height: number("height").map(|height| height as u32),
            with_strokes: flag("touched"),
            with_samples: flag("samples"),
        }
    }
}

/// Pairs of `[x, y]`; an odd coordinate at the end is dropped.
fn points(coordinates: &[f32]) -> Vec<[f32; 2]> {
    coordinates.as_chunks().0.to_vec()
}

impl Reply {
    pub fn to_js(&self) -> JsValue {
        match self {
            Self::Opened { width, height } => object(&[("width", &(*width).into()), ("height", &(*height).into())]),
            Self::Refused(problem) => object(&[("problem", &problem.code.as_str().into())]),
            Self::Drawn { picture, strokes, blank, with_hints } => {
                let strokes = strokes.as_deref().map_or(JsValue::UNDEFINED, JsValue::from_str);
                let flags = [("blank", &(*blank).into()), ("withHints", &(*with_hints).into())];
                object(&[[("drawing", picture.as_ref()), ("strokes", &strokes)], flags].concat())
            }
            Self::Sample { preset, address } => {
                object(&[("preset", &preset.as_str().into()), ("sample", &address.as_str().into())])
            }
            Self::Hints { are_known } => object(&[("hintsKnown", &(*are_known).into())]),
            Self::Saved(png) => object(&[("png", png)]),
            Self::Broken => object(&[("broken", &true.into())]),
        }
        .into()
    }

    /// The objects that a message hands over instead of copying.
    pub fn transferred(&self) -> js_sys::Array {
        match self {
            Self::Drawn { picture, .. } => js_sys::Array::of1(picture),
            _ => js_sys::Array::new(),
        }
    }

    /// The inverse of [`Self::to_js`]; `None` for other messages.
    pub fn from_js(message: &JsValue) -> Option<Self> {
        let text = |name| property(message, name).as_string();
        if let Some(code) = text("problem") {
            return Some(Self::Refused(ProblemCode::parse(&code).map_or_else(Problem::photo_broken, Problem::from)));
        }
        if property(message, "broken").is_truthy() {
            return Some(Self::Broken);
        }
        if let Ok(picture) = property(message, "drawing").dyn_into() {
            let flag = |name| property(message, name).is_truthy();
            let (strokes, blank, with_hints) = (text("strokes"), flag("blank"), flag("withHints"));
            return Some(Self::Drawn { picture, strokes, blank, with_hints });
        }
        if let Ok(png) = property(message, "png").dyn_into() {
            return Some(Self::Saved(png));
        }
        if let Some(are_known) = property(message, "hintsKnown").as_bool() {
            return Some(Self::Hints { are_known });
        }
        if let Some(address) = text("sample") {
            return Some(Self::Sample { preset: text("preset")?, address });
        }
        let pixels = |name| property(message, name).as_f64().map(|pixels| pixels as u32);
        Some(Self::Opened { width: pixels("width")?, height: pixels("height")? })
    }
}
