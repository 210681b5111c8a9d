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
        account::Account, admin::Admin, book::BookScreen as Book, callback::Callback, create::Create,
        dev_mail::DevMail, gallery::GalleryScreen as Gallery, page::PageScreen as Page,
        page_choice::PageChoiceScreen as PageChoice, reset_password::ResetPasswordScreen as ResetPassword,
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

type Loading = Pin<Box<dyn Future<Output = Result<AnyView, NotLoaded>>>>;

/// A function whose code is in a chunk, and one that only loads the chunk.
#[cfg(feature = "split")]
macro_rules! function_in_chunk {
    ($chunk:ident, $preload:ident, $function:ident($argument:ident: $type:ty) $body:block) => {
        #[leptos::wasm_split::wasm_split($chunk, wasm_split_path = leptos::wasm_split, preload($preload), fallible)]
        fn $function($argument: $type) -> Result<AnyView, NotLoaded> {
            Ok($body)
        }
    };
}

#[cfg(not(feature = "split"))]
macro_rules! function_in_chunk {
    ($chunk:ident, $preload:ident, $function:ident($argument:ident: $type:ty) $body:block) => {
        async fn $preload() -> Result<(), NotLoaded> {
            Ok(())
        }

        async fn $function($argument: $type) -> Result<AnyView, NotLoaded> {
            Ok($body)
        }
    };
}

/// The screens of a chunk, each with its route. One function shows them all, because each function
/// keeps for itself whether its chunk is loaded.
macro_rules! chunk {
    ($chunk:ident, $preload:ident, $show:ident, $screens:ident { $($route:ident: $screen:ident,)+ }) => {
        #[derive(Clone, Copy)]
        enum $screens {
            $($screen,)+
        }

        function_in_chunk! { $chunk, $preload, $show(screen: $screens) {
            match screen {
                $($screens::$screen => view! { <$screen /> }.into_any(),)+
            }
        } }

        $(
            pub struct $route;

            impl LazyRoute for $route {
                fn data() -> Self {
                    Self
                }

                async fn view(_: Self) -> AnyView {
                    match $show($screens::$screen).await {
                        Ok(screen) => screen,
                        Err(NotLoaded) => {
                            view! { <RetryLoading load=|| Box::pin($show($screens::$screen)) /> }.into_any()
                        }
                    }
                }
            }
        )+
    };
}

chunk! { studio, preload_studio, show_from_studio, StudioScreens {
    CreateRoute: Create,
} }

chunk! { gallery, preload_gallery, show_from_gallery, GalleryScreens {
    GalleryRoute: Gallery,
    PageRoute: Page,
    PageChoiceRoute: PageChoice,
    BookRoute: Book,
} }

chunk! { account, preload_account, show_from_account, AccountScreens {
    AccountRoute: Account,
    AdminRoute: Admin,
    DevMailRoute: DevMail,
    CallbackRoute: Callback,
    ResetPasswordRoute: ResetPassword,
} }

/// A file with the code of several screens.
#[derive(Clone, Copy, Debug)]
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

    /// Loads its code.
    ///
    /// # Errors
    /// If it cannot be fetched.
    pub async fn load(self) -> Result<(), NotLoaded> {
        match self {
            Self::Studio => preload_studio().await?,
            Self::Gallery => preload_gallery().await?,
            Self::Account => preload_account().await?,
        }
        Ok(())
    }
}

/// Stands where a screen would be whose code could not be loaded. A second failure reloads the
/// document: the code may belong to an older version of the site.
#[component]
fn RetryLoading(load: fn() -> Loading) -> impl IntoView {
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
