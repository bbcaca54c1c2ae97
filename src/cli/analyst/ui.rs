//! `analyst ui`: the analyst's pages, served by this machine to itself.

use std::net::Ipv4Addr;

use serde_json::json;
use tokio::net::TcpListener;

use super::super::arguments::Analyst as Arguments;
use super::super::exit::{Exit, Failure};
use super::super::output::Output;
use super::super::signals;
use crate::client::Pages;
use crate::crypto::Entropy;
use crate::web;

/// `ui`
pub(super) async fn ui(
    arguments: &Arguments,
    port: u16,
    url: Option<&str>,
    output: &Output,
) -> Result<(), Failure> {
    if !web::is_built() {
        let message = "this program was built without the pages";
        return Err(Failure::new(Exit::Failed, "no_pages", message)
            .hint("make them with: make web (needs node 20.19 or newer), then build this again"));
    }
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await;
    let listener = listener.map_err(|error| {
        let failure = Failure::failed(format!("cannot listen on 127.0.0.1:{port}: {error}"));
        failure.hint("another program listens there, perhaps an earlier `analyst ui`; take a free port with --port 0")
    })?;
    let address = listener.local_addr();
    let address =
        address.map_err(|error| Failure::failed(format!("cannot tell the address: {error}")))?;
    let relay = arguments.server.clone().trusting(arguments.ca_cert.clone());
    let stop = signals::stop(output);
    output.mind_exposure(&relay);
    let pages = Pages::new(
        address,
        relay,
        url.map(str::to_owned),
        arguments.keys.clone(),
        &Entropy::System,
    );
    if let Some(entrance) = pages.entrance() {
        output.event("ui", json!({ "url": entrance }));
        output.result(&format!("open {entrance}"));
        output.note("It works once, in one tab. Leave this running; Ctrl-C ends it.");
    }
    pages.serve(listener, stop).await;
    Ok(())
}
