//! Malformed and odd input over HTTP and WebSockets. Cycles: inputs. The server may refuse whatever it likes, but never with
//! a 5xx, never by hanging, and it must not panic.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use super::Size;
use crate::client::{Agent, Auth, Visitor};
use crate::desk::Desk;
use crate::generate::{Generator, Input, Known};
use crate::world::{check_health, invite_agents, verdict};

const WORKERS: u64 = 12;
const PATIENCE: Duration = Duration::from_secs(20);
const MEMORY: f64 = 512e6;
/// What a server may close a socket with: the protocol's own refusals and those of the contract.
const CLOSES: [u16; 11] = [1000, 1001, 1002, 1003, 1005, 1007, 1009, 1012, 4001, 4002, 4008];

pub async fn run(size: &Size) -> Result<String> {
    let desk = size.engine.desk()?;
    let set_up = desk.set_up().await?.clone();
    let agent = invite_agents(&desk, 1).await?.remove(0);
    let visitor = Visitor::arrive(desk.api(), &set_up.inbox_key).await?;
    let known = know(&desk, &agent, &visitor).await?;
    let mut workers = JoinSet::new();
    for worker in 0..WORKERS {
        let count = size.cycles / WORKERS + u64::from(worker < size.cycles % WORKERS);
        let generator = Generator::new(size.seed.wrapping_mul(WORKERS).wrapping_add(worker), known.clone());
        workers.spawn(work(generator, desk.port(), count));
    }
    let mut statuses: BTreeMap<u16, u64> = BTreeMap::new();
    let mut faults = Vec::new();
    while let Some(done) = workers.join_next().await {
        let done = done.context("a worker panicked")?;
        faults.extend(done.faults);
        done.statuses.into_iter().for_each(|(status, count)| *statuses.entry(status).or_default() += count);
    }
    verdict(&faults)?;
    check_health(&desk)?;
    let memory = desk.metric("process_resident_memory_bytes")?;
    ensure!(memory < MEMORY, "the server holds {:.0} MB", memory / 1e6);
    // Inputs that never get past the door would prove nothing.
    agent.get("/api/v1/session").await?.expect(200)?;
    visitor.call("GET", &format!("/api/chat/history/{}", known.conversation), None).await?.expect(200)?;
    let refused: u64 = statuses.get(&401).copied().unwrap_or_default();
    ensure!(refused * 2 < size.cycles, "{refused} of {} inputs ended at the door", size.cycles);
    Ok(format!("{} inputs, 0 answered 5xx, 0 panics, {:.0} MB; {statuses:?}", size.cycles, memory / 1e6))
}

async fn know(desk: &Desk, agent: &Agent, visitor: &Visitor) -> Result<Known> {
    let sent = visitor.send(None, &crate::client_id(), "Hello").await?.expect(201)?;
    let text = |field: &str| sent.body["message"][field].as_str().map(str::to_owned).context("no id in the answer");
    let set_up = desk.set_up().await?;
    let Auth::Session(cookie) = agent.auth.clone() else { bail!("the agent has no session") };
    Ok(Known {
        authority: format!("127.0.0.1:{}", desk.port()),
        visitor_token: visitor.token.clone(),
        cookie,
        inbox_key: set_up.inbox_key.clone(),
        inbox_id: set_up.inbox_id.clone(),
        conversation: text("conversation_id")?,
        message: text("id")?,
        agent: agent.id.clone(),
    })
}

#[derive(Debug, Default)]
struct Tally {
    statuses: BTreeMap<u16, u64>,
    faults: Vec<String>,
}

async fn work(mut generator: Generator, port: u16, count: u64) -> Tally {
    let mut tally = Tally::default();
    let mut connection = None;
    for _ in 0..count {
        let input = generator.next_input();
        let outcome = match &input {
            Input::Http { bytes, whole } => http(&mut connection, port, bytes, *whole).await,
            Input::Socket { upgrade, frames } => socket(port, upgrade, frames).await,
        };
        match outcome {
            Ok(status) => *tally.statuses.entry(status).or_default() += 1,
            Err(error) => tally.faults.push(format!("{error:#}: {}", excerpt(&input))),
        }
        if tally.faults.len() > 10 {
            break;
        }
    }
    tally
}

fn excerpt(input: &Input) -> String {
    let (head, frames) = match input {
        Input::Http { bytes, .. } => (bytes.as_slice(), &[][..]),
        Input::Socket { upgrade, frames } => (&upgrade[..20], frames.as_slice()),
    };
    let short = |bytes: &[u8]| {
        bytes.iter().take(400).copied().flat_map(std::ascii::escape_default).map(char::from).collect::<String>()
    };
    // Tokens are in the headers: show the first line and the end only.
    let first = head.split(|byte| *byte == b'\r').next().unwrap_or_default();
    let body = head.windows(4).position(|four| four == b"\r\n\r\n").map_or(&[][..], |at| &head[at..]);
    format!("{} … {}{}", short(first), short(body), short(frames))
}

