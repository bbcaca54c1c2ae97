//! A server that is put back to an old backup gives no second set of accepted parties: the set of
//! those who were invited and the set that a reveal was about stay the same.

use std::fs;

use super::Collection;

/// The files of a database.
const DATABASE: [&str; 3] = ["web-mpc.db", "web-mpc.db-wal", "web-mpc.db-shm"];

#[test]
fn an_old_backup_gives_no_second_set() {
    let mut collection = Collection::open(&[], &[], &[]);
    let people = collection.invite("label\nA\nB\nC\nD\n", &[]);
    let submit = |collection: &Collection, number: usize, value: &str| {
        let person = &people[number];
        let args = ["--link", &person.link, "--receipt", "mine.json", value];
        collection.device(&person.label).args(args).run()
    };
    for (number, value) in ["10", "20", "30"].into_iter().enumerate() {
        submit(&collection, number, value).exits(0);
    }
    let server = collection.place.folder("server");
    let backup = collection.place.folder("backup");
    collection.server.kill();
    for name in DATABASE {
        drop(fs::copy(server.join(name), backup.join(name)));
    }
    collection.server.restart();
    // One leaves and one comes, and then it is fixed.
    let device = collection.device("A");
    device.args(["withdraw", "mine.json"]).run().exits(0);
    submit(&collection, 3, "40").exits(0);
    collection.analyst(&["reveal"]).sum(90);
    collection.server.kill();
    for name in DATABASE {
        drop(fs::remove_file(server.join(name)));
        drop(fs::copy(backup.join(name), server.join(name)));
    }
    collection.server.restart();
    for command in [
        &["reveal"][..],
        &["status"],
        &["result"],
        &["invite", "--count", "1"],
    ] {
        let refused = collection.analyst(command).exits(1);
        assert!(!refused.stdout.contains("SUM IS"), "{refused}");
        refused.says("old backup");
    }
    submit(&collection, 1, "25").exits(1).says("old backup");
    let device = collection.device("A");
    let late = device.args(["withdraw", "mine.json"]).run();
    assert_ne!(late.code, Some(0), "{late}");
}
