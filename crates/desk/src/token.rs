//! Tokens: how they are made, what of them is kept (a hash), and the visitor's token that says where it belongs.

use base::{InboxId, Rng, Secret, Time};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use uuid::Uuid;

/// A new 256-bit token for sessions and invitations.
pub fn new(rng: &Rng) -> Secret<String> {
    Secret::new(URL_SAFE_NO_PAD.encode(rng.bytes::<32>()))
}

/// What is stored of a token: SHA-256 in hexadecimal.
pub fn hash(token: &str) -> String {
    hex(&Sha256::digest(token.as_bytes()))
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|b| [DIGITS[usize::from(b >> 4)] as char, DIGITS[usize::from(b & 15)] as char]).collect()
}

/// A hash that only this deployment can make, in hexadecimal: it says whether two texts are the same, and not what they are.
pub(crate) fn keyed_hash(key: &Secret<Vec<u8>>, purpose: &str, text: &str) -> String {
    // HMAC takes keys of any length, so this cannot fail
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key.reveal()) else { return String::new() };
    mac.update(purpose.as_bytes());
    mac.update(&[0]);
    mac.update(text.as_bytes());
    hex(&mac.finalize().into_bytes())
}

/// How long a visitor's token may wait for its first message, and an identity lives after its last: 30 days in ms.
pub const VISITOR_LIFE: i64 = 30 * 24 * 3600 * 1000;

/// What a visitor's token says of itself once its seal is found whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visitor {
    pub inbox: InboxId,
    pub issued_at: Time,
    /// The hash under which the contact is found.
    pub hash: String,
}

const RANDOM: usize = 32;
const SEALED: usize = RANDOM + 16 + 8;
const SEAL: usize = 16;

fn seal(key: &[u8], sealed: &[u8]) -> [u8; SEAL] {
    let mut seal = [0; SEAL];
    // HMAC takes keys of any length, so this cannot fail
    if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) {
        mac.update(sealed);
        seal.copy_from_slice(&mac.finalize().into_bytes()[..SEAL]);
    }
    seal
}

/// A new visitor's token for one inbox: 256 random bits, the inbox, the time, and a seal over them. Nothing is stored.
pub fn issue_visitor(key: &Secret<Vec<u8>>, rng: &Rng, inbox: InboxId, now: Time) -> Secret<String> {
    let mut bytes = Vec::with_capacity(SEALED + SEAL);
    bytes.extend_from_slice(&rng.bytes::<RANDOM>());
    bytes.extend_from_slice(inbox.uuid().as_bytes());
    bytes.extend_from_slice(&now.millis().to_be_bytes());
    let seal = seal(key.reveal(), &bytes);
    bytes.extend_from_slice(&seal);
    Secret::new(URL_SAFE_NO_PAD.encode(bytes))
}

/// Reads a visitor's token; none if we did not issue it.
pub fn read_visitor(key: &Secret<Vec<u8>>, token: &str) -> Option<Visitor> {
    if token.len() != (SEALED + SEAL) * 4 / 3 {
        return None;
    }
    let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
    let (sealed, given) = bytes.split_at_checked(SEALED)?;
    if !bool::from(seal(key.reveal(), sealed).ct_eq(given)) {
        return None;
    }
    let inbox = Uuid::from_slice(sealed.get(RANDOM..RANDOM + 16)?).ok()?;
    let issued = i64::from_be_bytes(sealed.get(RANDOM + 16..)?.try_into().ok()?);
    Some(Visitor { inbox: InboxId::from_uuid(inbox), issued_at: Time(issued), hash: hash(token) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> Secret<Vec<u8>> {
        Secret::new(vec![byte; 32])
    }

    #[test]
    fn a_visitors_token_says_its_inbox_and_time() {
        let rng = Rng::default();
        let inbox = InboxId::new(&rng, Time(5));
        let token = issue_visitor(&key(1), &rng, inbox, Time(77));
        let visitor = read_visitor(&key(1), token.reveal()).unwrap();
        assert_eq!((visitor.inbox, visitor.issued_at), (inbox, Time(77)));
        assert_eq!(visitor.hash, hash(token.reveal()));
    }

    #[test]
    fn no_changed_or_foreign_token_is_read() {
        let rng = Rng::default();
        let token = issue_visitor(&key(1), &rng, InboxId::new(&rng, Time(5)), Time(77));
        assert_eq!(read_visitor(&key(2), token.reveal()), None);
        for at in 0..token.reveal().len() {
            let mut changed = token.reveal().clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            assert_eq!(read_visitor(&key(1), std::str::from_utf8(&changed).unwrap()), None, "byte {at}");
        }
        for text in ["", "null", &"A".repeat(96), &"é".repeat(48)] {
            assert_eq!(read_visitor(&key(1), text), None, "{text}");
        }
    }

    #[test]
    fn a_hash_is_sha_256_in_hexadecimal() {
        assert_eq!(hash("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
