//! `/privacy`: what happens to photos, in plain words. It has to say what the machine does, with its own numbers.

use leptos::prelude::*;

use crate::{
    desk::{Answer, Desk},
    shell::Head,
};

pub async fn show(desk: Desk) -> Answer {
    let photo_days = desk.machine.config.keep_original_days;
    let page_days = desk.machine.config.keep_page_days;
    let company = desk.machine.config.generator.provider.company();
    let body = move || {
        view! {
            <div class="prose">
                <h1>"How we treat photos"</h1>
                <h2>"While you try"</h2>
                <p>
                    "Your photo is opened and drawn by your own device. Nothing of it is sent to us: not the photo, not the drawing. "
                    "You can watch this yourself: open your browser's network view, choose a photo, and see that none of the requests carries it."
                </p>
                <h2>"When you keep a page"</h2>
                <p>
                    "The photo goes up over an encrypted connection so that we can draw it at print size. "
                    "What goes up is the picture alone: where and when it was taken, and with which camera, is left out before it leaves your device."
                </p>
                {company
                    .map(|company| {
                        view! {
                            <p>
                                "To have it drawn, we send a copy of the photo, no larger than needed, to " {company}
                                ", and fetch what they draw. Nothing else of yours goes there: no name, no address. "
                                "A page that you draw again in another style is drawn by ourselves."
                            </p>
                        }
                    })}
                <p>
                    "The photo is kept for " {photo_days} " days and the page for " {page_days}
                    " days; each page shows its date. Both are stored where only your account can reach them."
                </p>
                <h2>"When you delete a page"</h2>
                <p>"The page and its photo are deleted at once, for good."</p>
                <h2>"What else we know"</h2>
                <p>
                    "Your e-mail address, a password that is stored in a form nobody can read, the pages you keep and the credits you spend. "
                    "We set cookies only to keep you signed in and to remember what you typed when a form did not go through. "
                    "There are no advertisements, no trackers, and nothing is sold or used to train anything."
                </p>
            </div>
        }
    };
    desk.screen(Head::new("Privacy").here("/privacy"), body).await
}
