//! Key files, and pinning what they hold.

use std::fs;
use std::path::Path;

use super::super::harness::{Finished, Launch, Place, Server};
use super::super::proxy::Proxy;
use super::{Analyst, receipts_of};

fn fresh() -> (Place, Server, Analyst) {
    let place = Place::new();
    let server = place.server();
    let analyst = Analyst::start(&place, &server.url, &["--min-parties", "2"]);
    (place, server, analyst)
}

fn party(place: &Place, url: &str, args: &[&str]) -> Finished {
    place.party(url).args(args).run()
}

fn key_id(folder: &Path, args: &[&str]) -> String {
    let shown = Launch::analyst(folder)
        .args(["keys", "show"])
        .args(args)
        .run()
        .exits(0);
    shown.stdout.trim_end().to_owned()
}

#[test]
fn pins_that_hold() {
    let (place, server, analyst) = fresh();
    let id = key_id(&place.folder("analyst"), &["--out", "analyst.pub"]);
    let file = place.folder("analyst").join("analyst.pub");
    let file = file.to_str().unwrap();
    let by_hand = place.folder("party").join("id.txt");
    fs::write(by_hand, format!("{id}\n")).unwrap();
    let server_id = server.process().err("server key id: ");
    let server_id = server_id.rsplit_once(' ').unwrap().1;
    let fingerprint: web_mpc::ids::Fingerprint = analyst.fingerprint.parse().unwrap();
    let (full, words) = (fingerprint.to_string(), fingerprint.words(12));
    let shouted = words.to_uppercase().replace(' ', "-");
    let cases: &[&[&str]] = &[
        &["--fingerprint", &full],
        &["--fingerprint", &words],
        &["--fingerprint", &shouted],
        &["--analyst-key", &id],
        &["--analyst-key", file],
        &["--analyst-key", "id.txt"],
        &[
            "--analyst-key",
            &id,
            "--server-key",
            server_id,
            "--min-parties",
            "2",
        ],
    ];
    for (number, args) in cases.iter().enumerate() {
        // A receipt apart from the others: who submits once more is told so.
        let receipt = format!("{number}.json");
        let mine = [*args, &["--receipt", &receipt, "6"]].concat();
        let told = party(&place, &server.url, &mine).exits(0);
        assert_eq!(told.stderr, "", "who pins need not be warned: {args:?}");
    }
    analyst.reveal().sum(6 * cases.len());
}

#[test]
fn pins_that_do_not_hold_send_nothing() {
    let (place, server, analyst) = fresh();
    let proxy = Proxy::start(server.address);
    let stranger = key_id(&place.folder("stranger"), &[]);
    let mine = key_id(&place.folder("analyst"), &[]);
    let server_id = server.process().err("server key id: ");
    let server_id = server_id.rsplit_once(' ').unwrap().1;
    let words = web_mpc::ids::Fingerprint::new([7; 32]).words(12);
    let cases: &[(&[&str], String)] = &[
        (
            &["--fingerprint", &words],
            "error: computation web-mpc has another fingerprint than the one given\n\
             hint: ask the analyst for the fingerprint of this round\n"
                .to_owned(),
        ),
        (
            &["--analyst-key", &stranger],
            format!(
                "error: the computation belongs to analyst {mine}, not to {stranger}\n\
                 hint: ask the analyst for the key id, over a way that you trust\n"
            ),
        ),
        (
            &["--server-key", &stranger],
            format!(
                "error: the server is {server_id}, not {stranger}\n\
                 hint: ask the server's operator for its key id\n"
            ),
        ),
        (
            &["--min-parties", "3"],
            "error: a result may be revealed of 2 parties, fewer than the 3 demanded\n\
             hint: ask the analyst to start a computation with a higher minimum\n"
                .to_owned(),
        ),
    ];
    for (args, stderr) in cases {
        let ended = party(&place, &proxy.url, &[*args, &["42"]].concat());
        ended.is(1, "", stderr);
    }
    // A full fingerprint names a computation, which may not be there yet.
    let unknown = web_mpc::ids::Fingerprint::new([7; 32]).to_string();
    party(
        &place,
        &proxy.url,
        &["--wait", "1", "--fingerprint", &unknown, "42"],
    )
    .exits(75);
    assert!(!proxy.said().iter().any(|kind| kind == "submit"));
    assert_eq!(receipts_of(&place), 0);
    drop(analyst);
}

