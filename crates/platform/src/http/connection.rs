//! A connection that does not wait for ever.
//!
//! hyper's own header timer also runs while a kept-alive connection is idle and not before the
//! protocol is known, so one number would have to serve for both. Here the three cases are told
//! apart: a request that has begun must be complete within the header time, a connection without
//! a request may idle longer, and an answer that the client does not read ends the connection.

use futures_util::task::AtomicWaker;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

/// How long to wait for what.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    pub(super) header: Duration,
    pub(super) idle: Duration,
    pub(super) write: Duration,
}

/// What the service knows of the connection's requests and the socket must know too.
#[derive(Debug, Default)]
pub(super) struct Activity {
    in_flight: AtomicUsize,
    /// Grows with every request that has ended.
    ended: AtomicU64,
    multiplexed: AtomicBool,
    upgraded: AtomicBool,
    /// The reader that found a request in flight and so set no timer: hyper need not read again
    /// when an answer ends.
    reader: AtomicWaker,
}

impl Activity {
    /// A request has arrived; it lasts until the guard is dropped with the end of its answer.
    pub(super) fn begin(self: &Arc<Self>, version: http::Version) -> InFlight {
        self.in_flight.fetch_add(1, Ordering::AcqRel);
        if version == http::Version::HTTP_2 {
            self.multiplexed.store(true, Ordering::Release);
        }
        InFlight(Arc::clone(self))
    }

    /// The connection is a WebSocket now and has rules of its own.
    pub(super) fn upgrade(&self) {
        self.upgraded.store(true, Ordering::Release);
    }
}

/// One request that is being answered.
#[derive(Debug)]
pub(super) struct InFlight(Arc<Activity>);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.in_flight.fetch_sub(1, Ordering::AcqRel);
        self.0.ended.fetch_add(1, Ordering::AcqRel);
        self.0.reader.wake();
    }
}

/// A socket whose reads and writes fail with [`io::ErrorKind::TimedOut`] when patience ends.
pub(super) struct Timed<S> {
    stream: S,
    activity: Arc<Activity>,
    patience: Patience,
    /// Since when nobody asks for anything.
    idle_since: Instant,
    /// When the first byte of the present request came.
    begun: Option<Instant>,
    seen_ended: u64,
    /// Fires at or before the deadline and is only then moved, so a request moves no timer.
    read_timer: Pin<Box<Sleep>>,
    write_timer: Option<Pin<Box<Sleep>>>,
}

impl<S> Timed<S> {
    pub(super) fn new(stream: S, activity: Arc<Activity>, patience: Patience) -> Self {
        let now = Instant::now();
        Self {
            stream,
            activity,
            patience,
            idle_since: now,
            begun: None,
            seen_ended: 0,
            read_timer: Box::pin(tokio::time::sleep(patience.header)),
            write_timer: None,
        }
    }

    /// What is read from here on belongs to the request after the one that has ended.
    fn notice_end(&mut self) {
        let ended = self.activity.ended.load(Ordering::Acquire);
        if ended != self.seen_ended {
            self.seen_ended = ended;
            self.idle_since = Instant::now();
            self.begun = None;
        }
    }

    /// When to give up reading; none while an answer is being made.
    fn read_deadline(&self) -> Option<Instant> {
        let busy = self.activity.in_flight.load(Ordering::Acquire) > 0;
        let writing = self.write_timer.is_some();
        if busy || writing || self.activity.upgraded.load(Ordering::Acquire) {
            return None;
        }
        let multiplexed = self.activity.multiplexed.load(Ordering::Acquire);
        let (from, time) = match self.begun {
            // The first request of a connection is waited for no longer than its header.
            _ if self.seen_ended == 0 => (self.idle_since, self.patience.header),
            // Between the streams of HTTP/2 there are pings, which begin no request.
            Some(begun) if !multiplexed => (begun, self.patience.header),
            Some(_) | None => (self.idle_since, self.patience.idle),
        };
        from.checked_add(time)
    }

    fn poll_patience(&mut self, cx: &mut Context<'_>) -> Poll<io::Error> {
        self.activity.reader.register(cx.waker());
        self.notice_end();
        let Some(deadline) = self.read_deadline() else {
            return Poll::Pending;
        };
        if deadline < self.read_timer.deadline() {
            self.read_timer.as_mut().reset(deadline);
        }
        while self.read_timer.as_mut().poll(cx).is_ready() {
            if deadline <= Instant::now() {
                return Poll::Ready(io::ErrorKind::TimedOut.into());
            }
            self.read_timer.as_mut().reset(deadline);
        }
        Poll::Pending
    }

    fn after_write<T>(
        &mut self,
        cx: &mut Context<'_>,
        written: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if written.is_ready() {
            if self.write_timer.take().is_some() {
                // The rest of an answer whose body is already ours went out: that was not idling.
                self.idle_since = Instant::now();
                self.activity.reader.wake();
            }
            return written;
        }
        let time = self.patience.write;
        let timer = self
            .write_timer
            .get_or_insert_with(|| Box::pin(tokio::time::sleep(time)));
        match timer.as_mut().poll(cx) {
            Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Timed<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        this.notice_end();
        let before = buffer.filled().len();
        match Pin::new(&mut this.stream).poll_read(cx, buffer) {
            Poll::Ready(result) => {
                if this.begun.is_none() && buffer.filled().len() > before {
                    this.begun = Some(Instant::now());
                }
                Poll::Ready(result)
            }
            Poll::Pending => this.poll_patience(cx).map(Err),
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Timed<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.after_write(cx, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, slices);
        self.after_write(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
