//! Screens whose code the browser loads when it first needs it. With the feature `split`, which
//! needs `cargo leptos build --split`, each chunk is a file of its own; without it everything is in
//! one module.

use std::{pin::Pin, rc::Rc, sync::Arc};

use leptos::{
    prelude::*,
    reactive::{computed::ScopedFuture, owner::Owner},
    task::{spawn_local, tick},
    wasm_split::SplitLoaderError,
};
use leptos_router::LazyRoute;
use lineart::Hints;
use send_wrapper::SendWrapper;
use vision::WeightsError;

use crate::{
    api::accounts::AuthFormStart,
    browser::{document, photo::Photo},
    components::{AuthForm, AuthFormProps},
    i18n::tr,
    screens::{
        account::Account, admin::Admin, book::BookScreen as Book, callback::Callback as CallbackScreen, create::Create,
        dev_mail::DevMail, gallery::GalleryScreen as Gallery, login::Login, page::PageScreen as Page,
        page_choice::PageChoiceScreen as PageChoice, reset_password::ResetPasswordScreen as ResetPassword,
    },
    state::auth::AuthStep,
    tools::{CropDialog, CropDialogProps, Cropping, RetouchTools, SeveralPhotosPanel},
    worker::hints::Search,
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
/// Not generic: every instance of [`Deferred`] would add 8 kB to the main module.
type Load = Rc<dyn Fn() -> Loading>;

/// A function whose code is in a chunk, and one that only loads the chunk.
#[cfg(feature = "split")]
macro_rules! function_in_chunk {
    ($chunk:ident, $preload:ident, $function:ident($argument:ident: $type:ty) -> $output:ty $body:block) => {
        #[leptos::wasm_split::wasm_split($chunk, wasm_split_path = leptos::wasm_split, preload($preload), fallible)]
        fn $function($argument: $type) -> Result<$output, NotLoaded> {
            Ok($body)
        }
    };
}

#[cfg(not(feature = "split"))]
macro_rules! function_in_chunk {
    ($chunk:ident, $preload:ident, $function:ident($argument:ident: $type:ty) -> $output:ty $body:block) => {
        async fn $preload() -> Result<(), NotLoaded> {
            Ok(())
        }

        async fn $function($argument: $type) -> Result<$output, NotLoaded> {
            Ok($body)
        }
    };
}

/// What a chunk shows: components without properties, such as screens, then components with
/// properties. One function shows them all, because each function keeps for itself whether its
/// chunk is loaded.
macro_rules! chunk {
    ($chunk:ident, $preload:ident, $show:ident, $content:ident {
        $($component:ident,)*; $($part:ident($properties:ident),)*
    }) => {
        enum $content {
            $($component,)*
            $($part(Box<$properties>),)*
        }

        function_in_chunk! { $chunk, $preload, $show(content: $content) -> AnyView {
            match content {
                $($content::$component => view! { <$component /> }.into_any(),)*
                $($content::$part(properties) => $part(*properties).into_any(),)*
            }
        } }
    };
}

chunk! { studio, preload_studio, show_from_studio, StudioContent { Create,; } }
chunk! { tools, preload_tools, show_from_tools, ToolsContent {
    RetouchTools, SeveralPhotosPanel,; CropDialog(CropDialogProps),
} }
chunk! { sign_in, preload_sign_in, show_from_sign_in, SignInContent { Login,; AuthForm(AuthFormProps), } }
chunk! { gallery, preload_gallery, show_from_gallery, GalleryContent { Gallery, Page, PageChoice, Book,; } }
chunk! { account, preload_account, show_from_account, AccountContent {
    Account, Admin, DevMail, CallbackScreen, ResetPassword,;
} }

/// The routes of screens in chunks.
macro_rules! routes {
    ($($route:ident: $show:ident($screen:expr),)+) => {$(
        pub struct $route;

        impl LazyRoute for $route {
            fn data() -> Self {
                Self
            }

            async fn view(_: Self) -> AnyView {
                match $show($screen).await {
                    Ok(screen) => screen,
                    Err(NotLoaded) => retry(Rc::new(|| Box::pin($show($screen)))),
                }
            }
        }
    )+};
}

routes! {
    CreateRoute: show_from_studio(StudioContent::Create),
    LoginRoute: show_from_sign_in(SignInContent::Login),
    GalleryRoute: show_from_gallery(GalleryContent::Gallery),
    PageRoute: show_from_gallery(GalleryContent::Page),
    PageChoiceRoute: show_from_gallery(GalleryContent::PageChoice),
    BookRoute: show_from_gallery(GalleryContent::Book),
    AccountRoute: show_from_account(AccountContent::Account),
    AdminRoute: show_from_account(AccountContent::Admin),
    DevMailRoute: show_from_account(AccountContent::DevMail),
    CallbackRoute: show_from_account(AccountContent::CallbackScreen),
    ResetPasswordRoute: show_from_account(AccountContent::ResetPassword),
}

/// [`RetouchTools`], loaded when it is first shown.
#[component]
pub fn LazyRetouchTools() -> impl IntoView {
    view! { <Deferred load=Rc::new(|| Box::pin(show_from_tools(ToolsContent::RetouchTools))) /> }
}

/// [`SeveralPhotosPanel`], loaded when it is first shown.
#[component]
pub fn LazySeveralPhotosPanel() -> impl IntoView {
    view! { <Deferred load=Rc::new(|| Box::pin(show_from_tools(ToolsContent::SeveralPhotosPanel))) /> }
}

/// [`CropDialog`], loaded when it is first shown.
#[component]
pub fn LazyCropDialog(cropping: Cropping, on_cut: Callback<Photo>) -> impl IntoView {
    let load = move || -> Loading {
        let properties = CropDialogProps { cropping: cropping.clone(), on_cut };
        Box::pin(show_from_tools(ToolsContent::CropDialog(Box::new(properties))))
    };
    view! { <Deferred load=Rc::new(load) /> }
}

/// [`AuthForm`], loaded when it is first shown. `on_shown` is called once it is in the document, or
/// a notice that it could not be loaded.
#[component]
pub fn LazyAuthForm(
    step: AuthStep,
    start: AuthFormStart,
    on_signed_in: Arc<dyn Fn() + Send + Sync>,
    #[prop(optional)] on_shown: Option<Callback<()>>,
) -> impl IntoView {
    let load = move || -> Loading {
        let (start, on_signed_in) = (start.clone(), on_signed_in.clone());
        let properties = AuthFormProps { step: RwSignal::new(step), start, problem: None, on_signed_in };
        Box::pin(show_from_sign_in(SignInContent::AuthForm(Box::new(properties))))
    };
    view! { <Deferred load=Rc::new(load) on_shown /> }
}

function_in_chunk! { vision, preload_vision, find_hints_in_chunk(search: Search) -> Result<Hints, WeightsError> {
    search.run()
} }

/// Loads the code of [`find_hints`].
///
/// # Errors
/// If it cannot be fetched.
pub async fn load_vision() -> Result<(), NotLoaded> {
    preload_vision().await?;
    Ok(())
}

/// Runs the nets that find faces and persons.
///
/// # Errors
/// If the code cannot be fetched; inside, if the weights are damaged.
pub async fn find_hints(search: Search) -> Result<Result<Hints, WeightsError>, NotLoaded> {
    find_hints_in_chunk(search).await
}

/// A file with the code of several screens.
#[derive(Clone, Copy, Debug)]
pub enum Chunk {
    Studio,
    /// The sign-in form, on its screen and in the dialog.
    SignIn,
    /// Tools of the studio that are not shown at first.
    Tools,
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
            "auth" if path == "/auth/login" => Some(Self::SignIn),
            "auth" => Some(Self::Account),
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
            Self::SignIn => preload_sign_in().await?,
            Self::Tools => preload_tools().await?,
            Self::Gallery => preload_gallery().await?,
            Self::Account => preload_account().await?,
        }
        Ok(())
    }
}

