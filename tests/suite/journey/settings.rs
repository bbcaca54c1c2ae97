//! What an analyst asks of its computation, and whose it is.

use serde_json::Value;

use super::Analyst;
use super::analyst::fresh;

#[test]
fn settings_that_differ_are_refused() {
    let (place, server) = fresh();
    let args = [
        "--modulus",
        "2^89-1",
        "--min-parties",
        "2",
        "--max-parties",
        "9",
    ];
    Analyst::start(&place, &server.url, &args).process.kill();
    // The same settings again, in another spelling.
    let same = ["--modulus", "618970019642690137449562111", "--signed=false"];
    Analyst::start(&place, &server.url, &same).process.kill();
    let hint = "hint: leave the flag out to go on as it is, reveal this round first, \
                or collect under another name with --computation NAME\n";
    for (flag, difference) in [
        (
            "--modulus=7",
            "has modulus 618970019642690137449562111, not 7",
        ),
        ("--signed", "is unsigned, you asked for --signed"),
        ("--min-parties=3", "has min-parties 2, not 3"),
        ("--max-parties=8", "has max-parties 9, not 8"),
    ] {
        let stderr = format!("error: computation web-mpc {difference}\n{hint}");
        place
            .analyst(&server.url)
            .args([flag])
            .run()
            .is(1, "", &stderr);
    }
    // The way out.
    let other = ["--computation", "other", "--modulus", "7"];
    Analyst::start(&place, &server.url, &other);
}

#[test]
fn a_policy_is_kept_by_the_next_round() {
    let (place, server) = fresh();
    let args = ["--tracking=none", "--time-grain=90s", "--max-rejected=4"];
    Analyst::start(&place, &server.url, &args).process.kill();
    let same = ["--access=open", "--publish=none", "--time-grain=90s"];
    Analyst::start(&place, &server.url, &same).process.kill();
    let differ = || {
        for (flag, difference) in [
            ("--access=invited", "has access open, not invited"),
            ("--tracking=count", "has tracking none, not count"),
            ("--publish=public", "has publish none, not public"),
            ("--time-grain=1h", "has time-grain 90s, not 1h"),
            ("--max-rejected=0", "has max-rejected 4, not 0"),
        ] {
            let differs = place.analyst(&server.url).args([flag]).run().exits(1);
            differs.says(&format!("error: computation web-mpc {difference}\n"));
        }
    };
    differ();
    place.party(&server.url).args(["42"]).run().exits(0);
    place.analyst(&server.url).args(["reveal"]).run().sum(42);
    Analyst::start(&place, &server.url, &[]).process.kill();
    differ();
    let other = ["--computation", "other"];
    Analyst::start(&place, &server.url, &other).process.kill();
    let most = place.analyst(&server.url).args(other);
    most.args(["--max-rejected=1"])
        .run()
        .exits(1)
        .says("has max-rejected any number, not 1");
}

#[test]
fn parts_of_a_policy_that_contradict_each_other_make_no_sense() {
    let (place, server) = fresh();
    for (flag, why) in [
        ("--tracking=labels", "tracking by label needs invitations"),
        ("--publish=parties", "a result for the parties alone needs"),
        ("--tracking=all", "[possible values: none, count, labels]"),
        ("--time-grain=8d", "a time from 1s to 7d is needed"),
        ("--time-grain=60", "a time from 1s to 7d is needed"),
    ] {
        let ended = place.analyst(&server.url).args([flag]).run().exits(2);
        assert_eq!(ended.stdout, "");
        ended.says(why);
    }
}

#[test]
fn minimum_above_maximum_makes_no_sense() {
    let (place, server) = fresh();
    let args = ["--min-parties", "3", "--max-parties", "2"];
    let ended = place.analyst(&server.url).args(args).run().exits(2);
    assert_eq!(ended.stdout, "");
}