/// The status of the answer; 0 when the server closed without one, as it may when there was no whole request.
async fn http(kept: &mut Option<TcpStream>, port: u16, bytes: &[u8], whole: bool) -> Result<u16> {
    if whole && let Some(stream) = kept.take() {
        // A server may close a kept connection at any moment, most of all after a refusal: then a new one is due.
        if let Some(status) = exchange(stream, kept, bytes, whole).await? {
            return Ok(status);
        }
    }
    let fresh = TcpStream::connect(("127.0.0.1", port)).await.context("connect")?;
    let answer = exchange(fresh, kept, bytes, whole).await?;
    ensure!(answer.is_some() || !whole, "closed without an answer");
    Ok(answer.unwrap_or(0))
}

/// `None` when the connection ended before an answer.
async fn exchange(
    mut stream: TcpStream,
    kept: &mut Option<TcpStream>,
    bytes: &[u8],
    whole: bool,
) -> Result<Option<u16>> {
    let talk = async {
        // The server may answer and close before it has read everything.
        let written = stream.write_all(bytes).await;
        if !whole || written.is_err() {
            let _ = stream.shutdown().await;
        }
        read_answer(&mut stream).await
    };
    let answer = tokio::time::timeout(PATIENCE, talk).await.context("no answer and no end: hung")?;
    let Some((status, closes)) = answer else { return Ok(None) };
    ensure!(status < 500, "answered {status}");
    if whole && !closes {
        *kept = Some(stream);
    }
    Ok(Some(status))
}

/// Status and whether the connection ends with this answer; `None` when it ended before one.
async fn read_answer(stream: &mut TcpStream) -> Option<(u16, bool)> {
    let mut text = Vec::new();
    let mut buffer = [0; 16_384];
    let head = loop {
        if let Some(at) = text.windows(4).position(|four| four == b"\r\n\r\n") {
            break at + 4;
        }
        match stream.read(&mut buffer).await {
            Ok(length) if length > 0 => text.extend(&buffer[..length]),
            _ => return None,
        }
    };
    let lines = String::from_utf8_lossy(&text[..head]).to_ascii_lowercase();
    let status: u16 = lines.split(' ').nth(1)?.parse().ok()?;
    if status == 100 {
        return Some((status, true));
    }
    let field = |name: &str| lines.split("\r\n").find_map(|line| line.strip_prefix(name)).map(str::trim);
    let closes = field("connection:") == Some("close") || field("content-length:").is_none() && status != 204;
    let mut left = field("content-length:")
        .and_then(|text| text.parse().ok())
        .unwrap_or(0_usize)
        .saturating_sub(text.len() - head);
    while left > 0 {
        match stream.read(&mut buffer).await {
            Ok(length) if length > 0 => left = left.saturating_sub(length),
            _ => return Some((status, true)),
        }
    }
    Some((status, closes))
}

/// The status of the upgrade, or the close code (1006 for none).
async fn socket(port: u16, upgrade: &[u8], frames: &[u8]) -> Result<u16> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.context("connect")?;
    stream.write_all(upgrade).await.context("write the upgrade")?;
    let answer = tokio::time::timeout(PATIENCE, read_upgrade(&mut stream)).await.context("the upgrade hung")??;
    ensure!(answer == 101, "the upgrade answered {answer}");
    let talk = async {
        let _ = stream.write_all(frames).await;
        // A close frame with code 1000, then the end: whatever came before, the server has no reason to stay.
        let _ = stream.write_all(&[0x88, 0x82, 0, 0, 0, 0, 3, 232]).await;
        let _ = stream.shutdown().await;
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest).await;
        rest
    };
    let rest = tokio::time::timeout(PATIENCE, talk).await.context("the socket hung")?;
    let code = close_code(&rest).unwrap_or(1006);
    ensure!(code == 1006 || CLOSES.contains(&code), "closed with {code}");
    Ok(code)
}

/// Reads the answer to an upgrade byte by byte, so that the first frame stays in the stream.
async fn read_upgrade(stream: &mut TcpStream) -> Result<u16> {
    let mut text = Vec::new();
    while !text.ends_with(b"\r\n\r\n") {
        text.push(stream.read_u8().await.context("read the answer to the upgrade")?);
    }
    let text = String::from_utf8_lossy(&text).into_owned();
    text.split(' ').nth(1).and_then(|word| word.parse().ok()).context("no status")
}

/// The code of the first close frame among a server's frames.
fn close_code(mut bytes: &[u8]) -> Option<u16> {
    loop {
        let (first, length) = (*bytes.first()?, usize::from(*bytes.get(1)?));
        let (header, length) = match length {
            126 => (4, usize::from(u16::from_be_bytes([*bytes.get(2)?, *bytes.get(3)?]))),
            127 => (10, usize::try_from(u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?)).ok()?),
            short => (2, short),
        };
        let payload = bytes.get(header..header + length)?;
        if first & 0x0f == 8 {
            return Some(payload.get(..2).map_or(1005, |code| u16::from_be_bytes([code[0], code[1]])));
        }
        bytes = &bytes[header + length..];
    }
}

#[cfg(test)]
mod tests {
    use super::close_code;

    #[test]
    fn the_close_frame_is_found_behind_others() {
        let mut bytes = vec![0x81, 2, b'o', b'k', 0x81, 126, 0, 200];
        bytes.extend([b'x'; 200]);
        assert_eq!(close_code(&bytes), None);
        bytes.extend([0x88, 2, 0x0f, 0xa2]);
        assert_eq!(close_code(&bytes), Some(4002));
        assert_eq!(close_code(&[0x88, 0]), Some(1005));
        assert_eq!(close_code(&[0x88, 5, 1]), None);
    }
}
