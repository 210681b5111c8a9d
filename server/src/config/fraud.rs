//! Settings against abuse. The doc comments are part of the help text of `scribble serve`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use reqwest::Url;

use crate::Error;

/// What a sign-up has to bring.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Captcha {
    /// Nothing.
    Off,
    /// A proof of work that the browser does while the form is filled in; nobody else hears of it.
    Altcha,
    /// A token of Google's reCAPTCHA v3; the proof of work when Google cannot be reached.
    Recaptcha,
}

#[derive(Args, Clone)]
#[group(id = "fraud settings")]
pub struct FraudSettings {
    /// How a sign-up shows that no script made it: off, altcha (a proof of work, nobody else hears of it), recaptcha
    /// [default: altcha in production, off in dev]
    #[arg(long, env = "SCRIBBLE_CAPTCHA", value_enum, hide_possible_values = true)]
    pub captcha: Option<Captcha>,

    /// How hard each of the about 256 steps of a proof of work is, in rounds of PBKDF2
    #[arg(long, env = "SCRIBBLE_CAPTCHA_COST", default_value_t = 5_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub captcha_cost: u32,

    /// Site key of reCAPTCHA v3
    #[arg(long, env = "SCRIBBLE_RECAPTCHA_SITE_KEY")]
    pub recaptcha_site_key: Option<String>,

    /// Secret of reCAPTCHA v3
    #[arg(long, env = "SCRIBBLE_RECAPTCHA_SECRET", hide_env_values = true)]
    pub recaptcha_secret: Option<String>,

    /// Where tokens of reCAPTCHA are verified
    #[arg(long, env = "SCRIBBLE_RECAPTCHA_URL", default_value = "https://www.google.com/recaptcha/api/siteverify")]
    pub recaptcha_url: Url,

    /// A list of domains of disposable addresses, one a line, beside the one that is built in; read again when it
    /// changes [default: disposable-domains.txt in the data folder]
    #[arg(long, env = "SCRIBBLE_DISPOSABLE_DOMAINS")]
    pub disposable_domains: Option<PathBuf>,
}

impl FraudSettings {
    /// # Errors
    /// When reCAPTCHA is asked for and its keys are missing.
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
