//! A lean client: kept connections, requests written in advance, answers read whole.

use std::net::SocketAddr;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// An answer as it came.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// `Idempotent-Replayed: true`.
    pub(crate) replayed: bool,
    pub(crate) retry_after: bool,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or(serde_json::Value::Null)
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The stable code of a refusal.
    pub(crate) fn code(&self) -> String {
        let json = self.json();
        json["code"].as_str().unwrap_or_default().to_owned()
    }
}

/// What became of a request.
#[derive(Debug)]
pub(crate) enum Asked {
    Answered(Answer),
    /// Nobody can have read it.
    Unsent,
    /// It was sent, and nobody answered.
    Unknown,
}

/// One kept connection.
#[derive(Debug, Default)]
pub(crate) struct Connection {
    open: Option<(SocketAddr, TcpStream)>,
    buffer: Vec<u8>,
}

impl Connection {
    /// Sends `request` to `address` and reads the answer.
    pub(crate) async fn ask(&mut self, address: SocketAddr, request: &[u8]) -> Asked {
        let mut stream = match self.open.take() {
            Some((to, stream)) if to == address => stream,
            _ => match TcpStream::connect(address).await {
                Ok(stream) => {
                    drop(stream.set_nodelay(true));
                    stream
                }
                Err(_refused) => return Asked::Unsent,
            },
        };
        if stream.write_all(request).await.is_err() {
            return Asked::Unknown;
        }
        match read(&mut stream, &mut self.buffer).await {
            Some((answer, close)) => {
                if !close {
                    self.open = Some((address, stream));
                }
                Asked::Answered(answer)
            }
            None => Asked::Unknown,
        }
    }
}

async fn read(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<(Answer, bool)> {
    buffer.clear();
    let head = loop {
        if stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
        if let Some(at) = buffer.windows(4).position(|w| w == b"\r\n\r\n") {
            break at;
        }
    };
    let mut answer = Answer {
        status: 0,
        replayed: false,
        retry_after: false,
        body: Vec::new(),
    };
    let (mut length, mut close) = (0_usize, false);
    let text = std::str::from_utf8(buffer.get(..head)?).ok()?;
    answer.status = text.get(9..12)?.parse().ok()?;
    for line in text.split("\r\n").skip(1) {
        let (name, value) = line.split_once(':')?;
        let value = value.trim();
        if name.eq_ignore_ascii_case("content-length") {
            length = value.parse().ok()?;
        } else if name.eq_ignore_ascii_case("connection") {
            close = value.eq_ignore_ascii_case("close");
        } else if name.eq_ignore_ascii_case("idempotent-replayed") {
            answer.replayed = value == "true";
        } else if name.eq_ignore_ascii_case("retry-after") {
            answer.retry_after = true;
        }
    }
    let total = head + 4 + length;
    while buffer.len() < total {
        if stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    }
    answer.body = buffer.get(head + 4..total)?.to_vec();
    Some((answer, close))
}

/// A request as bytes.
pub(crate) fn request(method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Vec<u8> {
    let mut text = format!("{method} {path} HTTP/1.1\r\nhost: prove\r\n");
    for (name, value) in headers {
        text.push_str(name);
        text.push_str(": ");
        text.push_str(value);
        text.push_str("\r\n");
    }
    if !body.is_empty() {
        text.push_str("content-type: application/json\r\n");
    }
    text.push_str(&format!("content-length: {}\r\n\r\n{body}", body.len()));
    text.into_bytes()
}