#[test]
fn a_secret_key_file_is_no_pin() {
    let (place, server, _analyst) = fresh();
    let secret = place.folder("analyst").join("keys.json");
    let secret = secret.to_str().unwrap();
    let refused = party(&place, &server.url, &["--analyst-key", secret, "42"]);
    let stderr = format!(
        "error: {secret} holds a secret key, which only its owner may have\n\
         hint: ask its owner for the public keys: analyst keys show --out analyst.pub\n"
    );
    refused.is(2, "", &stderr);
}

#[test]
fn the_file_for_the_parties_replaces_nothing_of_anybody() {
    let place = Place::new();
    let folder = place.folder("analyst");
    let show = |out: &str| {
        let launch = Launch::analyst(&folder).args(["keys", "show", "--out", out]);
        launch.run()
    };
    let first = show("analyst.pub").exits(0);
    let id = first.stdout.clone();
    show("analyst.pub").is(0, &id, "wrote analyst.pub: give it to the input parties\n");
    let before = fs::read(folder.join("keys.json")).unwrap();
    let refused = show("keys.json").exits(1);
    let stderr = "error: keys.json exists and is not a file of public keys: it is left as it is\n";
    assert_eq!(refused.stderr, stderr);
    assert_eq!(fs::read(folder.join("keys.json")).unwrap(), before);
}

/// A key pair in the form of JIFF's demo: arrays of bytes.
fn jiff_keys() -> String {
    sodiumoxide::init().unwrap();
    let (public, secret) = sodiumoxide::crypto::box_::gen_keypair();
    serde_json::json!({ "public_key": public.0, "secret_key": secret.0 }).to_string()
}

#[test]
fn keys_of_the_old_demo_are_accepted() {
    let place = Place::new();
    let server = place.server();
    let keys = place.folder("analyst").join("keys.json");
    let content = jiff_keys();
    fs::write(&keys, &content).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(&keys, fs::Permissions::from_mode(0o600)).unwrap();
    }
    let analyst = Analyst::start(&place, &server.url, &[]);
    analyst.process.kill();
    party(&place, &server.url, &["42"]).exits(0);
    let ended = Analyst::start(&place, &server.url, &[]).reveal().sum(42);
    assert!(!ended.stderr.contains("new keys"), "{ended}");
    assert_eq!(fs::read_to_string(&keys).unwrap(), content);
}

#[test]
fn keys_in_bad_format_are_set_aside() {
    let place = Place::new();
    let folder = place.folder("analyst");
    fs::write(folder.join("keys.json"), "{\"public_key\": [1, 2]}").unwrap();
    let shown = Launch::analyst(&folder)
        .args(["keys", "show"])
        .run()
        .exits(0);
    assert_eq!(
        shown.stderr,
        "warning: keys.json is not a key file: it is now keys.json.bad-1, and new keys were made\n\
         made new keys in keys.json: nobody can reveal without them; \
         back them up with: cargo run --bin analyst -- keys backup FILE\n"
    );
    let aside = fs::read_to_string(folder.join("keys.json.bad-1")).unwrap();
    assert_eq!(aside, "{\"public_key\": [1, 2]}");
    let server = Launch::server(&folder).args(["--listen", "127.0.0.1:0", "--keys", "keys.json"]);
    server.run().is(
        1,
        "",
        "error: keys.json holds the keys of the analyst, not of the server\n\
         hint: name another file with --keys: new keys are made if it is missing\n",
    );
}

#[test]
fn the_example_is_refused() {
    let place = Place::new();
    let folder = place.folder("analyst");
    let example = include_str!("../../../keys.json.example");
    fs::write(folder.join("keys.json"), example).unwrap();
    Launch::analyst(&folder).run().is(
        1,
        "",
        "error: keys.json: this is the example: delete it, the analyst makes its own\n\
         hint: rm keys.json\n",
    );
    assert_eq!(
        fs::read_to_string(folder.join("keys.json")).unwrap(),
        example
    );
}
