//! `POST /create`: the form of the same screen, for browsers without JavaScript. Photo, style and title come in
//! one piece; the answer is the new page, or the form again with what was wrong.

use axum::{
    extract::{Request, State},
    response::Response,
};
use bytes::Bytes;
use model::{Problem, Style, Title};

use super::{
    answer::redirect,
    upload::{incomplete, multipart, next_field, read_file},
};
use crate::{
    Error, Machine,
    accounts::{Account, Visitor},
    assets, pages,
};

#[derive(Default)]
struct Form {
    file: Option<Bytes>,
    style: Style,
    title: Title,
}

pub async fn create(State(machine): State<Machine>, request: Request) -> Response {
    let visitor = request.extensions().get::<Visitor>().cloned().unwrap_or_default();
    let Some(account) = visitor.account else {
        return redirect("/auth/login?returnTo=/create");
    };
    match make(&machine, &account, request).await {
        Ok(path) => redirect(&path),
        Err(error) => redirect(&format!("/create?problem={}", Problem::from(error).code.as_str())),
    }
}

async fn make(machine: &Machine, account: &Account, request: Request) -> Result<String, Error> {
    let form = read(machine, request).await?;
    form.style.check().map_err(|_| Problem::style_out_of_range())?;
    let photo = assets::read_photo(machine, form.file.ok_or_else(Problem::photo_missing)?).await?;
    let asset = assets::keep_photo(machine, account, photo).await?;
    let job = pages::make(machine, account, asset.id, &form.style, &form.title, None).await?;
    Ok(format!("/pages/{}", job.page_id))
}

async fn read(machine: &Machine, request: Request) -> Result<Form, Error> {
    let mut parts = multipart(machine, request).await?;
    let mut form = Form::default();
    while let Some(field) = next_field(&mut parts).await? {
        let name = field.name().unwrap_or_default().to_owned();
        if name == "file" {
            // A form without a choice sends a file without a name.
            let chosen = field.file_name().is_some_and(|name| !name.is_empty());
            let bytes = read_file(field).await?;
            form.file = (chosen || !bytes.is_empty()).then_some(bytes);
            continue;
        }
        let text = field.text().await.map_err(|error| incomplete(&error))?;
        let number = || text.parse::<f32>().map_err(|_| Error::from(Problem::style_out_of_range()));
        match name.as_str() {
            "preset" => form.style.preset = text.parse().map_err(|_| Problem::style_out_of_range())?,
            "detail" if !text.is_empty() => form.style.detail = Some(number()?),
            "line_mm" if !text.is_empty() => form.style.line_mm = Some(number()?),
            "title" if !text.trim().is_empty() => form.title = Title::parse(&text)?,
            _ => {}
        }
    }
    Ok(form)
}
