//! What is known of pages, as far as it is in memory.

use std::collections::HashMap;

use signalbook_domain::book::Book;
use signalbook_domain::event::Fact;
use signalbook_domain::{ObservationId, PageId, Position, Revision, StreamId};
use signalbook_proto::Draft;
use signalbook_store::log::SharedLog;
use signalbook_store::{Append, PageRow, StoreError, Stream};
use uuid::Uuid;

/// Events that are read at once when a page is read from the log.
const EVENTS_PER_READ: u32 = 2_000;

/// Pages that are kept; past that they are all put away and read again when needed.
const PAGES_MAX: usize = 10_000;

/// One page: its row and the fold of its streams.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub(crate) row: PageRow,
    pub(crate) book: Book,
}

/// The pages that are in memory.
#[derive(Default)]
pub(crate) struct Shelf {
    pages: HashMap<PageId, Known>,
}

impl Shelf {
    /// Takes a page off the shelf, or reads it from the log; none if there is no such page.
    pub(crate) async fn take(
        &mut self,
        log: &SharedLog,
        page: PageId,
    ) -> Result<Option<Known>, StoreError> {
        match self.pages.remove(&page) {
            Some(known) => Ok(Some(known)),
            None => read(log, page).await,
        }
    }

    /// Puts a page back whose row and book are those of the log.
    pub(crate) fn put(&mut self, known: Known) {
        if self.pages.len() >= PAGES_MAX {
            self.pages.clear();
        }
        self.pages.insert(known.row.id, known);
    }
}

/// Reads a page's row, and then folds its streams.
pub(crate) async fn read(log: &SharedLog, page: PageId) -> Result<Option<Known>, StoreError> {
    let Some(row) = log.page(page).await? else { return Ok(None) };
    let book = read_book(log, Book::new(row.provider.clone(), page)).await?;
    Ok(Some(Known { row, book }))
}

/// Folds the streams of a page into its empty book.
pub(crate) async fn read_book(log: &SharedLog, mut book: Book) -> Result<Book, StoreError> {
    let mut after = Position(0);
    loop {
        let records = log.read_page(book.id, after, EVENTS_PER_READ).await?;
        let Some(last) = records.last() else { return Ok(book) };
        after = last.position;
        for record in &records {
            let fact = record.decode().map_err(|error| StoreError::Invalid {
                table: "event",
                key: record.position.to_string(),
                reason: error.to_string(),
            })?;
            book.evolve(&fact);
        }
    }
}

/// The append of facts that were just folded into `book`; `cause` names what brought them.
pub(crate) fn append_of(
    book: &Book,
    facts: &[Fact],
    cause: Uuid,
    observation: Option<ObservationId>,
) -> Append {
    let mut indices: HashMap<&StreamId, usize> = HashMap::new();
    let mut append = Append::default();
    let mut counts: Vec<u64> = Vec::new();
    for (ordinal, fact) in (0_u32..).zip(facts) {
        let index = *indices.entry(&fact.stream).or_insert_with(|| {
            counts.push(0);
            append.streams.push(Stream {
                id: fact.stream.clone(),
                page: book.id,
                expected: Revision(0),
            });
            counts.len() - 1
        });
        counts[index] += 1;
        append.events.push((index, Draft::encode(fact, cause, ordinal, observation)));
    }
    for (stream, count) in append.streams.iter_mut().zip(counts) {
        // The book has folded the facts already.
        stream.expected = Revision(book.revision(&stream.id).0 - count);
    }
    append
}
