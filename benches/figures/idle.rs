//! Memory of the server for each connection that has said `hello` and is silent since.

use std::net::SocketAddr;

use tokio_tungstenite::tungstenite::Utf8Bytes;
use web_mpc::manifest::VERSION;
use web_mpc::protocol::ClientMessage;

use crate::deployment::{Server, text};
use crate::load::{ask, connect, each};
use crate::process::Program;
use crate::table::{Goal, Table, number, verdict};
use crate::{Failure, echo};

/// Connections that are opened at the same time.
const OPENING: usize = 64;

/// KiB for each connection.
const GOAL: f64 = 16.0;

pub(crate) async fn measure(quick: bool) -> Result<(), Failure> {
    let sizes: &[usize] = if quick { &[1_000] } else { &[1_000, 10_000] };
    let hello = text(&ClientMessage::Hello { version: VERSION });
    let mut table = Table::new(&["idle connections", "server", "bare echo"]);
    let mut found = Vec::new();
    for &count in sizes {
        let directory = tempfile::tempdir()?;
        let server = Server::start(directory.path())?;
        let ours = growth(&server.program, server.address, &hello, count).await?;
        drop(server);
        let (echo, address) = echo::start()?;
        let floor = growth(&echo, address, &hello, count).await?;
        let kib = |size: f64| format!("{size:.1} KiB");
        table.row(&count.to_string(), [kib(ours), kib(floor)]);
        found.push((count, ours));
    }
    table.print("Memory of the server for each idle connection");
    for (count, size) in found {
        let what = format!("with {count} connections");
        verdict(&what, size, Goal::AtMost(GOAL), " KiB");
    }
    Ok(())
}

/// By how many KiB a server's resident memory grows for each connection.
async fn growth(
    program: &Program,
    address: SocketAddr,
    hello: &Utf8Bytes,
    count: usize,
) -> Result<f64, Failure> {
    let before = program.memory("VmRSS")?;
    let hellos = vec![hello.clone(); count];
    let sockets = each(hellos, OPENING, move |client, hello| async move {
        let mut socket = connect(address, client).await?;
        ask(&mut socket, [hello]).await?;
        Ok(socket)
    })
    .await?;
    let after = program.memory("VmRSS")?;
    drop(sockets);
    let grown = u32::try_from(after.saturating_sub(before) / 1024)?;
    Ok(f64::from(grown) / number(count))
}
