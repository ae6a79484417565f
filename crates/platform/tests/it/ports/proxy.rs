//! A TCP proxy before Redis that can be cut and silenced.

use tokio::io::{AsyncReadExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch::{self, Receiver, Sender};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// As if it were not there.
    Forward,
    /// As if Redis had been killed: connections are closed, new ones at once.
    Cut,
    /// Accepts and reads, never answers.
    Silent,
}

/// Runs as long as the test's runtime.
pub(super) struct Proxy {
    /// The address to use instead of the one behind it.
    pub(super) url: String,
    mode: Sender<Mode>,
    frozen: Sender<bool>,
}

impl Proxy {
    pub(super) async fn start(url: &str, mode: Mode) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let from = listener.local_addr().unwrap().to_string();
        let rest = url.split_once("://").unwrap().1;
        let rest = rest.rsplit_once('@').map_or(rest, |(_, rest)| rest);
        let to = rest.split('/').next().unwrap().to_owned();
        let url = url.replace(&to, &from);
        let (sender, receiver) = watch::channel(mode);
        let frozen = Sender::new(false);
        let freezer = frozen.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let frozen = freezer.subscribe();
                tokio::spawn(serve(client, to.clone(), receiver.clone(), frozen));
            }
        });
        Self {
            url,
            mode: sender,
            frozen,
        }
    }

    /// As if the host had vanished and another had come: connections stay open and carry nothing
    /// any more, new ones work.
    pub(super) fn freeze(&self) {
        self.frozen.send_replace(true);
    }

    /// Changes the mode; connections made in the old one are closed when this returns.
    pub(super) async fn set(&self, mode: Mode) {
        self.mode.send_replace(mode);
        // The accept loop holds one receiver; each open connection one more.
        while self.mode.receiver_count() > 1 {
            tokio::task::yield_now().await;
        }
    }
}

async fn serve(
    mut client: TcpStream,
    to: String,
    mut mode: Receiver<Mode>,
    mut frozen: Receiver<bool>,
) {
    let now = *mode.borrow_and_update();
    let carry = async {
        match now {
            Mode::Cut => {}
            Mode::Silent => {
                let mut nowhere = [0; 1024];
                while client.read(&mut nowhere).await.is_ok_and(|read| read > 0) {}
            }
            Mode::Forward => {
                let mut server = TcpStream::connect(to).await.unwrap();
                tokio::select! {
                    _ = copy_bidirectional(&mut client, &mut server) => {}
                    _ = frozen.changed() => std::future::pending().await,
                }
            }
        }
    };
    tokio::select! {
        () = carry => {}
        _ = mode.changed() => {}
    }
}
