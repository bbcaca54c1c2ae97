//! A result that everybody may read.

use super::super::harness::{Launch, Place};
use super::super::journey::Analyst;

#[test]
fn a_public_result_is_shown_to_whoever_asks() {
    let place = Place::new();
    let mut server = place.server();
    let analyst = Analyst::start(&place, &server.url, &["--publish", "public"]);
    let party = place
        .party(&server.url)
        .args(["--receipt", "mine.json", "42"]);
    party
        .run()
        .exits(0)
        .says("The result is published: the server and everybody can read it.");
    let link = format!("http://{}/#web-mpc.{}", server.address, analyst.fingerprint);
    let folder = place.folder("anybody");
    let result = |link: &str| Launch::input_party(&folder).args(["result", link]).run();
    let early = result(&link).exits(75);
    early.says("error: the analyst has not revealed a result\n");
    analyst
        .reveal()
        .sum(42)
        .says("The result is published: the server");
    for _ in 0..2 {
        result(&link).sum(42);
        let verified = place.party(&server.url).args(["verify", "mine.json"]).run();
        verified.sum(42);
        // What was published stays, also when it is asked for again, and after a purge.
        place.analyst(&server.url).args(["result"]).run().sum(42);
        place
            .analyst(&server.url)
            .args(["purge", "--yes"])
            .run()
            .exits(0);
        server.kill();
        server.restart();
    }
    let other = link.replace(&analyst_of(&link), &"A".repeat(43));
    result(&other).exits(1);
}

fn analyst_of(link: &str) -> String {
    link.rsplit_once('.').unwrap().1.to_owned()
}
