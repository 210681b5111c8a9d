//! Rate limits. The doc comments of the fields are help texts of `scribble serve`.

use clap::{ArgAction, Args};
use ipnet::IpNet;

#[derive(Args, Clone)]
#[group(id = "limit settings")]
pub struct LimitSettings {
    /// Enforce the limits below [default: on in production; off in dev, where all requests come
    /// from this host]
    #[arg(long, env = "SCRIBBLE_LIMITS", action = ArgAction::Set)]
    pub limits: Option<bool>,

    /// Photos uploaded per hour, per account or, without one, per network address; for this and the
    /// other counts 0 means no limit
    #[arg(long, env = "SCRIBBLE_LIMIT_UPLOADS", default_value_t = 10)]
    pub limit_uploads: u32,

    /// Pages created per hour, per account
    #[arg(long, env = "SCRIBBLE_LIMIT_PAGES", default_value_t = 5)]
    pub limit_pages: u32,

    /// Pages created per day, per network address
    #[arg(long, env = "SCRIBBLE_LIMIT_PAGES_PER_ADDRESS", default_value_t = 10)]
    pub limit_pages_per_address: u32,

    /// Pages redrawn per hour, per account; redrawing costs no credits
    #[arg(long, env = "SCRIBBLE_LIMIT_REDRAWS", default_value_t = 60)]
    pub limit_redraws: u32,

    /// Mailboxes signed up per day, per network address
    #[arg(long, env = "SCRIBBLE_LIMIT_SIGN_UPS", default_value_t = 3)]
    pub limit_sign_ups: u32,

    /// New accounts and guests per day, per network address, that get free credits
    #[arg(long, env = "SCRIBBLE_LIMIT_FREE_CREDITS", default_value_t = 3)]
    pub limit_free_credits: u32,

    /// The same per IPv6 /48, which may be one site or a whole neighbourhood
    #[arg(long, env = "SCRIBBLE_LIMIT_FREE_CREDITS_OF_SITE", default_value_t = 24)]
    pub limit_free_credits_of_site: u32,

    /// The same for guests alone, per network address
    #[arg(long, env = "SCRIBBLE_LIMIT_FREE_CREDITS_OF_GUESTS", default_value_t = 1)]
    pub limit_free_credits_of_guests: u32,

    /// Accounts per device with free credits; further ones are flagged for an operator
    #[arg(long, env = "SCRIBBLE_LIMIT_ACCOUNTS_PER_DEVICE", default_value_t = 4)]
    pub limit_accounts_per_device: u32,

    /// Failed sign-ins within 15 minutes, per account and per network address
    #[arg(long, env = "SCRIBBLE_LIMIT_FAILED_SIGN_INS", default_value_t = 5)]
    pub limit_failed_sign_ins: u32,

    /// Different pairs of e-mail address and password that failed within 3 hours, per network
    /// address
    #[arg(long, env = "SCRIBBLE_LIMIT_GUESSED_PAIRS", default_value_t = 15)]
    pub limit_guessed_pairs: u32,

    /// Sign-ups per hour without proof of work, from browsers without JavaScript, for the whole
    /// site
    #[arg(long, env = "SCRIBBLE_LIMIT_PLAIN_SIGN_UPS", default_value_t = 60)]
    pub limit_plain_sign_ups: u32,

    /// Such sign-ups per hour, per network address (IPv6: per /48)
    #[arg(long, env = "SCRIBBLE_LIMIT_PLAIN_SIGN_UPS_PER_ADDRESS", default_value_t = 6)]
    pub limit_plain_sign_ups_per_address: u32,

    /// Sign-in codes, links and password resets mailed per hour, per requesting network address
    #[arg(long, env = "SCRIBBLE_LIMIT_MAILS", default_value_t = 30)]
    pub limit_mails: u32,

    /// The same per day, per mailbox, counting all variants of its address
    #[arg(long, env = "SCRIBBLE_LIMIT_MAILS_TO_MAILBOX", default_value_t = 30)]
    pub limit_mails_to_mailbox: u32,

    /// Guest sessions created per hour, per network address
    #[arg(long, env = "SCRIBBLE_LIMIT_GUESTS", default_value_t = 30)]
    pub limit_guests: u32,

    /// Cents that paid generators may cost per day (UTC); beyond, the local engine draws; 0
    /// disables paid generators
    #[arg(long, env = "SCRIBBLE_DAILY_SPEND_CENTS", default_value_t = 2_000)]
    pub daily_spend_cents: u32,

    /// Cents that one page at a paid generator costs
    #[arg(long, env = "SCRIBBLE_PAID_PAGE_CENTS", default_value_t = 5)]
    pub paid_page_cents: u32,

    /// Storage quota in gigabytes; an operator is warned at 80 %; 0 means no quota
    #[arg(long, env = "SCRIBBLE_STORAGE_QUOTA_GB", default_value_t = 0)]
    pub storage_quota_gb: u32,

    /// Proxies, separated by commas, whose X-Forwarded-For is trusted: 10.0.0.0/8 [default: none]
    #[arg(long, env = "SCRIBBLE_TRUSTED_PROXIES", value_delimiter = ',', value_parser = parse_ip_net)]
    pub trusted_proxies: Vec<IpNet>,
}

/// Parses a network in CIDR notation or a single address.
fn parse_ip_net(text: &str) -> Result<IpNet, String> {
    let text = text.trim();
    let single = || text.parse::<std::net::IpAddr>().map(IpNet::from);
    text.parse().or_else(|_| single()).map_err(|_| "expected addresses or networks such as 10.0.0.0/8".to_owned())
}
