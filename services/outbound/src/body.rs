//! Bodies: counted while they stream, decompressed within bounds.
//!
//! A few bytes of gzip can become a thousand times as many, so the size after decompression is
//! what has to be bounded, and it has to be bounded before the bytes exist. Two bounds apply: an
//! absolute one, and a ratio, which stops a bomb long before it fills its share. And since many
//! bodies are read at once, a body waits for a permit before it becomes large, and has to go on growing
//! while others wait, see `body_budget.rs`.
//!
//! Compression that makes a body larger is no compression: a stream of blocks with nothing in them
//! costs much time for each byte and none of the bounds above would stop it soon, so it is refused
//! once it is clear.
//!
//! gzip is the only encoding that is asked for. Its worst ratio is about 1000, where that of zstd
//! is 30 000 and that of brotli beyond a million. A body of several gzip members is refused: no
//! server sends one, and setting up a decoder for each of a hundred thousand empty members is
//! costly in a way that no count of bytes shows.

use std::io::{self, Write};
use std::slice::Chunks;
use std::sync::Arc;

use bytes::Bytes;
use flate2::write::GzDecoder;
use http::{HeaderMap, HeaderValue, header};
use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};

use crate::body_budget::BodyPermit;
use crate::error::{FetchError, Part, Phase, Told};
use crate::limits::Limits;

/// How many bytes are decompressed at once: little enough that what becomes of them, at the worst
/// ratio, is little beside what a body may have without a permit.
const PIECE_BYTES: usize = 64;

/// A gzip body that is this large and has not become half of it is refused. Servers send what
/// compression makes larger as it is, but for the few bytes around each block.
const FUTILE_BYTES: usize = 128 * 1024;

/// What was received is kept in parts of this size: a body that grows by moving into ever larger
/// places leaves holes behind that nobody else fits into.
const PART_BYTES: usize = 32 * 1024;

/// Reads a whole body, which must fit into the limits.
pub(crate) async fn read(
    host: &str,
    headers: &HeaderMap,
    mut incoming: Incoming,
    limits: &Limits,
    mut permit: BodyPermit,
) -> Result<Bytes, FetchError> {
    let wire_max = limits.body_wire_bytes_max;
    let too_large = |part, limit| FetchError::TooLarge { host: host.to_owned(), part, limit };
    if incoming.size_hint().lower() > wire_max as u64 {
        return Err(too_large(Part::WireBody, wire_max));
    }
    let mut decoder = Decoder::new(host, headers, limits, limits.body_bytes_max)?;
    let dawdles = || FetchError::TimedOut {
        host: host.to_owned(),
        phase: Phase::Growth,
        limit: limits.growth,
    };
    while let Some(frame) = permit.wait_for(incoming.frame()).await.ok_or_else(dawdles)? {
        let frame = frame.map_err(|e| FetchError::reading(host, &e))?;
        let Ok(data) = frame.into_data() else { continue };
        if decoder.sink().wire_bytes + data.len() > wire_max {
            return Err(too_large(Part::WireBody, wire_max));
        }
        for piece in decoder.pieces(&data) {
            decoder.push(piece)?;
            permit.grow_to(decoder.sink().len).await;
        }
    }
    decoder.finish()
}

/// Reads the beginning of a body that only people would read, and never fails for it.
pub(crate) async fn read_beginning(
    host: &str,
    headers: &HeaderMap,
    mut incoming: Incoming,
    limits: &Limits,
) -> Bytes {
    let Ok(mut decoder) = Decoder::new(host, headers, limits, limits.error_body_bytes_max) else {
        return Bytes::new();
    };
    while decoder.sink().wire_bytes < limits.error_body_bytes_max {
        let Some(Ok(frame)) = incoming.frame().await else { break };
        let Ok(data) = frame.into_data() else { continue };
        if decoder.push(&data).is_err() {
            break;
        }
    }
    decoder.abandon()
}

enum Decoder {
    Plain(Sink),
    Gzip(Box<GzDecoder<Sink>>),
}

