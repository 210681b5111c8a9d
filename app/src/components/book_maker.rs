//! Several photos on their way to a book, with what it costs said before. Behaviour: `public/studio/book.js`.

use leptos::prelude::*;
use model::{Preset, Title, book::MAX_PAGES};

use super::{Notice, Presets};
use crate::words::{t, tr};

#[component]
pub fn BookMaker() -> impl IntoView {
    view! {
        <section
            class="book-maker"
            aria-labelledby="book-heading"
            data-most=MAX_PAGES
            data-too-many=tr("book-too-many", &[("most", MAX_PAGES.into())])
            data-drawing=t("says-opening")
            data-refused=t("left-out")
            data-sending=t("state-sending")
            data-printing=t("state-printing")
            data-ready=t("state-ready")
            data-some-failed=t("book-some-failed")
            data-failed=t("book-failed")
            data-offline=t("offline.detail")
        >
            <h2 id="book-heading" tabindex="-1">
                {t("book-heading")}
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
                        {t("leave-out")}
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
            <Presets legend=t("who-colours") chosen=Preset::default() />
            <label class="field">
                <span>{t("book-title")}</span>
                <input name="title" maxlength=Title::MAX_CHARS required autocomplete="off" />
            </label>
            <dl class="facts">
                <dt>{t("pages")}</dt>
                <dd data-pages></dd>
                <dt>{t("credits-cost")}</dt>
                <dd data-cost></dd>
                <dt>{t("credits-have")}</dt>
                <dd data-balance></dd>
            </dl>
            <p class="hint" data-too-few hidden>
                {t("too-few")}
            </p>
            <p class="hint" data-sign-in hidden>
                {t("book-sign-in")}
            </p>
            <progress class="progress" max="1" value="0" aria-label=t("book-made")></progress>
            <button class="button primary wide large">{t("make-the-book")}</button>
            <button type="button" class="button quiet wide" data-cancel>
                {t("single-page")}
            </button>
        </form>
    }
    .into_any()
}
