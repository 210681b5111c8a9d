//! The words that browser and server share: what a request carries and what an answer says.
//!
//! # Layout
//! - [`id`]: identifiers, one type for each kind of thing
//! - [`account`]: who a person is: [`Email`], [`Password`], [`User`]
//! - [`page`]: a drawing to colour and the files made of it
//! - [`book`]: pages bound into one document
//! - [`photo`]: limits of an upload, and the asset it becomes
//! - [`credit`]: the balance and its ledger
//! - [`problem`]: everything that can be refused, with its code
//! - [`language`]: what people read it in

pub mod account;
pub mod book;
pub mod credit;
pub mod id;
pub mod language;
pub mod page;
pub mod photo;
pub mod problem;

pub use account::{Code, Email, Password, Session, User};
pub use book::Book;
pub use credit::{CreditEvent, Credits, FREE_CREDITS};
pub use id::{AssetId, BookId, JobId, PageId, SessionId, UserId};
pub use language::Language;
pub use lineart::{Background, Edits, Orientation, Paper, Preset, Style};
pub use page::{Downloads, Job, Listing, Page, Status, Title};
pub use photo::{Asset, ClaimedLater, UploadTicket};
pub use problem::{Code as ProblemCode, Problem};
