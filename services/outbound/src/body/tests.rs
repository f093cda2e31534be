use flate2::Compression;
use flate2::write::GzEncoder;

use super::*;

fn gzip(data: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

fn decoder(encoding: &'static str, bytes_max: usize) -> Result<Decoder, FetchError> {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    let limits = Limits { ratio_from_bytes: 1_000, ratio_max: 10, ..Limits::default() };
    Decoder::new("example.com", &headers, &limits, bytes_max)
}

fn decode(encoding: &'static str, bytes_max: usize, chunks: &[&[u8]]) -> Result<Bytes, FetchError> {
    let mut decoder = decoder(encoding, bytes_max)?;
    for chunk in chunks {
        decoder.push(chunk)?;
    }
    decoder.finish()
}

#[test]
fn a_gzip_body_is_decoded_however_it_is_cut() {
    let wire = gzip(b"all systems operational");
    for size in 1..=wire.len() {
        let chunks: Vec<&[u8]> = wire.chunks(size).collect();
        assert_eq!(&decode("gzip", 100, &chunks).unwrap()[..], b"all systems operational");
    }
    assert_eq!(&decode("X-GZip", 100, &[&wire]).unwrap()[..], b"all systems operational");
}

#[test]
fn an_unencoded_body_is_itself() {
    assert_eq!(&decode("identity", 5, &[b"he", b"llo"]).unwrap()[..], b"hello");
    assert_eq!(&decode("", 5, &[b"hello"]).unwrap()[..], b"hello");
    assert!(decode("gzip", 5, &[]).unwrap().is_empty());
}

#[test]
fn an_encoding_that_was_not_asked_for_is_refused() {
    for encoding in ["br", "zstd", "deflate", "gzip, gzip"] {
        let error = decode(encoding, 100, &[b"x"]).unwrap_err();
        assert_eq!(error.kind(), "malformed_response");
        let source = std::error::Error::source(&error).unwrap().to_string();
        assert_eq!(source, format!("the content encoding is `{encoding}`"));
    }
}

#[test]
fn a_body_beyond_its_limit_is_refused_encoded_or_not() {
    let part = |result: Result<Bytes, FetchError>| match result {
        Err(FetchError::TooLarge { part, limit, .. }) => Some((part, limit)),
        _ => None,
    };
    assert_eq!(part(decode("", 4, &[b"hello"])), Some((Part::Body, 4)));
    assert_eq!(part(decode("gzip", 4, &[&gzip(b"hello")])), Some((Part::Body, 4)));
    let bomb = gzip(&vec![0; 500_000]);
    assert_eq!(part(decode("gzip", 1_000_000, &[&bomb])), Some((Part::Ratio, 10)));
}

#[test]
fn a_small_body_may_have_any_ratio() {
    assert_eq!(decode("gzip", 10_000, &[&gzip(&[0; 1_000])]).unwrap().len(), 1_000);
}

#[test]
fn a_body_that_is_not_one_whole_gzip_member_is_refused() {
    let whole = gzip(b"all systems operational");
    let twice = [whole.clone(), whole.clone()].concat();
    let mut wrong_sum = whole.clone();
    let sum_at = wrong_sum.len() - 8;
    wrong_sum[sum_at] ^= 1;
    for wire in [&whole[..whole.len() - 1], &whole[..5], b"{}", &twice, &wrong_sum] {
        let error = decode("gzip", 100, &[wire]).unwrap_err();
        assert_eq!(error.kind(), "malformed_response", "{}", wire.escape_ascii());
    }
}

#[test]
fn what_was_decoded_of_an_abandoned_body_is_kept() {
    let mut decoder = decoder("gzip", 6).unwrap();
    let _ = decoder.push(&gzip(b"service unavailable"));
    assert_eq!(&decoder.abandon()[..], b"servic");
}

#[test]
fn compression_that_makes_a_body_larger_is_refused_before_it_costs_much() {
    let mut decoder = decoder("gzip", 10_000_000).unwrap();
    decoder.push(&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]).unwrap();
    let nothing = [0, 0, 0, 0xff, 0xff].repeat(1000);
    let pushed = (0..1000).take_while(|_| decoder.push(&nothing).is_ok()).count();
    assert!(pushed < 30, "{pushed}");
}

#[test]
fn a_body_of_many_parts_is_whole() {
    let data: Vec<u8> = (0..100_000_u32).map(|at| at.to_le_bytes()[0]).collect();
    let chunks: Vec<&[u8]> = data.chunks(777).collect();
    assert_eq!(decode("", 100_000, &chunks).unwrap(), data);
    let mut noise = 1_u32;
    let mut random = || {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        noise.to_be_bytes()[0]
    };
    let data: Vec<u8> = (0..400_000).map(|_| random()).collect();
    // What does not compress is no compression that makes it larger.
    assert_eq!(decode("gzip", 400_000, &[&gzip(&data)]).unwrap(), data);
}
