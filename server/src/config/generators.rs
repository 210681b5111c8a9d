//! Settings of the image generators. The doc comments of the fields are help texts of `scribble
//! serve`.

use clap::{Args, ValueEnum};
use reqwest::Url;
use serde::{Deserialize, Serialize};

use crate::Error;

/// Generator that draws stored pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Provider {
    /// The local engine; photos stay on this server.
    #[default]
    Local,
    /// Google's Gemini API.
    Gemini,
    /// fal.ai.
    Fal,
}

impl Provider {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Gemini => "gemini",
            Self::Fal => "fal",
        }
    }

    /// The company's name for users; `None` for the local engine.
    pub fn company_name(self) -> Option<&'static str> {
        match self {
            Self::Local => None,
            Self::Gemini => Some("Google (Gemini)"),
            Self::Fal => Some("fal.ai"),
        }
    }
}

#[derive(Args, Clone)]
pub struct GeneratorSettings {
    /// Generator of stored pages: `local` is the built-in engine; the others receive the photo
    #[arg(long = "generator", env = "SCRIBBLE_GENERATOR", value_enum, default_value = "local")]
    pub provider: Provider,

    /// Key of the Gemini API
    #[arg(long, env = "SCRIBBLE_GEMINI_API_KEY", hide_env_values = true)]
    pub gemini_api_key: Option<String>,

    /// Address of the Gemini API
    #[arg(long, env = "SCRIBBLE_GEMINI_BASE_URL", default_value = "https://generativelanguage.googleapis.com")]
    pub gemini_base_url: Url,

    /// Model of the Gemini API; it has to return pictures
    #[arg(long, env = "SCRIBBLE_GEMINI_MODEL", default_value = "gemini-2.5-flash-image")]
    pub gemini_model: String,

    /// Key of fal.ai
    #[arg(long, env = "SCRIBBLE_FAL_KEY", hide_env_values = true)]
    pub fal_key: Option<String>,

    /// Address of fal.ai's queue
    #[arg(long, env = "SCRIBBLE_FAL_BASE_URL", default_value = "https://queue.fal.run")]
    pub fal_base_url: Url,

    /// Model of fal.ai; it has to accept `prompt` and `image_url`
    #[arg(long, env = "SCRIBBLE_FAL_MODEL", default_value = "fal-ai/flux-pro/kontext")]
    pub fal_model: String,

    /// Hosts, separated by commas, whose pictures a screen may show until the page is ready
    /// [default: none]
    #[arg(long, env = "SCRIBBLE_RESULT_HOSTS", value_delimiter = ',')]
    pub result_hosts: Vec<String>,
}

impl GeneratorSettings {
    /// Checks the settings of the chosen provider.
    ///
    /// # Errors
    /// When its key is missing or its URL is not https. In development, http to this host is
    /// allowed.
    pub fn validate(&self, dev: bool) -> Result<(), Error> {
        let (key, base, name) = match self.provider {
            Provider::Local => return Ok(()),
            Provider::Gemini => (&self.gemini_api_key, &self.gemini_base_url, "SCRIBBLE_GEMINI"),
            Provider::Fal => (&self.fal_key, &self.fal_base_url, "SCRIBBLE_FAL"),
        };
        if key.as_ref().is_none_or(String::is_empty) {
            let variable = if self.provider == Provider::Gemini { "API_KEY" } else { "KEY" };
            return Err(Error::config(format!("{name}_{variable} has to be set for this generator")));
        }
        if base.scheme() != "https" && !(dev && is_loopback(base)) {
            return Err(Error::config(format!("{name}_BASE_URL has to start with https://")));
        }
        Ok(())
    }

    /// Origin from which results may be fetched without TLS: in development, a provider on this
    /// host.
    pub fn trusted_origin(&self, dev: bool) -> Option<&Url> {
        let base = match self.provider {
            Provider::Local => return None,
            Provider::Gemini => &self.gemini_base_url,
            Provider::Fal => &self.fal_base_url,
        };
        (dev && is_loopback(base)).then_some(base)
    }
}

fn is_loopback(url: &Url) -> bool {
    matches!(url.host_str(), Some("127.0.0.1" | "[::1]" | "localhost"))
}
