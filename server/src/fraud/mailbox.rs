//! Canonical form of e-mail addresses: drops a `+tag`, and dots at Gmail. Used for counting only;
//! an account keeps its address as typed.

use model::Email;

use crate::{
    AppState, Error,
    db::Tx,
    flags::{self, Flag},
    keys::Digest256,
};

/// Keyed hash of a mailbox, equal for all variants of its address (flag `mailbox_variants`).
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
    // A local part that begins with a plus has no tag.
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
    fn address_variants_have_one_canonical_form() {
        for address in ["mia.lee@gmail.com", "m.i.a.lee+x@gmail.com", "mialee+a+b@googlemail.com"] {
            assert_eq!(canonical_address(address), "mialee@gmail.com");
        }
        assert_eq!(canonical_address("mia.lee+shop@example.org"), "mia.lee@example.org");
        assert_ne!(canonical_address("mialee@example.org"), canonical_address("mia.lee@example.org"));
        assert_eq!(canonical_address("+mia@example.org"), "+mia@example.org");
    }
}
