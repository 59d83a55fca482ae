//! The practice name server: the sockets.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::sync::Semaphore;

use crate::Practice;

/// Largest question; one has a name of at most 255 bytes.
const LARGEST_QUESTION: usize = 1024;
/// Most connections at once.
const CONNECTIONS: usize = 16;
/// Most questions of a connection.
const QUESTIONS: usize = 16;
/// How long a connection may take from end to end.
const PATIENCE: Duration = Duration::from_secs(5);
/// Ports that are tried until one is free for UDP and TCP.
const TRIES: usize = 16;

/// A name server that listens on a port of 127.0.0.1, and answers as the practice world says once it [serves](NameServer::serve).
pub struct NameServer {
    udp: UdpSocket,
    tcp: TcpListener,
    address: SocketAddr,
}

impl NameServer {
    /// Takes a free port, the same for UDP and TCP.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn bind() -> io::Result<Self> {
        let mut last = None;
        for _ in 0..TRIES {
            let tcp = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
            let address = tcp.local_addr()?;
            match UdpSocket::bind(address).await {
                Ok(udp) => return Ok(Self { udp, tcp, address }),
                Err(error) => last = Some(error),
            }
        }
        Err(last.unwrap_or_else(|| io::ErrorKind::AddrInUse.into()))
    }
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
    /// Answers until it is dropped.
    pub async fn serve(self, practice: Practice) {
        tokio::join!(datagrams(&self.udp, &practice), connections(&self.tcp, &practice));
    }
}

async fn datagrams(socket: &UdpSocket, practice: &Practice) {
    let mut buffer = [0; LARGEST_QUESTION];
    loop {
        // Loopback reports here that an earlier answer reached nobody; the next question is none the worse for it.
        let Ok((length, from)) = socket.recv_from(&mut buffer).await else { continue };
        let answer = buffer.get(..length).and_then(|question| practice.world().zone.answer(question, true));
        if let Some(answer) = answer {
            socket.send_to(&answer, from).await.ok();
        }
    }
}

async fn connections(listener: &TcpListener, practice: &Practice) {
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let Ok(place) = places.clone().acquire_owned().await else { return };
        let Ok((stream, _)) = listener.accept().await else {
            // No more files, perhaps: there will be some again.
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        let practice = practice.clone();
        tokio::spawn(async move {
            tokio::time::timeout(PATIENCE, connection(stream, &practice)).await.ok();
            drop(place);
        });
    }
}

/// Questions and answers with their length before them (RFC 1035 section 4.2.2).
async fn connection(mut stream: TcpStream, practice: &Practice) -> io::Result<()> {
    for _ in 0..QUESTIONS {
        let length = usize::from(stream.read_u16().await?);
        if length > LARGEST_QUESTION {
            return Ok(());
        }
        let mut question = vec![0; length];
        stream.read_exact(&mut question).await?;
        let answer = practice.world().zone.answer(&question, false);
        let Some((answer, length)) = answer.and_then(|answer| u16::try_from(answer.len()).ok().map(|length| (answer, length))) else {
            return Ok(());
        };
        stream.write_u16(length).await?;
        stream.write_all(&answer).await?;
    }
    Ok(())
}
