//! Converts rows to documents. Bytes are hashed on every read.

use sha2::{Digest as _, Sha256};
use signalbook_domain::observation::ContentHash;
use signalbook_store::StoreError;
use signalbook_store::evidence::{Found, StoredDocument};
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use super::DOCUMENT_BYTES_MAX;
use crate::error::invalid;
use crate::row::{self, unsigned};

pub(super) fn read_found(row: &SqliteRow) -> Result<Found, StoreError> {
    let hash = ContentHash(row::hash(row, 0).map_err(|error| invalid("document", "?", error))?);
    let kept = read_document(row, hash).map_err(|error| invalid("document", hash, error))?;
    Ok(Found { hash, kept })
}

fn read_document(row: &SqliteRow, hash: ContentHash) -> Result<StoredDocument, sqlx::Error> {
    let altered = |reason: &str| Ok(StoredDocument::Altered { reason: reason.to_owned() });
    let Ok(size) = row.try_get(1).and_then(unsigned) else {
        return altered("its size is no size");
    };
    let content: Option<&[u8]> = row.try_get(2)?;
    let content_hash: Option<&[u8]> = row.try_get(3)?;
    let is_erased: bool = row.try_get(4)?;
    let content = match (content, content_hash, is_erased) {
        (None, None, false) => return Ok(StoredDocument::Evicted { size }),
        (None, None, true) => return Ok(StoredDocument::Erased { size }),
        (None, Some(_), _) => return altered("its bytes are gone"),
        (Some(_), _, true) => return altered("it was erased, and bytes are there"),
        (Some(content), _, false) => content,
    };
    if content_hash != Some(&*Sha256::digest(content)) {
        return altered("its compressed bytes are not those that were kept");
    }
    let capacity = usize::try_from(size).unwrap_or(usize::MAX).min(DOCUMENT_BYTES_MAX);
    let Ok(bytes) = zstd::bulk::decompress(content, capacity) else {
        return altered("its bytes cannot be decompressed");
    };
    if ContentHash::of(&bytes) != hash {
        return altered("its bytes have another hash");
    }
    if bytes.len() as u64 != size {
        return altered("its bytes are more or fewer than were kept");
    }
    Ok(StoredDocument::Present(bytes))
}
