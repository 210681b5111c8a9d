//! Several photos on their way to a book, with what it costs said before. Behaviour: `public/studio/book.js`.

use leptos::prelude::*;
use model::{Preset, Title, book::MAX_PAGES};

use super::{Notice, Presets};
use crate::legacy::i18n::{tr, tr_args};

#[component]
pub fn BookMaker() -> impl IntoView {
    view! {
        <section
            class="book-maker"
            aria-labelledby="book-heading"
            data-most=MAX_PAGES
            data-too-many=tr_args("book-too-many", &[("most", MAX_PAGES.into())])
            data-drawing=tr("says-opening")
            data-refused=tr("left-out")
            data-sending=tr("state-sending")
            data-printing=tr("state-printing")
            data-ready=tr("state-ready")
            data-some-failed=tr("book-some-failed")
            data-failed=tr("book-failed")
            data-offline=tr("offline.detail")
        >
            <h2 id="book-heading" tabindex="-1">
                {tr("book-heading")}
            </h2>
            <Notice problem=None />
            <ol class="grid"></ol>
            <template>
                <li>
                    <span class="card-picture">
                        <canvas aria-hidden="true"></canvas>
                    </span>
                    <span class="book-state" role="status"></span>
                    <button type="button" class="button quiet">
                        {tr("leave-out")}
                    </button>
                </li>
            </template>
            <BookForm />
        </section>
    }
    .into_any()
}

#[component]
fn BookForm() -> impl IntoView {
    view! {
        <form>
            <Presets legend=tr("who-colours") chosen=Preset::default() />
            <label class="field">
                <span>{tr("book-title")}</span>
                <input name="title" maxlength=Title::MAX_CHARS required autocomplete="off" />
            </label>
            <dl class="facts">
                <dt>{tr("pages")}</dt>
                <dd data-pages></dd>
                <dt>{tr("credits-cost")}</dt>
                <dd data-cost></dd>
                <dt>{tr("credits-have")}</dt>
                <dd data-balance></dd>
            </dl>
            <p class="hint" data-too-few hidden>
                {tr("too-few")}
            </p>
            <p class="hint" data-sign-in hidden>
                {tr("book-sign-in")}
            </p>
            <progress class="progress" max="1" value="0" aria-label=tr("book-made")></progress>
            <button class="button primary wide large">{tr("make-the-book")}</button>
            <button type="button" class="button quiet wide" data-cancel>
                {tr("single-page")}
            </button>
        </form>
    }
    .into_any()
}
