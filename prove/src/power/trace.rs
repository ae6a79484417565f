//! Reads what strace has recorded: writes to the files of one folder, what makes them durable, and
//! the answers that left.

use std::collections::HashMap;
use std::io::BufRead;
use std::path::Path;

/// One thing that happened, in order.
#[derive(Debug)]
pub(crate) enum Event {
    Write {
        file: String,
        at: usize,
        data: Vec<u8>,
    },
    Truncate {
        file: String,
        length: usize,
    },
    /// A sync has begun; what was written before is what it makes durable.
    SyncBegun {
        sync: u64,
    },
    /// It has ended well.
    SyncEnded {
        sync: u64,
        file: String,
    },
    Unlink {
        file: String,
    },
    /// The answer to the request of this name began to leave.
    Acknowledged {
        key: String,
    },
}

/// How an answer names its request. Only requests with a key have such names; the server makes up
/// others for the rest, whose effects are not looked for.
const NAME: &[u8] = b"x-request-id: intent-";
/// Of it, what is part of the name.
const PREFIX: &str = "intent-";

/// System calls that are recorded.
pub(crate) const CALLS: &str = "pwrite64,pwritev,pwritev2,write,writev,sendto,sendmsg,fdatasync,\
    fsync,ftruncate,unlink,unlinkat,rename,renameat,renameat2,sync_file_range,fallocate,msync";

/// Reads a recording of what was done to the files in `folder`.
///
/// # Errors
/// When it contains what this model of a disk does not know.
pub(crate) fn read(recording: impl BufRead, folder: &Path) -> Result<Vec<Event>, String> {
    let mut reader = Reader {
        folder: format!("{}/", folder.display()),
        open: HashMap::new(),
        syncs: 0,
        events: Vec::new(),
    };
    for line in recording.split(b'\n') {
        let line = line.map_err(|e| e.to_string())?;
        reader.line(&line)?;
    }
    Ok(reader.events)
}

struct Reader {
    folder: String,
    /// Syncs that have begun, by thread.
    open: HashMap<Vec<u8>, (u64, String)>,
    syncs: u64,
    events: Vec<Event>,
}

impl Reader {
    fn line(&mut self, line: &[u8]) -> Result<(), String> {
        let line = line.trim_ascii_end();
        let Some(space) = line.iter().position(|b| *b == b' ') else {
            return Ok(());
        };
        let (thread, rest) = line.split_at(space);
        let rest = rest.trim_ascii_start();
        if let Some(resumed) = rest.strip_prefix(b"<... ") {
            if resumed.starts_with(b"fdatasync resumed") || resumed.starts_with(b"fsync resumed") {
                let began = self.open.remove(thread);
                self.ended(began, rest);
            }
            return Ok(());
        }
        let Some(bracket) = rest.iter().position(|b| *b == b'(') else {
            return Ok(());
        };
        let (call, arguments) = rest.split_at(bracket);
        let call = String::from_utf8_lossy(call).into_owned();
        self.call(&call, arguments, thread)
    }

    fn call(&mut self, call: &str, arguments: &[u8], thread: &[u8]) -> Result<(), String> {
        match call {
            "pwrite64" => {
                let Some(file) = self.file(arguments) else {
                    return Ok(());
                };
                let (data, after) = string(arguments).ok_or("pwrite64 without data")?;
                let numbers = numbers(after);
                let [length, at] = numbers.as_slice() else {
                    return Err("pwrite64 without its place".to_owned());
                };
                if *length != data.len() {
                    return Err("the recording was cut short".to_owned());
                }
                let at = *at;
                self.events.push(Event::Write { file, at, data });
            }
            "fdatasync" | "fsync" => {
                let Some(file) = self.file(arguments) else {
                    return Ok(());
                };
                self.syncs += 1;
                let sync = self.syncs;
                self.events.push(Event::SyncBegun { sync });
                if arguments.ends_with(b"<unfinished ...>") {
                    self.open.insert(thread.to_vec(), (sync, file));
                } else {
                    self.ended(Some((sync, file)), arguments);
                }
            }
            "ftruncate" => {
                if let Some(file) = self.file(arguments) {
                    let comma = arguments.iter().position(|b| *b == b',');
                    let after = arguments.get(comma.unwrap_or(0)..).unwrap_or_default();
                    let length = numbers(after).first().copied().ok_or("ftruncate")?;
                    self.events.push(Event::Truncate { file, length });
                }
            }
            "unlink" | "unlinkat" => {
                let (path, _) = string(arguments).ok_or("unlink without a path")?;
                let path = String::from_utf8_lossy(&path).into_owned();
                if let Some(file) = self.known(&path) {
                    self.events.push(Event::Unlink { file });
                }
            }
            "write" | "writev" | "sendto" | "sendmsg" => {
                if self.file(arguments).is_some() {
                    return Err(format!("{call} to the database is not in the model"));
                }
                self.answer(arguments);
            }
            // Anything else that touches our files would be missing from the image.
            _ => {
                if self.file(arguments).is_some() || arguments.starts_with(b"(AT_FDCWD") {
                    return Err(format!("{call} is not in the model"));
                }
            }
        }
        Ok(())
    }

    fn ended(&mut self, began: Option<(u64, String)>, line: &[u8]) {
        // A sync that fails, or never returns, has made nothing durable.
        if let Some((sync, file)) = began
            && line.ends_with(b"= 0")
        {
            self.events.push(Event::SyncEnded { sync, file });
        }
    }

