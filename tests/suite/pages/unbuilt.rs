//! The server is built without node: what puts the pages into it runs nothing, and leaves them out
//! where nobody has made them. What it serves then says how to get them: `src/web/tests.rs`.

use std::fs;
use std::path::Path;
use std::process::Command;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// What the build's own program lists of a source tree with these files in `web/dist`. No program can
/// be found while it runs.
fn listed(files: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("build");
    let rustc = Command::new("rustc")
        .args(["--edition", "2024", "-o"])
        .arg(&program)
        .arg(Path::new(ROOT).join("build.rs"))
        .output()
        .unwrap();
    assert!(rustc.status.success(), "{rustc:?}");
    let dist = folder.path().join("web/dist");
    fs::create_dir_all(&dist).unwrap();
    for file in files {
        fs::write(dist.join(file), file).unwrap();
    }
    let built = Command::new(&program)
        .env_clear()
        .env("PATH", folder.path().join("nothing"))
        .env("CARGO_MANIFEST_DIR", folder.path())
        .env("OUT_DIR", folder.path())
        .env("CARGO_FEATURE_NATIVE", "1")
        .output()
        .unwrap();
    assert!(built.status.success(), "{built:?}");
    fs::read_to_string(folder.path().join("bundle.rs")).unwrap()
}

#[test]
fn a_server_is_built_where_there_is_no_node() {
    // As git has it.
    assert_eq!(listed(&[".gitignore"]), "&[\n]\n");
    // A build of the pages that was cut off.
    assert_eq!(listed(&[".gitignore", "index.html"]), "&[\n]\n");
    let whole = listed(&[".gitignore", "index.html", "index.html.br", "bundle.txt"]);
    assert_eq!(whole.matches("File {").count(), 2, "{whole}");
    assert!(whole.contains("brotli: Some("), "{whole}");
}
