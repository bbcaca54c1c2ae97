//! Writes the manual pages and shell completions of the three programs into a folder:
//! `cargo run --example manual -- FOLDER`, or `make manual`.

mod pages;

use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let folder = env::args_os().nth(1).ok_or_else(|| {
        io::Error::other("a folder is needed: cargo run --example manual -- FOLDER")
    })?;
    for (name, content) in pages::all()? {
        let path = Path::new(&folder).join(name);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(path, content)?;
    }
    Ok(())
}
