//! JIFF: installed by npm, driven by `peer.js`.

use std::fs;
use std::io::Write;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::process::Program;
use crate::{Failure, Taken};

/// Installs JIFF where cargo keeps what tests and benches make; gives the package's folder.
pub(crate) fn install() -> Result<String, Failure> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("jiff");
    let package = folder.join("node_modules").join("jiff-mpc");
    if !package.exists() {
        println!("installing jiff-mpc with npm");
        fs::create_dir_all(&folder)?;
        let status = Command::new("npm")
            .args(["install", "--no-audit", "--no-fund", "--loglevel=error"])
            .arg("--prefix")
            .arg(&folder)
            .args(["jiff-mpc@1.0.0", "express@4"])
            .stdout(Stdio::null())
            .status()?;
        if !status.success() {
            return Err("npm could not install jiff-mpc".into());
        }
    }
    Ok(package.display().to_string())
}

/// N parties submit, then the sum is opened and checked.
pub(crate) fn run(package: &str, parties: usize, concurrent: usize) -> Result<Taken, Failure> {
    let port = free_port()?;
    let mut server = role("server", package, port, &[])?;
    server.wait_for("listening ")?;
    let mut analyst = role("analyst", package, port + 1, &[parties])?;
    analyst.wait_for("joined ")?;
    server.wait_for("joined ")?;
    let before = server.cpu()?;
    let mut clients = role("parties", package, port, &[parties, concurrent])?;
    let seconds: f64 = clients.wait_for("seconds ")?.parse()?;
    let sum = clients.wait_for("sum ")?;
    let server_cpu = server.cpu()?.saturating_sub(before);
    server.input()?.write_all(b"bytes\n")?;
    let bytes = server.wait_for("bytes ")?.parse()?;
    analyst.input()?.write_all(b"open\n")?;
    let opened = analyst.wait_for("sum ")?;
    if opened != sum {
        return Err(format!("JIFF's sum is {opened}, not {sum}").into());
    }
    Ok(Taken {
        wall: Duration::from_secs_f64(seconds),
        server_cpu,
        bytes,
        memory: server.memory("VmHWM")?,
    })
}

fn role(name: &str, package: &str, port: u16, sizes: &[usize]) -> Result<Program, Failure> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/jiff/peer.js");
    let sizes = sizes.iter().map(usize::to_string);
    let mut command = Command::new("node");
    command.args([script, name, package, &port.to_string()]);
    command.args(sizes).stderr(Stdio::null());
    Program::start(&mut command)
}

/// A port that is free, and so is the next one.
fn free_port() -> Result<u16, Failure> {
    for _ in 0..100 {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let port = listener.local_addr()?.port();
        if port < u16::MAX && TcpListener::bind(("127.0.0.1", port + 1)).is_ok() {
            return Ok(port);
        }
    }
    Err("no two free ports".into())
}
