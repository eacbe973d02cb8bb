//! Passwords: which are good enough, and how one is kept (Argon2id, 19 MiB, two passes). Slow on purpose: call these
//! outside transactions and off the async threads.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use base::{Rng, Secret};

use crate::error::FieldError;

fn argon2() -> Argon2<'static> {
    let params = Params::new(19 * 1024, 2, 1, None).unwrap_or(Params::DEFAULT);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// The text that is stored for a password (PHC string).
///
/// # Errors
/// When Argon2 cannot get its 19 MiB of memory.
pub fn hash(rng: &Rng, password: &Secret<String>) -> Result<String, argon2::password_hash::Error> {
    let salt = rng.bytes::<16>();
    Ok(argon2().hash_password_with_salt(password.reveal().as_bytes(), &salt)?.to_string())
}

/// Whether `password` is the one that `stored` was made from. With nothing stored it does the same work and says no, so
/// that the time taken tells nobody which accounts exist.
pub fn verify(password: &Secret<String>, stored: Option<&str>) -> bool {
    const NOBODY: &str =
        "$argon2id$v=19$m=19456,t=2,p=1$Y2hhdGRlc2stbm9ib2R5$8vA2SXqjGd5HTw1NmKPDGWnH/PpYTZzDGBqUxyTPZMQ";
    let matches = PasswordHash::new(stored.unwrap_or(NOBODY))
        .is_ok_and(|hash| argon2().verify_password(password.reveal().as_bytes(), &hash).is_ok());
    matches && stored.is_some()
}

/// Says what is wrong with a new password, if anything: 12 to 128 characters, any of them, and not easily guessed.
/// `context` are words that somebody who knows the account would try first.
pub fn check(errors: &mut Vec<FieldError>, password: &Secret<String>, context: &[&str]) {
    let length = password.reveal().chars().count();
    let message = if length < 12 {
        "Use at least 12 characters. A few words in a row work well."
    } else if length > 128 {
        "Use at most 128 characters."
    } else if zxcvbn::zxcvbn(password.reveal(), context).score() < zxcvbn::Score::Three {
        "This is easy to guess. Try four unrelated words, or let your browser make one."
    } else {
        return;
    };
    errors.push(FieldError { field: "password".to_owned(), message: message.to_owned() });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_fine(password: &str) -> bool {
        let mut errors = Vec::new();
        check(&mut errors, &Secret::new(password.to_owned()), &["maya@acme.com", "Maya Alves", "Acme"]);
        errors.is_empty()
    }

    #[test]
    fn a_password_is_found_again_and_no_other() {
        let rng = Rng::default();
        let right = Secret::new("correct horse battery".to_owned());
        let stored = hash(&rng, &right).unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(verify(&right, Some(&stored)));
        assert!(!verify(&Secret::new("correct horse battery ".to_owned()), Some(&stored)));
        assert!(!verify(&right, Some("")));
        assert!(!verify(&right, None));
        assert_ne!(hash(&rng, &right).unwrap(), stored, "each has its own salt");
    }

    #[test]
    fn easy_passwords_are_refused_and_long_ones_need_no_symbols() {
        for bad in [
            "",
            "short",
            "aaaaaaaaaaaaaa",
            "password1234",
            "maya@acme.com",
            "qwertyuiop12",
            "123456789012",
            &"x9".repeat(80),
        ] {
            assert!(!is_fine(bad), "{bad}");
        }
        for good in ["correct horse battery", "tulip kayak seventeen moss", "Yt7#kQ2!vLm9zR"] {
            assert!(is_fine(good), "{good}");
        }
    }
}