impl Decoder {
    fn new(
        host: &str,
        headers: &HeaderMap,
        limits: &Limits,
        bytes_max: usize,
    ) -> Result<Self, FetchError> {
        let sink = Sink {
            host: host.to_owned(),
            parts: Vec::new(),
            len: 0,
            bytes_max,
            ratio_max: limits.ratio_max,
            ratio_from_bytes: limits.ratio_from_bytes,
            wire_bytes: 0,
            excess: None,
        };
        let encodings: Vec<&[u8]> =
            headers.get_all(header::CONTENT_ENCODING).iter().map(HeaderValue::as_bytes).collect();
        let encoding = encodings.join(&b", "[..]).trim_ascii().to_ascii_lowercase();
        match encoding.as_slice() {
            b"" | b"identity" => Ok(Self::Plain(sink)),
            b"gzip" | b"x-gzip" => Ok(Self::Gzip(Box::new(GzDecoder::new(sink)))),
            other => Err(FetchError::MalformedResponse {
                host: host.to_owned(),
                expected: "a body that is encoded with gzip or not at all",
                source: Arc::new(Told::new(&format!(
                    "the content encoding is `{}`",
                    other.escape_ascii()
                ))),
            }),
        }
    }

    /// Cuts what was received into what is decoded at once.
    fn pieces<'a>(&self, data: &'a [u8]) -> Chunks<'a, u8> {
        match self {
            Self::Plain(_) => data.chunks(data.len().max(1)),
            Self::Gzip(_) => data.chunks(PIECE_BYTES),
        }
    }

    fn push(&mut self, data: &[u8]) -> Result<(), FetchError> {
        self.sink_mut().wire_bytes += data.len();
        let result = match self {
            Self::Plain(sink) => sink.write_all(data),
            Self::Gzip(decoder) => decoder.write_all(data),
        };
        result.map_err(|error| self.fault(error))?;
        let Sink { wire_bytes, len, .. } = self.sink();
        let is_gzip = matches!(self, Self::Gzip(_));
        if is_gzip && *wire_bytes > FUTILE_BYTES && *len < wire_bytes / 2 {
            return Err(self.fault(io::Error::other("compression has made it larger")));
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Bytes, FetchError> {
        if let Self::Gzip(decoder) = &mut self
            && decoder.get_ref().wire_bytes > 0
            && let Err(error) = decoder.try_finish()
        {
            return Err(self.fault(error));
        }
        Ok(self.take())
    }

    /// Returns what there is, whole or not.
    fn abandon(mut self) -> Bytes {
        if let Self::Gzip(decoder) = &mut self {
            // What is left in the decoder's buffer is worth having, and an error is expected.
            let _ = decoder.flush();
        }
        self.take()
    }

    fn take(&mut self) -> Bytes {
        std::mem::take(&mut self.sink_mut().parts).concat().into()
    }

    /// What is wrong with a body that could not be taken in for `error`.
    fn fault(&mut self, error: io::Error) -> FetchError {
        let sink = self.sink_mut();
        let host = sink.host.clone();
        match sink.excess.take() {
            Some((part, limit)) => FetchError::TooLarge { host, part, limit },
            None => FetchError::MalformedResponse {
                host,
                expected: "a body that is one whole gzip member, as its head says",
                source: Arc::new(error),
            },
        }
    }

    fn sink(&self) -> &Sink {
        match self {
            Self::Plain(sink) => sink,
            Self::Gzip(decoder) => decoder.get_ref(),
        }
    }

    fn sink_mut(&mut self) -> &mut Sink {
        match self {
            Self::Plain(sink) => sink,
            Self::Gzip(decoder) => decoder.get_mut(),
        }
    }
}

/// Collects what comes out of decompression and stops it when it is too much.
struct Sink {
    host: String,
    parts: Vec<Vec<u8>>,
    len: usize,
    bytes_max: usize,
    ratio_max: usize,
    ratio_from_bytes: usize,
    wire_bytes: usize,
    excess: Option<(Part, usize)>,
}

impl Sink {
    fn keep(&mut self, mut data: &[u8]) {
        self.len += data.len();
        while !data.is_empty() {
            let spare = |part: &mut Vec<u8>| part.len() < PART_BYTES;
            if !self.parts.last_mut().is_some_and(spare) {
                self.parts.push(Vec::with_capacity(PART_BYTES));
            }
            let Some(part) = self.parts.last_mut() else { return };
            let (fits, rest) = data.split_at(data.len().min(PART_BYTES - part.len()));
            part.extend_from_slice(fits);
            data = rest;
        }
    }

    fn refuse(&mut self, part: Part, limit: usize) -> io::Result<usize> {
        self.excess = Some((part, limit));
        Err(io::Error::other("too many bytes"))
    }
}

impl Write for Sink {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        let budget = self.bytes_max - self.len;
        self.keep(&data[..data.len().min(budget)]);
        if data.len() > budget {
            return self.refuse(Part::Body, self.bytes_max);
        }
        if self.len > self.ratio_from_bytes
            && self.len > self.wire_bytes.saturating_mul(self.ratio_max)
        {
            return self.refuse(Part::Ratio, self.ratio_max);
        }
        Ok(data.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests;
