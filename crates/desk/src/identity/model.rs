//! What a company's server may say about a visitor, and whether it is true. Pure: the secrets and the time are handed in.

use base::{IdentitySecretId, Secret, Time};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::Deserialize;
use sha2::Sha256;

/// The longest token, in bytes.
const MAX_TOKEN: usize = 4_096;
/// The longest user id, in characters.
const MAX_ID: usize = 200;
/// How far ahead a token may end, in seconds: an hour, and a minute for clocks that differ.
const TOKEN_LIFE: i64 = 3_600 + 60;
/// The same for a hash: a day, for it is often made with the page.
const HASH_LIFE: i64 = 24 * 3_600 + 60;
/// How much the clock of the company's server may be behind or ahead, in seconds.
const CLOCK: i64 = 30;

/// What the site sends along.
#[derive(Clone, Debug)]
pub enum Proof {
    /// A JSON Web Token, signed with HS256.
    Token(String),
    /// HMAC-SHA256 over the id, a line feed and the time it ends (unix seconds), in hexadecimal.
    Hash { id: String, ends: i64, hash: String, name: Option<String> },
}

/// Somebody whom the company's server vouches for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The company's own id of them.
    pub id: String,
    pub name: Option<String>,
    /// Only where it was signed.
    pub email: Option<String>,
    /// A token's own number: good for one visitor alone.
    pub once: Option<String>,
    pub ends: Time,
}

/// Why a proof is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// It is not written as it must be.
    Malformed,
    /// No secret of this inbox made it.
    Signature,
    /// It is for another inbox.
    Audience,
    /// It is over, not good yet, or good for too long.
    Expired,
    /// Somebody else showed it before.
    Replayed,
}

impl Doubt {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::Signature => "signature",
            Self::Audience => "audience",
            Self::Expired => "expired",
            Self::Replayed => "replayed",
        }
    }
}

/// A key that proofs are made with.
#[derive(Clone, Debug)]
pub struct Key {
    pub id: IdentitySecretId,
    pub secret: Secret<String>,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    /// Extensions that must be understood: none is.
    crit: Option<serde::de::IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

#[derive(Deserialize)]
struct Claims {
    sub: String,
    aud: Audience,
    exp: i64,
    jti: String,
    nbf: Option<i64>,
    name: Option<String>,
    email: Option<String>,
}

/// Whom `proof` shows, if one of the inbox's `keys` made it and it is good now. `audience` is the inbox's public key.
pub fn check(proof: &Proof, keys: &[Key], audience: &str, now: Time) -> Result<Person, Doubt> {
    match proof {
        Proof::Token(text) => token(text, keys, audience, now),
        Proof::Hash { id, ends, hash, name } => {
            let given = unhex(hash).ok_or(Doubt::Malformed)?;
            let id = plain(id, MAX_ID).ok_or(Doubt::Malformed)?;
            if !keys.iter().any(|key| made(key, format!("{id}\n{ends}").as_bytes(), &given)) {
                return Err(Doubt::Signature);
            }
            lasts(*ends, HASH_LIFE, now)?;
            // the name is not under the hash: it fills an empty place and no more
            Ok(Person { id, name: name.clone(), email: None, once: None, ends: seconds(*ends) })
        }
    }
}

fn token(text: &str, keys: &[Key], audience: &str, now: Time) -> Result<Person, Doubt> {
    if text.len() > MAX_TOKEN {
        return Err(Doubt::Malformed);
    }
    let (signed, signature) = text.rsplit_once('.').ok_or(Doubt::Malformed)?;
    let (header, claims) = signed.split_once('.').ok_or(Doubt::Malformed)?;
    let given = URL_SAFE_NO_PAD.decode(signature).map_err(|_| Doubt::Malformed)?;
    let header: Header = part(header)?;
    if header.alg != "HS256" || header.crit.is_some() {
        return Err(Doubt::Signature);
    }
    let named = |key: &&Key| header.kid.as_ref().is_none_or(|kid| *kid == key.id.to_string());
    if !keys.iter().filter(named).any(|key| made(key, signed.as_bytes(), &given)) {
        return Err(Doubt::Signature);
    }
    let claims: Claims = part(claims)?;
    let meant = match &claims.aud {
        Audience::One(one) => one == audience,
        Audience::Many(many) => many.iter().any(|one| one == audience),
    };
    if !meant {
        return Err(Doubt::Audience);
    }
    lasts(claims.exp, TOKEN_LIFE, now)?;
    if claims.nbf.is_some_and(|from| from > now.millis() / 1_000 + CLOCK) {
        return Err(Doubt::Expired);
    }
    let id = plain(&claims.sub, MAX_ID).ok_or(Doubt::Malformed)?;
    let once = plain(&claims.jti, MAX_ID).ok_or(Doubt::Malformed)?;
    Ok(Person { id, name: claims.name, email: claims.email, once: Some(once), ends: seconds(claims.exp) })
}

fn part<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, Doubt> {
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| Doubt::Malformed)?;
    serde_json::from_slice(&bytes).map_err(|_| Doubt::Malformed)
}

