//! Password hashing with Argon2id, and the estimate of password strength. Parameters as recommended
//! by the OWASP Password Storage Cheat Sheet: 19 MiB of memory, 2 iterations, parallelism 1.

use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version, password_hash::phc::PasswordHash};
use model::{Email, Password, Problem};
use zxcvbn::feedback::Warning;

use crate::{AppState, Error, cpu_pool};

/// Lowest accepted zxcvbn score, of 0 to 4. Passwords below it are found by guessing from lists.
const MIN_STRENGTH_SCORE: u8 = 2;

/// Passwords that may wait for each core. A core hashes about 30 per second, so that the longest
/// wait is a few seconds.
pub const MAX_QUEUED_PASSWORDS_PER_CORE: usize = 128;
/// `Retry-After` when too many passwords wait.
const RETRY_AFTER_SECONDS: u64 = 3;

/// Runs `work` on the CPU pool, with a bound on how many passwords wait.
///
/// # Errors
/// `too_many_requests` when the bound is reached.
async fn run_on_cpu_pool<T: Send + 'static>(
    state: &AppState,
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let Ok(_permit) = state.password_permits.try_acquire() else {
        return Err(Problem { retry_after: Some(RETRY_AFTER_SECONDS), ..Problem::too_many_requests() }.into());
    };
    cpu_pool::run(work).await?
}

fn argon2() -> Result<Argon2<'static>, Error> {
    let params = Params::new(19 * 1024, 2, 1, None).map_err(Error::internal)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Checks that a password is hard to guess.
///
/// # Errors
/// `password_is_address`; `password_common` for passwords on lists of leaked ones;
/// `password_too_weak` for names, keyboard runs and the like.
pub fn check_strength(email: &Email, password: &Password) -> Result<(), Problem> {
    let (local, _) = email.as_str().split_once('@').unwrap_or_default();
    let lowercase = password.as_str().to_lowercase();
    if lowercase == email.as_str() || lowercase == local {
        return Err(Problem::password_is_address());
    }
    // The estimate takes more than linear time, and the first hundred characters decide it.
    let start: String = password.as_str().chars().take(100).collect();
    let estimate = zxcvbn::zxcvbn(&start, &[email.as_str(), local, "scribble machine", "colouring page"]);
    if u8::from(estimate.score()) >= MIN_STRENGTH_SCORE {
        return Ok(());
    }
    Err(match estimate.feedback().and_then(|feedback| feedback.warning()) {
        Some(
            Warning::ThisIsATop10Password
            | Warning::ThisIsATop100Password
            | Warning::ThisIsACommonPassword
            | Warning::ThisIsSimilarToACommonlyUsedPassword,
        ) => Problem::password_common(),
        _ => Problem::password_too_weak(),
    })
}

/// Hashes a password; returns the PHC string to store.
pub async fn hash(state: &AppState, password: Password) -> Result<String, Error> {
    run_on_cpu_pool(state, move || {
        let hash: PasswordHash = argon2()?.hash_password(password.as_str().as_bytes()).map_err(Error::internal)?;
        Ok(hash.to_string())
    })
    .await
}

/// Compares a password with a stored hash. Without a hash, does the same work and returns false, so
/// that the duration does not reveal which addresses have an account.
pub async fn verify(state: &AppState, password: Password, hash: Option<String>) -> Result<bool, Error> {
    run_on_cpu_pool(state, move || {
        let argon2 = argon2()?;
        let Some(hash) = hash else {
            let mut discarded = [0; 32];
            argon2
                .hash_password_into(password.as_str().as_bytes(), b"no such account", &mut discarded)
                .map_err(Error::internal)?;
            return Ok(false);
        };
        let hash = PasswordHash::new(&hash).map_err(Error::internal)?;
        Ok(argon2.verify_password(password.as_str().as_bytes(), &hash).is_ok())
    })
    .await
}
