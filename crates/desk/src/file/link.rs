//! Links that open one file for one contact for a few minutes: nothing is stored, a seal makes them ours.

use base::{ContactId, FileId, Secret, Time};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

/// How long a link opens its file, in ms.
pub const LINK_LIFE: i64 = 5 * 60 * 1000;

/// Which file, for whom, until when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    pub file: FileId,
    pub contact: ContactId,
    pub until: Time,
}

impl Link {
    fn seal(&self, key: &Secret<Vec<u8>>) -> Option<[u8; 32]> {
        let mut mac = Hmac::<Sha256>::new_from_slice(key.reveal()).ok()?;
        // the same key seals visitors' tokens; this word keeps the two apart
        mac.update(format!("file link {} {} {}", self.file, self.contact, self.until.millis()).as_bytes());
        Some(mac.finalize().into_bytes().into())
    }

    /// The seal as text, for the link's address.
    pub fn sealed(&self, key: &Secret<Vec<u8>>) -> String {
        self.seal(key).map(|seal| URL_SAFE_NO_PAD.encode(seal)).unwrap_or_default()
    }

    /// Whether the seal is ours and the time is not over.
    pub fn is_good(&self, key: &Secret<Vec<u8>>, seal: &str, now: Time) -> bool {
        let Some(ours) = self.seal(key) else { return false };
        let given = URL_SAFE_NO_PAD.decode(seal).unwrap_or_default();
        bool::from(ours.as_slice().ct_eq(&given)) && now < self.until && self.until.since(now) <= LINK_LIFE
    }
}

#[cfg(test)]
mod tests {
    use base::Rng;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_link_opens_one_file_for_one_contact_for_five_minutes() {
        let (rng, now) = (Rng::default(), Time(1_777_800_664_120));
        let key = Secret::new(vec![7; 32]);
        let file = FileId::from_uuid(Uuid::from_u128(9));
        let link = Link { file, contact: ContactId::new(&rng, now), until: now.plus_millis(LINK_LIFE) };
        let seal = link.sealed(&key);
        assert!(link.is_good(&key, &seal, now));
        assert!(link.is_good(&key, &seal, now.plus_millis(LINK_LIFE - 1)));
        assert!(!link.is_good(&key, &seal, now.plus_millis(LINK_LIFE)), "its time is over");
        assert!(!link.is_good(&key, &seal, Time(now.millis() - 1)), "longer than any link may live");
        let others = [
            Link { file: FileId::from_uuid(Uuid::from_u128(10)), ..link },
            Link { contact: ContactId::new(&rng, now), ..link },
            Link { until: now.plus_millis(LINK_LIFE - 1), ..link },
        ];
        for other in others {
            assert!(!other.is_good(&key, &seal, now), "{other:?}");
        }
        assert!(!link.is_good(&Secret::new(vec![8; 32]), &seal, now));
        for bad in ["", "x", &seal[1..], &format!("{seal}A")] {
            assert!(!link.is_good(&key, bad, now), "{bad}");
        }
    }
}
