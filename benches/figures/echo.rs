//! A floor: what any WebSocket server pays for a connection. It sends back every text, nothing else.

use std::net::SocketAddr;
use std::process::Command;

use futures_util::{SinkExt, StreamExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::accept_async_with_config;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use web_mpc::protocol::limits;

use crate::Failure;
use crate::process::Program;

/// What makes this program the echo server.
pub(crate) const ARGUMENT: &str = "echo-server";

/// Starts it as a process of its own.
pub(crate) fn start() -> Result<(Program, SocketAddr), Failure> {
    let mut program = Program::start(Command::new(std::env::current_exe()?).arg(ARGUMENT))?;
    let address = program.wait_for("listening on ")?.parse()?;
    Ok((program, address))
}

/// Runs until it is killed.
pub(crate) async fn serve() -> Result<(), Failure> {
    rlimit::increase_nofile_limit(u64::MAX)?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("listening on {}", listener.local_addr()?);
    loop {
        let (stream, _) = listener.accept().await?;
        // A client that breaks off is no concern of the others.
        tokio::spawn(async move { drop(echo(stream).await) });
    }
}

async fn echo(stream: TcpStream) -> Result<(), Failure> {
    stream.set_nodelay(true)?;
    let config = WebSocketConfig::default()
        .read_buffer_size(limits::WEBSOCKET_BUFFER)
        .write_buffer_size(limits::WEBSOCKET_BUFFER);
    let mut socket = accept_async_with_config(stream, Some(config)).await?;
    while let Some(message) = socket.next().await {
        let message = message?;
        if message.is_text() {
            socket.send(message).await?;
        }
    }
    Ok(())
}