fn made(key: &Key, signed: &[u8], given: &[u8]) -> bool {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key.secret.reveal().as_bytes()) else { return false };
    mac.update(signed);
    mac.verify_slice(given).is_ok()
}

fn lasts(ends: i64, life: i64, now: Time) -> Result<(), Doubt> {
    let now = now.millis() / 1_000;
    if ends > now - CLOCK && ends <= now.saturating_add(life) { Ok(()) } else { Err(Doubt::Expired) }
}

fn seconds(ends: i64) -> Time {
    Time(ends.saturating_add(CLOCK).saturating_mul(1_000))
}

/// A short text of one line, as it was written: ids are never trimmed into one another.
fn plain(text: &str, most: usize) -> Option<String> {
    let sound = !text.is_empty() && text.chars().count() <= most && !text.chars().any(char::is_control);
    sound.then(|| text.to_owned())
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    (0..32).map(|at| u8::from_str_radix(text.get(2 * at..2 * at + 2)?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use base::Rng;
    use serde_json::{Value, json};

    use super::*;

    const NOW: Time = Time(1_777_800_664_120);
    const SOON: i64 = 1_777_800_664 + 600;

    fn key(secret: &str) -> Key {
        Key { id: IdentitySecretId::new(&Rng::default(), NOW), secret: Secret::new(secret.to_owned()) }
    }

    fn sign(secret: &str, text: &str) -> Vec<u8> {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
        mac.update(text.as_bytes());
        mac.finalize().into_bytes().to_vec()
    }

    fn token(secret: &str, header: &Value, claims: &Value) -> Proof {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(header), part(claims));
        let seal = URL_SAFE_NO_PAD.encode(sign(secret, &signed));
        Proof::Token(format!("{signed}.{seal}"))
    }

    fn claims() -> Value {
        json!({"sub": "42", "aud": "pk_a", "exp": SOON, "jti": "1", "name": "Lena", "email": "l@x.io"})
    }

    fn with(field: &str, value: Value) -> Value {
        let mut claims = claims();
        claims[field] = value;
        claims
    }

    #[test]
    fn a_good_token_shows_who_it_is() {
        let (old, new) = (key("old secret"), key("new secret"));
        let header = json!({"alg": "HS256", "typ": "JWT", "kid": old.id.to_string()});
        let proof = token("old secret", &header, &with("aud", json!(["other", "pk_a"])));
        let person = check(&proof, &[new, old], "pk_a", NOW).unwrap();
        assert_eq!((person.id.as_str(), person.email.as_deref()), ("42", Some("l@x.io")));
        assert_eq!(person.once.as_deref(), Some("1"));
    }

    #[test]
    fn every_other_token_is_doubted() {
        let keys = [key("secret")];
        let plain = json!({"alg": "HS256"});
        let now = NOW.millis() / 1_000;
        let doubt = |header: &Value, claims: &Value| check(&token("secret", header, claims), &keys, "pk_a", NOW);
        assert!(doubt(&plain, &claims()).is_ok());
        for header in [
            json!({"alg": "none"}),
            json!({"alg": "HS512"}),
            json!({"alg": "hs256"}),
            json!({"alg": "RS256"}),
            json!({"alg": "HS256", "kid": "another"}),
            json!({"alg": "HS256", "crit": ["b64"], "b64": false}),
        ] {
            assert_eq!(doubt(&header, &claims()), Err(Doubt::Signature), "{header}");
        }
        for (field, value, why) in [
            ("aud", json!("pk_b"), Doubt::Audience),
            ("aud", json!([]), Doubt::Audience),
            ("aud", json!(null), Doubt::Malformed),
            ("exp", json!(now - 31), Doubt::Expired),
            ("exp", json!(now + 3_661), Doubt::Expired),
            ("exp", json!(i64::MAX), Doubt::Expired),
            ("exp", json!("soon"), Doubt::Malformed),
            ("nbf", json!(now + 31), Doubt::Expired),
            ("sub", json!(""), Doubt::Malformed),
            ("sub", json!(42), Doubt::Malformed),
            ("sub", json!("a\nb"), Doubt::Malformed),
            ("sub", json!("x".repeat(201)), Doubt::Malformed),
            ("jti", json!(null), Doubt::Malformed),
        ] {
            assert_eq!(doubt(&plain, &with(field, value.clone())), Err(why), "{field}: {value}");
        }
        let foreign = token("another secret", &plain, &claims());
        assert_eq!(check(&foreign, &keys, "pk_a", NOW), Err(Doubt::Signature));
        assert_eq!(check(&token("", &plain, &claims()), &[], "pk_a", NOW), Err(Doubt::Signature), "no key, no proof");
        for text in ["", ".", "..", "a.b.c", "eyJhbGciOiJub25lIn0.e30.", &"x".repeat(5_000)] {
            let answer = check(&Proof::Token(text.to_owned()), &keys, "pk_a", NOW);
            assert!(matches!(answer, Err(Doubt::Malformed | Doubt::Signature)), "{text}: {answer:?}");
        }
    }

    #[test]
    fn a_changed_byte_anywhere_spoils_a_token() {
        let keys = [key("secret")];
        let Proof::Token(whole) = token("secret", &json!({"alg": "HS256"}), &claims()) else { unreachable!() };
        for at in 0..whole.len() - 1 {
            let mut bytes = whole.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            let changed = Proof::Token(String::from_utf8(bytes).unwrap());
            assert!(check(&changed, &keys, "pk_a", NOW).is_err(), "byte {at}");
        }
    }

    #[test]
    fn a_hash_binds_the_id_to_its_end() {
        let keys = [key("secret")];
        let hex = |text: &str| sign("secret", text).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let good = hex(&format!("42\n{SOON}"));
        let proof = |id: &str, ends: i64, hash: &str| Proof::Hash {
            id: id.to_owned(),
            ends,
            hash: hash.to_owned(),
            name: Some("Lena".to_owned()),
        };
        let person = check(&proof("42", SOON, &good), &keys, "pk_a", NOW).unwrap();
        assert_eq!((person.id.as_str(), person.once), ("42", None));
        assert_eq!(check(&proof("43", SOON, &good), &keys, "pk_a", NOW), Err(Doubt::Signature));
        assert_eq!(check(&proof("42", SOON + 1, &good), &keys, "pk_a", NOW), Err(Doubt::Signature));
        let late = SOON - 631;
        let over = hex(&format!("42\n{late}"));
        assert_eq!(check(&proof("42", late, &over), &keys, "pk_a", NOW), Err(Doubt::Expired));
        for hash in ["", "zz", &good[..63], &format!("{good}0"), &"é".repeat(32)] {
            assert_eq!(check(&proof("42", SOON, hash), &keys, "pk_a", NOW), Err(Doubt::Malformed), "{hash}");
        }
    }
}