#[test]
fn a_computation_of_somebody_else_is_refused() {
    let (place, server) = fresh();
    Analyst::start(&place, &server.url, &[]).process.kill();
    let id = |keys: &str| {
        let launch = place.analyst(&server.url).args(["--keys", keys]);
        let shown = launch.args(["keys", "show"]).run().exits(0);
        shown.stdout.trim_end().to_owned()
    };
    let (mine, theirs) = (id("mine.json"), id("keys.json"));
    for command in [
        &["--json"][..],
        &["status"],
        &["reveal"],
        &["result"],
        &["audit"],
    ] {
        let launch = place.analyst(&server.url).args(["--keys", "mine.json"]);
        let ended = launch.args(command).run().exits(1);
        let message = format!("computation web-mpc belongs to key id {theirs}, you are {mine}");
        let hint = "your keys come from mine.json; give the right file with --keys FILE, \
                    or collect under another name with --computation NAME";
        if command == ["--json"] {
            let error: Value = serde_json::from_str(&ended.stdout).unwrap();
            assert_eq!(error["code"], "belongs_to_another");
            assert_eq!(
                (&error["message"], &error["hint"]),
                (&message.into(), &hint.into())
            );
        } else {
            ended.is(1, "", &format!("error: {message}\nhint: {hint}\n"));
        }
    }
}

#[test]
fn variables_stand_for_options() {
    let (place, server) = fresh();
    let folder = place.folder("analyst");
    let launch = || {
        super::super::harness::Launch::analyst(&folder)
            .env("WEB_MPC_SERVER", &server.url)
            .env("WEB_MPC_COMPUTATION", "wages")
            .env("WEB_MPC_KEYS", "wages.json")
            .env("WEB_MPC_OUT", "wages.csv")
            .env("WEB_MPC_JSON", "1")
    };
    let analyst = launch()
        .env("WEB_MPC_MODULUS", "1000")
        .env("WEB_MPC_SIGNED", "true")
        .env("WEB_MPC_MIN_PARTIES", "1")
        .env("WEB_MPC_MAX_PARTIES", "1")
        .interactive();
    let event = analyst.out("initialized");
    assert!(event.contains("\"max_parties\":1,"), "{event}");
    drop(analyst);
    super::super::harness::Launch::input_party(&place.folder("party"))
        .env("WEB_MPC_SERVER", &server.url)
        .env("WEB_MPC_COMPUTATION", "wages")
        .env("WEB_MPC_RECEIPT", "mine.json")
        .env("WEB_MPC_WAIT", "60")
        .env("WEB_MPC_MIN_PARTIES", "1")
        .args(["-42"])
        .run()
        .exits(0);
    launch().args(["reveal"]).run().exits(0);
    let written = std::fs::read_to_string(folder.join("wages.csv")).unwrap();
    assert_eq!(written, "computation,round,parties,sum\nwages,1,1,-42\n");
    // A flag on the command line wins.
    launch()
        .args(["status", "--computation", "none"])
        .run()
        .exits(75);
}

#[test]
fn every_modulus_and_both_signs() {
    let (place, server) = fresh();
    // (2^4096 - 1) - 1, and small and signed ones.
    let wide = (num_bigint::BigUint::from(1_u8) << 4096_u32) - 2_u8;
    let wide = wide.to_string();
    let most = u64::MAX.to_string();
    let twice = (u128::from(u64::MAX) * 2).to_string();
    let cases: &[(&[&str], &[&str], &str)] = &[
        (&["--modulus", "2"], &["1", "1", "1"], "1"),
        (&["--modulus", "3", "--signed"], &["1", "1"], "-1"),
        (&["--modulus", "2^4096-1"], &[&most, &most], &twice),
        (&["--modulus", "2^255-19"], &["0", "0"], "0"),
        (
            &["--signed"],
            &["-5", "-9223372036854775808", "3"],
            "-9223372036854775810",
        ),
        (
            &["--signed", "--modulus", "1000"],
            &["-500", "499", "-1"],
            "-2",
        ),
        (&[], &[&most, &most], &twice),
    ];
    for (index, (args, values, sum)) in cases.iter().enumerate() {
        let name = format!("case-{index}");
        let args = [&["--computation", &name], *args].concat();
        let analyst = Analyst::start(&place, &server.url, &args);
        for value in *values {
            let launch = place.party(&server.url).args(["--computation", &name]);
            launch.args([value]).run().exits(0);
        }
        analyst.reveal().sum(sum);
    }
    // Inputs are limited to 64 bits, whatever the modulus.
    Analyst::start(&place, &server.url, &["--modulus", "2^4096-1"]);
    let refused = place.party(&server.url).args([&wide]).run().exits(1);
    assert!(
        refused.stderr.contains("0 to 18446744073709551615"),
        "{refused}"
    );
}
