//! Screens whose code the browser loads when it first needs it. With the feature `split`, which
//! needs `cargo leptos build --split`, each chunk is a file of its own; without it everything is in
//! one module.

use std::pin::Pin;

use leptos::{
    prelude::*,
    reactive::{computed::ScopedFuture, owner::Owner},
    task::spawn_local,
    wasm_split::SplitLoaderError,
};
use leptos_router::LazyRoute;

use crate::{
    browser::document,
    i18n::tr,
    screens::{
        account::Account, admin::Admin, book::BookScreen, callback::Callback, create::Create, dev_mail::DevMail,
        gallery::GalleryScreen, page::PageScreen, page_choice::PageChoiceScreen, reset_password::ResetPasswordScreen,
    },
};

/// A chunk could not be fetched, or belongs to another build.
#[derive(Clone, Copy, Debug)]
pub struct NotLoaded;

impl From<SplitLoaderError> for NotLoaded {
    fn from(_: SplitLoaderError) -> Self {
        Self
    }
}

type Load<T> = Pin<Box<dyn Future<Output = Result<T, NotLoaded>>>>;

#[cfg(feature = "split")]
macro_rules! function_in_chunk {
    ($chunk:ident, $function:ident() -> $result:ty $body:block) => {
        #[leptos::wasm_split::wasm_split($chunk, wasm_split_path = ::leptos::wasm_split, fallible)]
        fn $function() -> Result<$result, NotLoaded> {
            Ok($body)
        }
    };
}

#[cfg(not(feature = "split"))]
macro_rules! function_in_chunk {
    ($chunk:ident, $function:ident() -> $result:ty $body:block) => {
        async fn $function() -> Result<$result, NotLoaded> {
            Ok($body)
        }
    };
}

/// A chunk with a function that only loads it, and a route for each of its screens.
macro_rules! chunk {
    ($chunk:ident, $load_chunk:ident, $($route:ident, $load:ident: $screen:ident;)+) => {
        function_in_chunk! { $chunk, $load_chunk() -> () {} }
        $(
            pub struct $route;

            impl LazyRoute for $route {
                fn data() -> Self {
                    Self
                }

                async fn view(_: Self) -> AnyView {
                    match $load().await {
                        Ok(screen) => screen,
                        Err(NotLoaded) => view! { <RetryLoading load=|| Box::pin($load()) /> }.into_any(),
                    }
                }
            }

            function_in_chunk! { $chunk, $load() -> AnyView { view! { <$screen /> }.into_any() } }
        )+
    };
}

chunk! { studio, load_studio_chunk,
    CreateRoute, load_create: Create;
}

chunk! { gallery, load_gallery_chunk,
    GalleryRoute, load_gallery: GalleryScreen;
    PageRoute, load_page: PageScreen;
    PageChoiceRoute, load_page_choice: PageChoiceScreen;
    BookRoute, load_book: BookScreen;
}

chunk! { account, load_account_chunk,
    AccountRoute, load_account: Account;
    AdminRoute, load_admin: Admin;
    DevMailRoute, load_dev_mail: DevMail;
    CallbackRoute, load_callback: Callback;
    ResetPasswordRoute, load_reset_password: ResetPasswordScreen;
}

/// A chunk, by its name in the build's manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chunk {
    Studio,
    Gallery,
    Account,
}

impl Chunk {
    /// The chunk with the screen at `path`; `None` for screens of the main module.
    pub fn of_screen(path: &str) -> Option<Self> {
        match path.split('/').nth(1).unwrap_or_default() {
            "create" => Some(Self::Studio),
            "gallery" | "pages" | "books" => Some(Self::Gallery),
            "account" | "admin" | "dev" => Some(Self::Account),
            "auth" if path != "/auth/login" => Some(Self::Account),
            _ => None,
        }
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Studio => "studio",
            Self::Gallery => "gallery",
            Self::Account => "account",
        }
    }

    /// Loads its code.
    ///
    /// # Errors
    /// If it cannot be fetched.
    pub async fn load(self) -> Result<(), NotLoaded> {
        match self {
            Self::Studio => load_studio_chunk().await,
            Self::Gallery => load_gallery_chunk().await,
            Self::Account => load_account_chunk().await,
        }
    }
}

/// Stands where a screen would be whose code could not be loaded. A second failure reloads the
/// document: the code may belong to an older version of the site.
#[component]
fn RetryLoading(load: fn() -> Load<AnyView>) -> impl IntoView {
    let screen = StoredValue::new_local(None::<AnyView>);
    let is_loaded = RwSignal::new(false);
    let owner = Owner::current().unwrap_or_default();
    let retry = move |_| {
        let loading = owner.with(|| ScopedFuture::new(load()));
        spawn_local(async move {
            match loading.await {
                Ok(loaded) => {
                    screen.set_value(Some(loaded));
                    is_loaded.set(true);
                }
                Err(NotLoaded) => document::reload(),
            }
        });
    };
    let notice = move || {
        view! {
            <div class="narrow refused" role="alert">
                <p class="lead">{tr("news-start")}</p>
                <p class="actions">
                    <button type="button" class="button primary" on:click=retry.clone()>
                        {tr("retry")}
                    </button>
                </p>
            </div>
        }
    };
    move || match is_loaded.get() {
        true => screen.try_update_value(Option::take).flatten().into_any(),
        false => notice.clone()().into_any(),
    }
}
