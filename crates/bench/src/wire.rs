//! Just enough HTTP/1.1 and WebSocket to load a server cheaply: requests and frames as bytes, answers found in a buffer. Pure.

/// What stands at the start of a buffer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// More bytes are needed.
    Part,
    /// A whole answer of this many bytes.
    Whole { status: u16, length: usize },
    /// Nothing this client understands.
    Bad,
}

/// The first answer in the buffer. Bodies must have a Content-Length.
#[must_use]
pub fn answer(buffer: &[u8]) -> Answer {
    let Some(head) = memchr::memmem::find(buffer, b"\r\n\r\n") else {
        return if buffer.len() > 16_384 { Answer::Bad } else { Answer::Part };
    };
    let status =
        buffer.get(9..12).and_then(|digits| std::str::from_utf8(digits).ok()).and_then(|digits| digits.parse().ok());
    let Some(status) = status else { return Answer::Bad };
    let body = match content_length(&buffer[..head]) {
        Some(body) => body,
        None if status == 204 || status == 304 || status == 101 => 0,
        None => return Answer::Bad,
    };
    let length = head + 4 + body;
    if buffer.len() < length { Answer::Part } else { Answer::Whole { status, length } }
}

fn content_length(head: &[u8]) -> Option<usize> {
    for line in head.split(|byte| *byte == b'\n').skip(1) {
        let colon = memchr::memchr(b':', line)?;
        if line[..colon].eq_ignore_ascii_case(b"content-length") {
            return std::str::from_utf8(&line[colon + 1..]).ok()?.trim().parse().ok();
        }
    }
    None
}

/// A request with a JSON body. `headers` are whole lines, each with its line end.
pub fn post(out: &mut Vec<u8>, path: &str, headers: &str, body: &[u8]) {
    use std::io::Write as _;
    let _ = write!(
        out,
        "POST {path} HTTP/1.1\r\n{headers}Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    out.extend_from_slice(body);
}

/// A request without a body.
pub fn get(out: &mut Vec<u8>, path: &str, headers: &str) {
    use std::io::Write as _;
    let _ = write!(out, "GET {path} HTTP/1.1\r\n{headers}\r\n");
}

/// The request that opens a WebSocket.
pub fn upgrade(out: &mut Vec<u8>, path: &str, headers: &str) {
    let lines = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    get(out, path, &format!("{headers}{lines}"));
}

/// A WebSocket frame at the start of a buffer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame {
    pub opcode: u8,
    /// Where the payload starts and where the frame ends.
    pub start: usize,
    pub end: usize,
}

pub const TEXT: u8 = 1;
pub const CLOSE: u8 = 8;
pub const PING: u8 = 9;
pub const PONG: u8 = 10;

/// The first frame from a server, which masks nothing; `None` when it is not whole yet.
#[must_use]
pub fn frame(buffer: &[u8]) -> Option<Frame> {
    let (opcode, length) = (buffer.first()? & 0x0f, usize::from(buffer.get(1)? & 0x7f));
    let (start, length): (usize, usize) = match length {
        126 => (4, usize::from(u16::from_be_bytes(buffer.get(2..4)?.try_into().ok()?))),
        127 => (10, usize::try_from(u64::from_be_bytes(buffer.get(2..10)?.try_into().ok()?)).ok()?),
        short => (2, short),
    };
    let end = start.checked_add(length)?;
    (buffer.len() >= end).then_some(Frame { opcode, start, end })
}

/// Appends a client's frame of at most 65,535 bytes. The mask is zero, which the protocol allows and costs nothing.
pub fn send_frame(out: &mut Vec<u8>, opcode: u8, payload: &[u8]) {
    out.push(0x80 | opcode);
    if payload.len() < 126 {
        out.push(0x80 | payload.len() as u8);
    } else {
        out.push(0x80 | 126);
        out.extend_from_slice(&(payload.len() as u16).to_be_bytes());
    }
    out.extend_from_slice(&[0; 4]);
    out.extend_from_slice(payload);
}

/// What follows `marker` in the text, up to the next quote.
#[must_use]
pub fn quoted_after<'a>(text: &'a [u8], marker: &[u8]) -> Option<&'a [u8]> {
    let start = memchr::memmem::find(text, marker)? + marker.len();
    let end = memchr::memchr(b'"', &text[start..])?;
    Some(&text[start..start + end])
}

/// The whole number that follows `marker` in the text.
#[must_use]
pub fn number_after(text: &[u8], marker: &[u8]) -> Option<u64> {
    let start = memchr::memmem::find(text, marker)? + marker.len();
    let digits = text[start..].iter().take_while(|byte| byte.is_ascii_digit());
    let mut number = None;
    for digit in digits {
        number = Some(number.unwrap_or(0_u64).checked_mul(10)?.checked_add(u64::from(digit - b'0'))?);
    }
    number
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_found_whole_in_part_and_one_after_another() {
        let text = b"HTTP/1.1 201 Created\r\nX: y\r\ncontent-LENGTH:  5\r\n\r\nhelloHTTP/1.1 204 No Content\r\n\r\n";
        for end in 0..55 {
            assert_eq!(answer(&text[..end]), Answer::Part, "{end}");
        }
        let Answer::Whole { status: 201, length } = answer(text) else { panic!("{:?}", answer(text)) };
        assert_eq!(&text[length - 5..length], b"hello");
        assert_eq!(answer(&text[length..]), Answer::Whole { status: 204, length: text.len() - length });
    }

    #[test]
    fn what_has_no_length_or_no_status_is_bad() {
        assert_eq!(answer(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"), Answer::Bad);
        assert_eq!(answer(b"SSH-2.0-OpenSSH\r\n\r\n"), Answer::Bad);
        assert_eq!(answer(&[b'x'; 20_000]), Answer::Bad);
    }

    #[test]
    fn a_client_frame_without_its_mask_is_a_server_frame() {
        for length in [0, 1, 125, 126, 60_000] {
            let payload = vec![b'p'; length];
            let mut out = Vec::new();
            send_frame(&mut out, TEXT, &payload);
            let header = out.len() - length - 4;
            let mut served = out[..header].to_vec();
            served[1] &= 0x7f;
            assert_eq!(frame(&served), (length == 0).then_some(Frame { opcode: TEXT, start: 2, end: 2 }));
            served.extend_from_slice(&payload);
            let found = frame(&served).unwrap();
            assert_eq!((found.opcode, found.end, found.end - found.start), (TEXT, served.len(), length));
        }
        assert_eq!(frame(&[0x81, 127, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]), None);
    }

    #[test]
    fn fields_are_found_in_text() {
        let text = br#"{"seq":12,"client_id":"abc","x":{"seq":7}}"#;
        assert_eq!(quoted_after(text, b"\"client_id\":\""), Some(&b"abc"[..]));
        assert_eq!(number_after(text, b"\"seq\":"), Some(12));
        assert_eq!(number_after(text, b"\"x\":{\"seq\":"), Some(7));
        assert_eq!(number_after(text, b"\"client_id\":"), None);
        assert_eq!(number_after(b"n:99999999999999999999999", b"n:"), None);
    }
}
