//! Our own engine.

use futures::future::BoxFuture;
use lineart::{Drawing, Photo, Sketch};

use super::{Failure, Generator, Order, Step};
use crate::{Error, Machine, cores};

pub struct Local;

impl Generator for Local {
    fn step<'a>(&'a self, machine: &'a Machine, order: &'a Order) -> BoxFuture<'a, Result<Step, Failure>> {
        Box::pin(async move { Ok(Step::Drawn(draw(machine, order).await?)) })
    }
}

async fn draw(machine: &Machine, order: &Order) -> Result<Drawing, Error> {
    let file = machine.files.get(&order.photo).await?;
    let (style, edits, told) = (order.style, order.edits.clone(), order.told.clone());
    let draw = move || {
        let photo = Photo::decode_reduced(&file).map_err(|error| Error::internal(format!("stored photo: {error}")))?;
        // By the share of the time that each part takes for a photo of 12 megapixels.
        told.send_replace(0.2);
        let (drawing, _) = Sketch::new(&photo).retouched(&style, &edits);
        told.send_replace(0.8);
        Ok(drawing)
    };
    cores::run(draw).await?
}
