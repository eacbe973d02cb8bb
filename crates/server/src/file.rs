//! The bytes of files: where they are kept, what they turn out to be when the last one is here, and how they are given
//! back. Whose a file is, and who may have it, is decided in the domain.

mod picture;
pub mod scan;

use std::sync::Arc;

use axum::body::Body;
use blob::{Store, StoreError};
use bytes::{Bytes, BytesMut};
use desk::file::{File, Found, Kind, Scan};
use desk::job::{Errands, Job};
use desk::{Error, Rejection};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use http::StatusCode;
use tokio::sync::Semaphore;

use crate::config::Config;
use crate::problem::Problem;
pub use scan::Scanner;

/// How many pictures are decoded at once: each may take a few hundred megabytes for a moment.
const PICTURES_AT_ONCE: usize = 2;
/// Larger pictures are kept and shown whole; no small one is made of them. Bytes.
const MAX_PICTURE: i64 = 24 * 1024 * 1024;
/// How many pieces are held in memory at once, over all uploads of this node.
const PIECES_AT_ONCE: usize = 64;

/// What the routes need to take and give files. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Files {
    store: Store,
    scanner: Option<Scanner>,
    pictures: Arc<Semaphore>,
    pieces: Arc<Semaphore>,
}

impl Files {
    /// As the settings say. Makes the folder; does not reach for a bucket or a scanner.
    pub fn open(config: &Config) -> anyhow::Result<Self> {
        let store = Store::open(config.files.reveal(), config.files_reserve)?;
        let scanner = config.scanner.clone().map(|address| Scanner::new(address, config.scanner_required));
        let (pictures, pieces) = (Semaphore::new(PICTURES_AT_ONCE), Semaphore::new(PIECES_AT_ONCE));
        Ok(Self { store, scanner, pictures: Arc::new(pictures), pieces: Arc::new(pieces) })
    }

    pub fn store(&self) -> &Store {
        &self.store
    }

    /// A place for a piece that is read into memory.
    pub async fn room(&self) -> Result<tokio::sync::OwnedSemaphorePermit, Problem> {
        self.pieces.clone().acquire_owned().await.map_err(Problem::internal)
    }

    /// Keeps one piece.
    pub async fn keep(&self, key: &str, bytes: Bytes) -> Result<(), Problem> {
        self.store.put(key, bytes).await.map_err(problem)
    }

    /// Forgets a piece that did not count. What is not forgotten now costs room and nothing else.
    pub async fn drop_piece(&self, key: &str) {
        if let Err(error) = self.store.delete(key).await {
            tracing::warn!(%error, "a piece that did not count could not be deleted");
        }
    }

    /// Looks at a complete file: what kind it is, whether it is safe, and how it looks when small.
    pub async fn examine(&self, file: &File) -> Result<Found, Problem> {
        let head = match file.pieces.first() {
            Some(piece) => self.store.get(&file.key(&piece.name)).await.map_err(problem)?,
            None => Bytes::new(),
        };
        let kind = Kind::of(&head);
        let scan = self.scan(file).await?;
        let mut found = Found { kind, pixels: None, thumbnail: None, scan };
        if kind.is_picture() && file.size <= MAX_PICTURE {
            let bytes = self.whole(file).await?;
            if let Some(small) = self.shrink(kind, bytes).await? {
                found.pixels = Some(small.pixels);
                found.thumbnail = Some(small.kind);
                self.keep(&file.thumbnail_key(), small.bytes.into()).await?;
            }
        }
        Ok(found)
    }

