//! Settings of abuse protection. The doc comments of the fields are help texts of `scribble serve`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use reqwest::Url;

use crate::Error;

/// The CAPTCHA that sign-ups require.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Captcha {
    /// Nothing.
    Off,
    /// A proof of work in the browser, without a third party.
    Altcha,
    /// A token of Google's reCAPTCHA v3; a proof of work when Google cannot be reached.
    Recaptcha,
}

#[derive(Args, Clone)]
#[group(id = "fraud settings")]
pub struct FraudSettings {
    /// CAPTCHA at sign-up: off, altcha (a proof of work, no third party), recaptcha [default:
    /// altcha in production, off in dev]
    #[arg(long, env = "SCRIBBLE_CAPTCHA", value_enum, hide_possible_values = true)]
    pub captcha: Option<Captcha>,

    /// Cost of each of the about 256 steps of a proof of work, in rounds of PBKDF2
    #[arg(long, env = "SCRIBBLE_CAPTCHA_COST", default_value_t = 5_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub captcha_cost: u32,

    /// Site key of reCAPTCHA v3
    #[arg(long, env = "SCRIBBLE_RECAPTCHA_SITE_KEY")]
    pub recaptcha_site_key: Option<String>,

    /// Secret of reCAPTCHA v3
    #[arg(long, env = "SCRIBBLE_RECAPTCHA_SECRET", hide_env_values = true)]
    pub recaptcha_secret: Option<String>,

    /// URL that verifies reCAPTCHA tokens
    #[arg(long, env = "SCRIBBLE_RECAPTCHA_URL", default_value = "https://www.google.com/recaptcha/api/siteverify")]
    pub recaptcha_url: Url,

    /// File with domains of disposable addresses, one per line, in addition to the built-in list;
    /// read again when it changes [default: disposable-domains.txt in the data folder]
    #[arg(long, env = "SCRIBBLE_DISPOSABLE_DOMAINS")]
    pub disposable_domains: Option<PathBuf>,
}

impl FraudSettings {
    /// Checks that the chosen CAPTCHA is configured.
    ///
    /// # Errors
    /// When reCAPTCHA is chosen without its keys.
    pub fn validate(&self) -> Result<(), Error> {
        let has_keys = self.recaptcha_site_key.is_some() && self.recaptcha_secret.is_some();
        if self.captcha == Some(Captcha::Recaptcha) && !has_keys {
            return Err(Error::config(
                "SCRIBBLE_CAPTCHA=recaptcha needs SCRIBBLE_RECAPTCHA_SITE_KEY and SCRIBBLE_RECAPTCHA_SECRET",
            ));
        }
        Ok(())
    }
}
