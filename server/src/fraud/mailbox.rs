//! One mailbox has many addresses: what stands behind a plus, and at Google the dots, change nothing. For counting only;
//! an account's address stays as it was typed.

use model::Email;

use crate::{
    AppState, Error,
    db::Tx,
    flags::{self, Flag},
    keys::Digest256,
};

/// What tells a mailbox again.
pub async fn mailbox_hash(state: &AppState, tx: &mut Tx, email: &Email) -> Result<Digest256, Error> {
    let text = if flags::is_on_in_tx(tx, Flag::MailboxVariants).await? {
        canonical_address(email.as_str())
    } else {
        email.as_str().to_owned()
    };
    Ok(state.keys.mailbox_hash(&text))
}

fn canonical_address(address: &str) -> String {
    let (local, domain) = address.rsplit_once('@').unwrap_or_default();
    // A mailbox may begin with a plus; then that is its name.
    let name = match local.split_once('+') {
        Some((name, _)) if !name.is_empty() => name,
        _ => local,
    };
    match domain {
        "gmail.com" | "googlemail.com" => format!("{}@gmail.com", name.replace('.', "")),
        _ => format!("{name}@{domain}"),
    }
}

#[cfg(test)]
mod tests {
    use super::canonical_address;

    #[test]
    fn variants_of_one_mailbox_are_one() {
        for address in ["mia.lee@gmail.com", "m.i.a.lee+x@gmail.com", "mialee+a+b@googlemail.com"] {
            assert_eq!(canonical_address(address), "mialee@gmail.com");
        }
        assert_eq!(canonical_address("mia.lee+shop@example.org"), "mia.lee@example.org");
        assert_ne!(canonical_address("mialee@example.org"), canonical_address("mia.lee@example.org"));
        assert_eq!(canonical_address("+mia@example.org"), "+mia@example.org");
    }
}