/// Stands in place of a screen that could not be loaded.
fn retry(load: Load) -> AnyView {
    view! { <Deferred load has_failed=true /> }.into_any()
}

/// What a view that is loaded is doing.
#[derive(Clone, Copy, PartialEq, Eq)]
enum LoadState {
    Loading,
    Failed,
    Loaded,
}

/// A view whose code is loaded in the browser, after the hydration. With `has_failed` it was tried
/// before. When loading fails, a notice offers to try again; another failure reloads the document:
/// the code may belong to an older version of the site.
#[component]
fn Deferred(
    load: Load,
    #[prop(optional)] has_failed: bool,
    #[prop(optional_no_strip)] on_shown: Option<Callback<()>>,
) -> impl IntoView {
    let loaded = StoredValue::new(None::<SendWrapper<AnyView>>);
    let state = RwSignal::new(if has_failed { LoadState::Failed } else { LoadState::Loading });
    let attempts = RwSignal::new(u32::from(!has_failed));
    let owner = Owner::current().unwrap_or_default();
    Effect::new(move || {
        let attempt = attempts.get();
        if attempt == 0 {
            return;
        }
        let is_retry = has_failed || attempt > 1;
        let loading = owner.with(|| ScopedFuture::new(load()));
        spawn_local(async move {
            match loading.await {
                Ok(view) => {
                    let is_shown = loaded.try_set_value(Some(SendWrapper::new(view))).is_none();
                    if is_shown {
                        state.set(LoadState::Loaded);
                    }
                }
                Err(NotLoaded) if is_retry => document::reload(),
                Err(NotLoaded) => {
                    let _ = state.try_set(LoadState::Failed);
                }
            }
        });
    });
    Effect::new(move || {
        if let (Some(on_shown), true) = (on_shown, state.get() != LoadState::Loading) {
            spawn_local(async move {
                tick().await;
                on_shown.run(());
            });
        }
    });
    move || match state.get() {
        LoadState::Loading => ().into_any(),
        LoadState::Loaded => loaded.try_update_value(Option::take).flatten().map(SendWrapper::take).into_any(),
        LoadState::Failed => view! {
            <div class="narrow refused" role="alert">
                <p class="lead">{tr("news-start")}</p>
                <p class="actions">
                    <button
                        type="button"
                        class="button primary"
                        on:click=move |_| attempts.update(|attempts| *attempts += 1)
                    >
                        {tr("retry")}
                    </button>
                </p>
            </div>
        }
        .into_any(),
    }
}