    /// Answers leave by sockets; the writer's by its standard output.
    fn answer(&mut self, arguments: &[u8]) {
        let leaves = arguments.starts_with(b"(1<")
            || descriptor(arguments).is_some_and(|name| name.starts_with("socket:"));
        if !leaves {
            return;
        }
        let Some((data, _)) = string(arguments) else {
            return;
        };
        let Some(status) = data.strip_prefix(b"HTTP/1.1 ").and_then(|d| d.get(..3)) else {
            return;
        };
        let lasting = matches!(
            status,
            [b'2', ..] | b"402" | b"403" | b"404" | b"409" | b"410"
        );
        let at = data.windows(NAME.len()).position(|w| w == NAME);
        if let Some(at) = at.filter(|_| lasting) {
            let name = data.get(at + NAME.len()..).unwrap_or_default();
            let end = name.iter().position(|b| matches!(b, b'\r' | b'\n'));
            let name = name.get(..end.unwrap_or(name.len())).unwrap_or_default();
            let key = format!("{PREFIX}{}", String::from_utf8_lossy(name));
            self.events.push(Event::Acknowledged { key });
        }
    }

    /// Name of the file in our folder that the first argument stands for.
    fn file(&self, arguments: &[u8]) -> Option<String> {
        self.known(&descriptor(arguments)?)
    }

    /// The index in shared memory is made anew after a crash; the lock is empty.
    fn known(&self, path: &str) -> Option<String> {
        let name = path.strip_prefix(&self.folder)?;
        let aside = name.ends_with("-shm") || name.ends_with(".lock");
        (!aside).then(|| name.to_owned())
    }
}

/// What strace says that the first descriptor is.
fn descriptor(arguments: &[u8]) -> Option<String> {
    let from = arguments.iter().take(8).position(|b| *b == b'<')?;
    let rest = arguments.get(from + 1..)?;
    let end = rest.iter().position(|b| *b == b'>')?;
    let bytes = unescape(rest.get(..end)?);
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// The first string among the arguments, and what stands behind it.
fn string(arguments: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let from = arguments.iter().position(|b| *b == b'"')?;
    let rest = arguments.get(from + 1..)?;
    let end = rest.iter().position(|b| *b == b'"')?;
    let (text, after) = rest.split_at(end);
    Some((unescape(text), after))
}

/// `\x41` for every byte, as `-xx` writes them.
fn unescape(text: &[u8]) -> Vec<u8> {
    let digit = |b: u8| match b {
        b'0'..=b'9' => b - b'0',
        b'a'..=b'f' => b - b'a' + 10,
        _ => 0,
    };
    let mut bytes = Vec::with_capacity(text.len() / 4);
    let mut rest = text;
    while let Some((first, more)) = rest.split_first() {
        if let [b'\\', b'x', high, low, after @ ..] = rest {
            bytes.push(digit(*high) * 16 + digit(*low));
            rest = after;
        } else {
            bytes.push(*first);
            rest = more;
        }
    }
    bytes
}

/// Decimal numbers up to the end of the arguments.
fn numbers(text: &[u8]) -> Vec<usize> {
    let end = text.iter().position(|b| matches!(b, b')' | b'<'));
    let text = String::from_utf8_lossy(text.get(..end.unwrap_or(text.len())).unwrap_or_default());
    text.split(',')
        .filter_map(|part| part.trim().parse().ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(text: &str) -> String {
        text.bytes().map(|b| format!("\\x{b:02x}")).collect()
    }

    #[test]
    fn interleaved_calls_are_put_in_order() {
        let (db, socket) = (hex("/d/torg.db-wal"), hex("socket:[1]"));
        let answer = hex("HTTP/1.1 201 Created\r\nx-request-id: intent-7\r\n\r\n{}");
        let refused = hex("HTTP/1.1 503 Busy\r\nx-request-id: intent-8\r\n\r\n{}");
        let text = format!(
            "7 pwrite64(5<{db}>, \"{}\", 2, 24 <unfinished ...>\n\
             8 sendto(6<{socket}>, \"{refused}\", 9, 0, NULL, 0) = 9\n\
             7 <... pwrite64 resumed>) = 2\n\
             7 fdatasync(5<{db}> <unfinished ...>\n\
             8 write(2<{db}x>, \"{answer}\", 3) = 3\n\
             7 <... fdatasync resumed>) = 0\n\
             8 sendto(6<{socket}>, \"{answer}\", 9, 0, NULL, 0) = 9\n\
             7 fsync(5<{db}>) = -1 EIO (Input/output error)\n",
            hex("ab")
        )
        .replace(&format!("{db}x"), &hex("/dev/null"));
        let events = read(text.as_bytes(), Path::new("/d")).unwrap();
        let told: Vec<String> = events.iter().map(|e| format!("{e:?}")).collect();
        assert_eq!(
            told,
            [
                "Write { file: \"torg.db-wal\", at: 24, data: [97, 98] }",
                "SyncBegun { sync: 1 }",
                "SyncEnded { sync: 1, file: \"torg.db-wal\" }",
                "Acknowledged { key: \"intent-7\" }",
                "SyncBegun { sync: 2 }",
            ]
        );
    }

    #[test]
    fn what_the_model_does_not_know_is_refused() {
        let db = hex("/d/torg.db");
        let text = format!("7 fallocate(5<{db}>, 0, 0, 4096) = 0\n");
        assert!(read(text.as_bytes(), Path::new("/d")).is_err());
        let short = format!("7 pwrite64(5<{db}>, \"{}\"..., 20, 0) = 20\n", hex("ab"));
        assert!(read(short.as_bytes(), Path::new("/d")).is_err());
    }
}
