//! Puts the browser pages into the server where `make web` has made them: a list of the files in
//! `web/dist`, empty where there are none.

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// Beside a file, the same in fewer bytes.
const COMPRESSED: [&str; 2] = ["br", "gz"];

fn main() -> Result<(), Box<dyn Error>> {
    let dist = Path::new(&std::env::var("CARGO_MANIFEST_DIR")?).join("web/dist");
    // The folder is in git, so that it always exists: a path that is missing counts as changed.
    println!("cargo::rerun-if-changed=web/dist");
    println!("cargo::rerun-if-changed=build.rs");
    let mut files = Vec::new();
    if std::env::var_os("CARGO_FEATURE_NATIVE").is_some() {
        gather(&dist, &mut files)?;
    }
    files.sort();
    // The list is made last: without it the build was cut off.
    if !files.iter().any(|file| file.ends_with("bundle.txt")) {
        files.clear();
    }
    let mut code = "&[\n".to_owned();
    for file in &files {
        let name = file
            .strip_prefix(&dist)?
            .to_str()
            .ok_or("a name of a page is not a text")?;
        let name = name.replace('\\', "/");
        let [brotli, gzip] = COMPRESSED.map(|ending| included(&beside(file, ending)));
        let file = literal(file);
        writeln!(
            code,
            "File {{ name: {name:?}, bytes: include_bytes!({file}), brotli: {brotli}, gzip: {gzip} }},"
        )?;
    }
    code.push_str("]\n");
    let out = Path::new(&std::env::var("OUT_DIR")?).join("bundle.rs");
    fs::write(out, code)?;
    Ok(())
}

/// The files of a folder, without what is made of them and without hidden ones.
fn gather(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let ending = path.extension().and_then(|ending| ending.to_str());
        let hidden = path
            .file_name()
            .is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
        if path.is_dir() {
            gather(&path, files)?;
        } else if !hidden && !ending.is_some_and(|ending| COMPRESSED.contains(&ending)) {
            files.push(path);
        }
    }
    Ok(())
}

fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    name.into()
}

fn included(file: &Path) -> String {
    if file.exists() {
        format!("Some(include_bytes!({}))", literal(file))
    } else {
        "None".to_owned()
    }
}

/// A path as Rust writes it.
fn literal(path: &Path) -> String {
    format!("{:?}", path.display().to_string())
}