    async fn scan(&self, file: &File) -> Result<Scan, Problem> {
        let Some(scanner) = &self.scanner else { return Ok(Scan::None) };
        let pieces = self.pieces_of(file);
        match scanner.scan(pieces).await {
            Ok(true) => Ok(Scan::Clean),
            Ok(false) => Err(Rejection::FileInfected.into()),
            Err(why) if scanner.is_required() => {
                tracing::warn!(%why, "a file has to wait for the scanner");
                Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "scanner_down", "Files can't be checked just now.")
                    .detail("The file is kept and not sent. Try again in a minute.")
                    .retry_after(30))
            }
            Err(why) => {
                tracing::warn!(%why, "a file was let in without having been scanned");
                Ok(Scan::Skipped)
            }
        }
    }

    async fn shrink(&self, kind: Kind, bytes: Bytes) -> Result<Option<picture::Small>, Problem> {
        let place = self.pictures.clone().acquire_owned().await.map_err(Problem::internal)?;
        let shrunk = tokio::task::spawn_blocking(move || {
            let shrunk = picture::shrink(kind, &bytes);
            drop(place);
            shrunk
        });
        // a decoder that panics has met a broken picture
        match shrunk.await.unwrap_or(Ok(None)) {
            Ok(small) => Ok(small),
            Err(picture::TooLarge) => Err(Rejection::PictureTooLarge.into()),
        }
    }

    async fn whole(&self, file: &File) -> Result<Bytes, Problem> {
        let mut all = BytesMut::with_capacity(usize::try_from(file.size).unwrap_or(0));
        let mut pieces = Box::pin(self.pieces_of(file));
        while let Some(piece) = pieces.try_next().await.map_err(problem)? {
            all.extend_from_slice(&piece);
        }
        Ok(all.freeze())
    }

    fn pieces_of(&self, file: &File) -> impl futures_util::Stream<Item = Result<Bytes, StoreError>> + Send + use<> {
        let (store, keys) = (self.store.clone(), file.keys_of_pieces());
        // the next piece is fetched while the one before it is on its way out
        stream::iter(keys).map(move |key| one(store.clone(), key)).buffered(2)
    }

    /// A file's bytes, or its small picture's, as a body. The first piece is there before anything is answered.
    pub async fn body(&self, file: &File, small: bool) -> Result<Body, Problem> {
        if small {
            return Ok(Body::from(self.store.get(&file.thumbnail_key()).await.map_err(problem)?));
        }
        let mut pieces = Box::pin(self.pieces_of(file));
        let first = pieces.try_next().await.map_err(problem)?;
        let rest = stream::iter(first.map(Ok)).chain(pieces);
        Ok(Body::from_stream(rest))
    }

    /// The jobs that reach for the store.
    pub fn run_errands(&self, errands: &mut Errands) {
        let store = self.store.clone();
        errands.add(desk::file::ERASE, move |job: Job| {
            let store = store.clone();
            async move {
                let wanted: desk::file::Erased = serde_json::from_str(&job.body).map_err(|error| error.to_string())?;
                for key in wanted.keys {
                    store.delete(&key).await.map_err(|error| error.to_string())?;
                }
                Ok(())
            }
        });
    }
}

async fn one(store: Store, key: String) -> Result<Bytes, StoreError> {
    store.get(&key).await
}

/// 507 when there is no room, 503 when the store is away. Nothing that was confirmed is lost in either.
pub fn problem(error: StoreError) -> Problem {
    match error {
        StoreError::Full => Problem::new(StatusCode::INSUFFICIENT_STORAGE, "disk_full", "There is no room for files.")
            .detail("The file is not lost: it can be sent once there is room again. Messages still work.")
            .retry_after(60)
            .fault("the file store is full"),
        other => Problem::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", "The files can't be reached just now.")
            .detail("Nothing is lost. Try again in a moment.")
            .retry_after(5)
            .fault(other),
    }
}

/// A domain's refusal that should also forget the file, told apart from the rest.
pub fn must_go(error: &Problem) -> bool {
    matches!(error.code(), "file_infected" | "picture_too_large")
}

/// For handlers that want the offset after a race was lost.
pub fn is_race(error: &Error) -> bool {
    matches!(error, Error::Rejected(rejection) if matches!(**rejection, Rejection::WrongOffset { .. }))
}
