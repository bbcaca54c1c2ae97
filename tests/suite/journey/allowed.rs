//! A server that takes computations of known analysts only.

use super::super::harness::{Launch, Place, Server, free_address};
use super::{Analyst, submit};

/// The key id of the analyst in a folder.
fn key_id(place: &Place, folder: &str) -> String {
    let shown = Launch::analyst(&place.folder(folder)).args(["keys", "show"]);
    shown.run().exits(0).stdout.trim_end().to_owned()
}

#[test]
fn only_known_analysts_create_computations() {
    let place = Place::new();
    let [known, stranger] = ["analyst", "stranger"].map(|folder| key_id(&place, folder));
    let folder = place.folder("server");
    let args = ["--allow-analyst", &known];
    let server = Server::start(&folder, free_address(), &args);
    let refused = |stderr: &str, server: &Server| {
        let analyst = Launch::analyst(&place.folder("stranger"));
        let args = ["--server", &server.url, "--computation", "other"];
        analyst.args(args).run().is(1, "", stderr);
    };
    let expected = format!(
        "error: this server takes computations of known analysts only, not of {stranger}\n\
         hint: ask the server's operator to allow your key id, which this shows: \
         cargo run --bin analyst -- keys show\n"
    );
    refused(&expected, &server);
    Analyst::start(&place, &server.url, &[]).process.kill();
    submit(&place, &server.url, &[42], |_| ());
    drop(server);

    // Who is no longer known ends what it has begun, and begins nothing more.
    let args = ["--allow-analyst", &stranger];
    let server = Server::start(&folder, free_address(), &args);
    Analyst::start(&place, &server.url, &[]).reveal().sum(42);
    let next = place.analyst(&server.url).run().exits(1);
    next.says("error: this server takes computations of known analysts only");
    drop(server);

    // Several of them, however they are given.
    let both = format!("{known},{stranger}");
    let launch = Launch::server(&folder).env("WEB_MPC_ALLOW_ANALYST", &both);
    let address = free_address();
    let server = launch.args(["--listen", &address.to_string()]).start();
    server.out("listening on");
    let url = format!("ws://{address}");
    Analyst::start(&place, &url, &[]).process.kill();
    let analyst = Launch::analyst(&place.folder("stranger")).args(["--server", &url]);
    Analyst::ready(analyst.args(["--computation", "other"]).interactive());
}

#[test]
fn a_key_id_has_its_form() {
    let place = Place::new();
    let launch = Launch::server(&place.folder("server")).args(["--allow-analyst", "someone"]);
    let said = "error: invalid value 'someone' for '--allow-analyst <KEY_ID>'";
    launch.run().exits(2).says(said);
}
