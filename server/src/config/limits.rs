//! Settings of the limits. The doc comments are part of the help text of `scribble serve`.

use clap::{ArgAction, Args};
use ipnet::IpNet;

#[derive(Args, Clone)]
#[group(id = "limit settings")]
pub struct LimitSettings {
    /// Hold people to the limits below [default: on in production; off in dev, where everybody comes from this machine]
    #[arg(long, env = "SCRIBBLE_LIMITS", action = ArgAction::Set)]
    pub limits: Option<bool>,

    /// Photos sent per hour, by an account or, before there is one, from a network address; for this and the other counts
    /// 0 is no limit
    #[arg(long, env = "SCRIBBLE_LIMIT_UPLOADS", default_value_t = 10)]
    pub limit_uploads: u32,

    /// Pages made per hour by an account
    #[arg(long, env = "SCRIBBLE_LIMIT_PAGES", default_value_t = 5)]
    pub limit_pages: u32,

    /// Pages made per day from a network address
    #[arg(long, env = "SCRIBBLE_LIMIT_PAGES_PER_ADDRESS", default_value_t = 10)]
    pub limit_pages_per_address: u32,

    /// Pages drawn anew per hour by an account, which costs no credits
    #[arg(long, env = "SCRIBBLE_LIMIT_REDRAWS", default_value_t = 60)]
    pub limit_redraws: u32,

    /// Mailboxes signed up per day from a network address
    #[arg(long, env = "SCRIBBLE_LIMIT_SIGN_UPS", default_value_t = 3)]
    pub limit_sign_ups: u32,

    /// Newcomers and guests per day from a network address who get free credits
    #[arg(long, env = "SCRIBBLE_LIMIT_FREE_CREDITS", default_value_t = 3)]
    pub limit_free_credits: u32,

    /// The same from a whole /48 of IPv6, which may be one party's or a quarter's
    #[arg(long, env = "SCRIBBLE_LIMIT_FREE_CREDITS_OF_SITE", default_value_t = 24)]
    pub limit_free_credits_of_site: u32,

    /// The same to guests, of those of their network address
    #[arg(long, env = "SCRIBBLE_LIMIT_FREE_CREDITS_OF_GUESTS", default_value_t = 1)]
    pub limit_free_credits_of_guests: u32,

    /// Accounts that one device may make before an operator has to look
    #[arg(long, env = "SCRIBBLE_LIMIT_ACCOUNTS_PER_DEVICE", default_value_t = 4)]
    pub limit_accounts_per_device: u32,

    /// Failed sign-ins within 15 minutes, to an account and from a network address
    #[arg(long, env = "SCRIBBLE_LIMIT_FAILED_SIGN_INS", default_value_t = 5)]
    pub limit_failed_sign_ins: u32,

    /// Different addresses and passwords that failed within 3 hours from a network address
    #[arg(long, env = "SCRIBBLE_LIMIT_GUESSED_PAIRS", default_value_t = 15)]
    pub limit_guessed_pairs: u32,

    /// Sign-ups per hour, of the whole site, that bring no proof of work because their browser runs no scripts
    #[arg(long, env = "SCRIBBLE_LIMIT_PLAIN_SIGN_UPS", default_value_t = 60)]
    pub limit_plain_sign_ups: u32,

    /// Such sign-ups per hour from a network address (IPv6 by /48)
    #[arg(long, env = "SCRIBBLE_LIMIT_PLAIN_SIGN_UPS_PER_ADDRESS", default_value_t = 6)]
    pub limit_plain_sign_ups_per_address: u32,

    /// Codes, links and resets mailed per hour at the wish of a network address
    #[arg(long, env = "SCRIBBLE_LIMIT_MAILS", default_value_t = 30)]
    pub limit_mails: u32,

    /// The same per day to one mailbox, with all variants of its address
    #[arg(long, env = "SCRIBBLE_LIMIT_MAILS_TO_MAILBOX", default_value_t = 30)]
    pub limit_mails_to_mailbox: u32,

    /// Guest sessions opened per hour from a network address
    #[arg(long, env = "SCRIBBLE_LIMIT_GUESTS", default_value_t = 30)]
    pub limit_guests: u32,

    /// Cents that orders at paid generators may cost a day (UTC); beyond, pages are drawn by our own engine; 0 orders none
    #[arg(long, env = "SCRIBBLE_DAILY_SPEND_CENTS", default_value_t = 2_000)]
    pub daily_spend_cents: u32,

    /// Cents that one such order costs
    #[arg(long, env = "SCRIBBLE_PAID_PAGE_CENTS", default_value_t = 5)]
    pub paid_page_cents: u32,

    /// Gigabytes that may be stored; an operator is warned at four fifths; 0 is no limit
    #[arg(long, env = "SCRIBBLE_STORAGE_QUOTA_GB", default_value_t = 0)]
    pub storage_quota_gb: u32,

    /// Proxies, with commas between, whose X-Forwarded-For is believed: 10.0.0.0/8 [default: none]
    #[arg(long, env = "SCRIBBLE_TRUSTED_PROXIES", value_delimiter = ',', value_parser = parse_ip_net)]
    pub trusted_proxies: Vec<IpNet>,
}

/// A net, or a single address.
fn parse_ip_net(text: &str) -> Result<IpNet, String> {
    let text = text.trim();
    let single = || text.parse::<std::net::IpAddr>().map(IpNet::from);
    text.parse().or_else(|_| single()).map_err(|_| "give addresses or nets such as 10.0.0.0/8".to_owned())
}
