//! What both ends of a socket read.

use std::net::{Ipv4Addr, Ipv6Addr};

use collectl_wire::allow::Allowed;
use collectl_wire::display::sanitize;
use collectl_wire::endpoint::Endpoint;
use collectl_wire::hello::{self, FirstLine, MAX_MESSAGE};
use collectl_wire::host::{HostName, MAX_HOST_NAME, is_host_word};
use collectl_wire::line::{LineDecoder, MAX_LINE};
use collectl_wire::prefix::{Prefix, prefix_lines};

use super::{chunked, is_harmless, text};

/// Lines are those of the text, wherever the stream is split.
pub(super) fn lines(bytes: &[u8]) {
    let (size, bytes) = chunked(bytes);
    let mut decoder = LineDecoder::default();
    let mut seen = Vec::new();
    for chunk in bytes.chunks(size) {
        decoder.push(chunk, |line| {
            assert!(line.bytes.len() <= MAX_LINE && !line.cut);
            seen.push(line.bytes.to_vec());
        });
    }
    let mut expected: Vec<&[u8]> = bytes.split(|&byte| byte == b'\n').collect();
    assert_eq!(Some(decoder.unfinished()), expected.pop());
    let without_cr = |line: &&[u8]| line.strip_suffix(b"\r").unwrap_or(line).to_vec();
    assert_eq!(seen, expected.iter().map(without_cr).collect::<Vec<_>>());
}

/// What is left of a line is its end, and a host is a valid host name; what we write is read back.
pub(super) fn prefix(bytes: &[u8]) {
    let mut prefix = Prefix::default();
    for line in bytes.split(|&byte| byte == b'\n') {
        let (host, rest) = prefix.split(line);
        assert!(line.ends_with(rest));
        assert!(host.is_none_or(|host| is_host_word(host.as_bytes())));
    }
    let host = HostName::short("node").expect("a name");
    let ours = [bytes, b"\n"].concat();
    let mut prefix = Prefix::default();
    for (line, written) in ours
        .split_inclusive(|&byte| byte == b'\n')
        .zip(prefix_lines(&host, &ours).split_inclusive(|&byte| byte == b'\n'))
    {
        assert_eq!(prefix.split(written), (Some("node"), line));
    }
}

/// A message that was understood is the same after encoding and decoding; the first line is the same wherever it is
/// split.
pub(super) fn hello(bytes: &[u8]) {
    let (size, bytes) = chunked(bytes);
    for line in bytes.split(|&byte| byte == b'\n') {
        if let Some(message) = hello::decode(line) {
            let said = message.to_string();
            assert_eq!(hello::decode(said.as_bytes()), Some(message), "{said}");
            assert!(said.len() <= MAX_MESSAGE && is_harmless(said.as_bytes()), "{said}");
        }
    }
    let whole = FirstLine::default().push(bytes);
    let mut reader = FirstLine::default();
    let mut lines: Vec<_> = bytes.chunks(size).filter_map(|chunk| reader.push(chunk)).collect();
    assert!(lines.len() < 2);
    assert_eq!(lines.pop(), whole);
}

/// A list of networks accepts or refuses addresses; an error can be shown.
pub(super) fn allow(bytes: &[u8]) {
    let text = text(bytes);
    match Allowed::parse([&*text]) {
        Ok(allowed) => {
            let _ = allowed.allows(Ipv4Addr::LOCALHOST.into());
            let mapped = Ipv4Addr::LOCALHOST.to_ipv6_mapped();
            assert_eq!(allowed.allows(mapped.into()), allowed.allows(Ipv4Addr::LOCALHOST.into()));
            let _ = allowed.allows(Ipv6Addr::LOCALHOST.into());
            let _ = allowed.allows(Ipv6Addr::from(u128::MAX).into());
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

/// An endpoint that was understood is the same after writing and reading it.
pub(super) fn endpoint(bytes: &[u8]) {
    match Endpoint::parse(&text(bytes)) {
        Ok(endpoint) => assert_eq!(Endpoint::parse(&endpoint.to_string()), Ok(endpoint)),
        Err(error) => assert!(is_harmless(error.to_string().as_bytes()), "{error}"),
    }
}

/// A host's name is one word, and can be shown.
pub(super) fn host(bytes: &[u8]) {
    match HostName::short(&text(bytes)) {
        Ok(name) => {
            assert!(is_host_word(name.as_str().as_bytes()) && name.as_str().len() <= MAX_HOST_NAME);
            assert!(is_harmless(name.as_str().as_bytes()));
        }
        Err(error) => assert!(is_harmless(error.to_string().as_bytes()), "{error}"),
    }
}

/// Nothing controls a terminal, and safe text stays as it is.
pub(super) fn display(bytes: &[u8]) {
    let safe = sanitize(bytes);
    assert!(!safe.chars().any(|c| c.is_control() && c != '\t'));
    assert_eq!(sanitize(safe.as_bytes()), safe);
}
