//! Several photos on their way to a book, with what it costs said before. Behaviour: `public/studio/book.js`.

use leptos::prelude::*;
use model::{Preset, Problem, Title, book::MOST_PAGES};

use super::{Notice, Presets};

#[component]
pub fn BookMaker() -> impl IntoView {
    view! {
        <section
            class="book-maker"
            aria-labelledby="book-heading"
            data-most=MOST_PAGES
            data-too-many="A book has at most 100 pages. The photos after those were left out."
            data-drawing="Drawing…"
            data-refused="Cannot be drawn: left out"
            data-sending="Sending…"
            data-printing="Being drawn at print size…"
            data-ready="Ready"
            data-some-failed="Not every photo could be drawn at print size; the credits of those were returned. Make the book of the others?"
            data-failed="Something went wrong. What was made is in your gallery; please try again."
            data-offline=Problem::offline().detail
        >
            <h2 id="book-heading" tabindex="-1">
                "Several photos make a book"
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
                        "Leave out"
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
            <Presets legend="Who will colour it?" chosen=Preset::default() />
            <label class="field">
                <span>"Title of the book"</span>
                <input name="title" maxlength=Title::MAX_CHARS required autocomplete="off" />
            </label>
            <dl class="facts">
                <dt>"Pages"</dt>
                <dd data-pages></dd>
                <dt>"Credits it costs"</dt>
                <dd data-cost></dd>
                <dt>"Credits you have"</dt>
                <dd data-balance></dd>
            </dl>
            <p class="hint" data-too-few hidden>
                "You have too few credits for all of these. Leave some photos out."
            </p>
            <p class="hint" data-sign-in hidden>
                "A book needs an account, and a new one comes with free credits. Your photos wait in this browser meanwhile and nowhere else."
            </p>
            <progress class="progress" max="1" value="0" aria-label="Book made"></progress>
            <button class="button primary wide large">"Make the book"</button>
            <button type="button" class="button quiet wide" data-cancel>
                "Back to a single page"
            </button>
        </form>
    }
    .into_any()
}
