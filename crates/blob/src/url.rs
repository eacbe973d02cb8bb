//! The address of a bucket. Pure.

/// `s3://[KEY:SECRET@]NAME[/PREFIX][?region=…&endpoint=…]`
#[derive(PartialEq, Eq)]
pub struct Bucket {
    pub name: String,
    /// Without slashes at its ends; may be empty.
    pub prefix: String,
    pub login: Option<(String, String)>,
    pub region: Option<String>,
    pub endpoint: Option<String>,
}

impl Bucket {
    /// The error is a sentence for the operator and holds nothing of the address.
    pub fn parse(address: &str) -> Result<Self, String> {
        let rest = address.strip_prefix("s3://").ok_or("the address of files must start with dir: or s3://")?;
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (login, rest) = match rest.rsplit_once('@') {
            Some((login, rest)) => (Some(self::login(login)?), rest),
            None => (None, rest),
        };
        let (name, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '.' | '_');
        if name.is_empty() || !name.chars().all(fits) {
            return Err("the address of files names no bucket: s3://BUCKET".to_owned());
        }
        let prefix = prefix.trim_matches('/').to_owned();
        let mut bucket = Self { name: name.to_owned(), prefix, login, region: None, endpoint: None };
        for (key, value) in query.split('&').filter(|pair| !pair.is_empty()).filter_map(|pair| pair.split_once('=')) {
            match key {
                "region" => bucket.region = Some(decoded(value)?),
                "endpoint" => bucket.endpoint = Some(decoded(value)?),
                _ => return Err("the address of files may say region and endpoint, nothing else".to_owned()),
            }
        }
        Ok(bucket)
    }
}

fn login(text: &str) -> Result<(String, String), String> {
    let (key, secret) = text.split_once(':').ok_or("before the @ stands KEY:SECRET")?;
    Ok((decoded(key)?, decoded(secret)?))
}

/// Percent-decoding, so that a secret may hold any character.
fn decoded(text: &str) -> Result<String, String> {
    let bad = || "the address of files holds a % that is no escape".to_owned();
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        if *first != b'%' {
            bytes.push(*first);
            rest = after;
            continue;
        }
        let (digits, after) = after.split_at_checked(2).ok_or_else(bad)?;
        let digits = std::str::from_utf8(digits).map_err(|_| bad())?;
        bytes.push(u8::from_str_radix(digits, 16).map_err(|_| bad())?);
        rest = after;
    }
    String::from_utf8(bytes).map_err(|_| bad())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_bucket_prefix_login_and_place() {
        let it = Bucket::parse("s3://key:se%2Fcr%40et@desk-files/a/b/?region=eu-1&endpoint=http%3A%2F%2F[::1]:9")
            .ok()
            .unwrap();
        assert_eq!((it.name.as_str(), it.prefix.as_str()), ("desk-files", "a/b"));
        assert_eq!(it.login, Some(("key".to_owned(), "se/cr@et".to_owned())));
        assert_eq!((it.region.as_deref(), it.endpoint.as_deref()), (Some("eu-1"), Some("http://[::1]:9")));
        let it = Bucket::parse("s3://files").ok().unwrap();
        assert!(it.login.is_none() && it.prefix.is_empty() && it.endpoint.is_none());
    }

    #[test]
    fn anything_else_is_refused_without_repeating_it() {
        for bad in ["s3://", "s3:///x", "s3://secret@b", "s3://k:%zz@b", "s3://B", "http://b", "s3://b?secret=1"] {
            let why = Bucket::parse(bad).err().unwrap_or_else(|| panic!("{bad}"));
            assert!(!why.contains("secret=") && !why.contains("zz"), "{why}");
        }
    }
}
