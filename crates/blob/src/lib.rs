//! Where the bytes of files are kept: a folder of this machine, or a bucket of an S3-compatible server. Bytes go in and
//! come out under keys that the caller makes up; what a file is called, whose it is and who may see it is not known here.

mod url;

use std::io;
use std::path::{Path as FsPath, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::StreamExt as _;
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{BackoffConfig, ClientOptions, ObjectStore, ObjectStoreExt as _, RetryConfig};

use url::Bucket;

/// The largest piece that is taken or given back at once, in bytes.
pub const MAX_PIECE: usize = 4 * 1024 * 1024;
/// How long one try to reach a bucket may take; how long all tries together.
const TRY: Duration = Duration::from_secs(10);
const TRIES: Duration = Duration::from_secs(20);

/// Why bytes could not be kept or found.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// Less room is left than must stay free, or none at all.
    #[error("there is no room left for files")]
    Full,
    #[error("the bytes are not there")]
    Missing,
    /// The piece is larger than [`MAX_PIECE`].
    #[error("that is more than may be kept in one piece")]
    TooLarge,
    /// The address cannot be used, in words for the operator.
    #[error("{0}")]
    Address(String),
    #[error("the file store does not answer: {0}")]
    Unreachable(String),
}

/// A store. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Store {
    objects: Arc<dyn ObjectStore>,
    prefix: String,
    /// The folder, and how many bytes must stay free on its disk.
    folder: Option<(PathBuf, u64)>,
}

impl Store {
    /// `dir:PATH`, made when missing, of whose disk `reserve` bytes must stay free; or
    /// `s3://[KEY:SECRET@]BUCKET[/PREFIX][?region=…&endpoint=…]`. Does not touch the bucket.
    pub fn open(address: &str, reserve: u64) -> Result<Self, StoreError> {
        if let Some(folder) = address.strip_prefix("dir:") {
            return Self::folder(FsPath::new(folder), reserve);
        }
        let bucket = Bucket::parse(address).map_err(StoreError::Address)?;
        let prefix = bucket.prefix.clone();
        Ok(Self { objects: Arc::new(connect(bucket)?), prefix, folder: None })
    }

    fn folder(folder: &FsPath, reserve: u64) -> Result<Self, StoreError> {
        let unusable = |why: &dyn std::fmt::Display| {
            StoreError::Address(format!("the folder {} cannot be used: {why}", folder.display()))
        };
        std::fs::create_dir_all(folder).map_err(|fault| unusable(&fault))?;
        let objects = LocalFileSystem::new_with_prefix(folder).map_err(|fault| unusable(&fault))?;
        // what is confirmed survives a power cut
        let objects = objects.with_fsync(true).with_automatic_cleanup(true);
        let folder = Some((folder.to_owned(), reserve));
        Ok(Self { objects: Arc::new(objects), prefix: String::new(), folder })
    }

    fn path(&self, key: &str) -> Path {
        if self.prefix.is_empty() { Path::from(key) } else { Path::from(format!("{}/{key}", self.prefix)) }
    }

    /// Whether so much room is left that more may be taken in.
    pub fn has_room(&self) -> bool {
        let Some((folder, reserve)) = &self.folder else { return true };
        match rustix::fs::statvfs(folder) {
            Ok(disk) => disk.f_bavail.saturating_mul(disk.f_frsize) >= *reserve,
            // writing will tell
            Err(_) => true,
        }
    }

    /// Keeps bytes under a key of the caller's own making (letters, digits, `/`, `-`, `.`). Durable when it answers; the
    /// same key again replaces them.
    pub async fn put(&self, key: &str, bytes: Bytes) -> Result<(), StoreError> {
        if bytes.len() > MAX_PIECE {
            return Err(StoreError::TooLarge);
        }
        if !self.has_room() {
            return Err(StoreError::Full);
        }
        self.objects.put(&self.path(key), bytes.into()).await.map_err(fault)?;
        Ok(())
    }

    /// What is kept under a key, at most [`MAX_PIECE`].
    pub async fn get(&self, key: &str) -> Result<Bytes, StoreError> {
        let found = self.objects.get(&self.path(key)).await.map_err(fault)?;
        if found.meta.size > MAX_PIECE as u64 {
            return Err(StoreError::TooLarge);
        }
        found.bytes().await.map_err(fault)
    }

    /// Forgets what is kept under a key; what is not there is forgotten already.
    pub async fn delete(&self, key: &str) -> Result<(), StoreError> {
        match self.objects.delete(&self.path(key)).await.map_err(fault) {
            Ok(()) | Err(StoreError::Missing) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Whether the store answers, asked with a key that nobody uses.
    pub async fn check(&self) -> Result<(), StoreError> {
        let mut listed = self.objects.list(Some(&self.path("0/no-such-key")));
        listed.next().await.transpose().map(drop).map_err(fault)
    }
}

fn connect(bucket: Bucket) -> Result<impl ObjectStore, StoreError> {
    // what the address does not say comes from where every S3 client looks: AWS_… variables, or the machine's role
    let mut builder = AmazonS3Builder::from_env().with_bucket_name(bucket.name);
    if let Some((key, secret)) = bucket.login {
        builder = builder.with_access_key_id(key).with_secret_access_key(secret);
    }
    if let Some(region) = bucket.region {
        builder = builder.with_region(region);
    }
    if let Some(endpoint) = bucket.endpoint {
        builder = builder.with_allow_http(endpoint.starts_with("http://")).with_endpoint(endpoint);
    }
    let retry = RetryConfig { max_retries: 3, retry_timeout: TRIES, backoff: BackoffConfig::default() };
    let client = ClientOptions::new().with_timeout(TRY).with_connect_timeout(Duration::from_secs(3));
    let allow_http = matches!(builder.get_config_value(&object_store::aws::AmazonS3ConfigKey::Endpoint), Some(it) if it.starts_with("http://"));
    let builder = builder.with_client_options(client.with_allow_http(allow_http)).with_retry(retry);
    builder.build().map_err(|fault| StoreError::Address(format!("the bucket cannot be used: {fault}")))
}

fn fault(error: object_store::Error) -> StoreError {
    match &error {
        object_store::Error::NotFound { .. } => StoreError::Missing,
        _ if is_full(&error) => StoreError::Full,
        _ => StoreError::Unreachable(error.to_string()),
    }
}

/// Whether the system says, anywhere down the chain, that the disk or the quota is full.
fn is_full(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(error) = error.downcast_ref::<io::Error>()
            && matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
        {
            return true;
        }
        next = error.source();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_told_from_every_other_fault() {
        let generic = |kind: io::ErrorKind| object_store::Error::Generic {
            store: "LocalFileSystem",
            source: Box::new(io::Error::from(kind)),
        };
        assert_eq!(fault(generic(io::ErrorKind::StorageFull)), StoreError::Full);
        assert_eq!(fault(generic(io::ErrorKind::QuotaExceeded)), StoreError::Full);
        assert!(matches!(fault(generic(io::ErrorKind::PermissionDenied)), StoreError::Unreachable(_)));
    }

    #[test]
    fn an_address_that_cannot_be_used_says_why() {
        for address in ["", "ftp://x", "s3://", "dir:/proc/no/such"] {
            assert!(matches!(Store::open(address, 0), Err(StoreError::Address(_))), "{address}");
        }
    }
}
