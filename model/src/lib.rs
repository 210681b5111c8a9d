//! Data types of the HTTP API, shared by browser and server: validated inputs and JSON bodies.
//!
//! # Layout
//!
//! - [`id`]: UUID newtypes, one for each entity
//! - [`account`]: [`Email`], [`Password`], [`User`], [`Session`]
//! - [`page`]: a colouring page, its files and the job that draws it
//! - [`book`]: several pages in one PDF
//! - [`gallery`]: pages and books as cards
//! - [`photo`]: upload limits and stored files
//! - [`credit`]: the balance and its ledger
//! - [`operator`]: figures of the site
//! - [`problem`]: error bodies and their codes
//! - [`language`]: languages of the user interface
//! - [`catalog`]: translated messages in the browser
//! - [`messages`]: dates, device names and problems as translated texts

pub mod account;
pub mod book;
pub mod catalog;
pub mod credit;
pub mod gallery;
pub mod id;
pub mod language;
pub mod messages;
pub mod operator;
pub mod page;
pub mod photo;
pub mod problem;

pub use account::{Email, OneTimeCode, Password, SecuritySettings, Session, User};
pub use book::Book;
pub use catalog::{Catalog, Value};
pub use credit::{CreditEvent, Credits, FREE_CREDITS};
pub use id::{AssetId, BookId, JobId, PageId, SessionId, UserId};
pub use language::Language;
pub use lineart::{Background, Edits, Orientation, Paper, Preset, Style};
pub use messages::Translate;
pub use page::{Downloads, Job, Page, PageDetails, Paginated, Status, Title};
pub use photo::{Asset, UnclaimedAsset, UploadTicket};
pub use problem::{Problem, ProblemCode};
pub use vision::HINTS_VERSION;
