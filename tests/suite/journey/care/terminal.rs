//! What is asked on a terminal.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::process::{Child, Command};
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, tcgetattr};

use super::super::super::harness::{PATIENCE, Place};
use super::{key_id, passphrase, run};

/// A program in a terminal.
struct Terminal {
    keyboard: File,
    screen: Receiver<Vec<u8>>,
    seen: String,
    program: Child,
}

impl Terminal {
    fn start(place: &Place, args: &[&str]) -> Self {
        let keyboard = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&keyboard).unwrap();
        unlockpt(&keyboard).unwrap();
        let name = ptsname(&keyboard, Vec::new()).unwrap();
        let name = name.into_string().unwrap();
        let screen = OpenOptions::new()
            .read(true)
            .write(true)
            .open(name)
            .unwrap();
        let program = Command::new(env!("CARGO_BIN_EXE_analyst"))
            .env_clear()
            .current_dir(place.folder("analyst"))
            .args(args)
            .stdin(screen.try_clone().unwrap())
            .stdout(screen.try_clone().unwrap())
            .stderr(screen)
            .spawn()
            .unwrap();
        let keyboard = File::from(keyboard);
        let (shown, receiver) = channel();
        let mut from = keyboard.try_clone().unwrap();
        thread::spawn(move || {
            let mut buffer = [0; 1024];
            // An error is the end of the program: nobody has the terminal open any more.
            while let Ok(length @ 1..) = from.read(&mut buffer) {
                if shown.send(buffer[..length].to_vec()).is_err() {
                    break;
                }
            }
        });
        Self {
            keyboard,
            screen: receiver,
            seen: String::new(),
            program,
        }
    }

    /// Waits for a text, and forgets what came before it.
    fn until(&mut self, text: &str) -> String {
        loop {
            if let Some((before, after)) = self.seen.split_once(text) {
                let (before, after) = (before.to_owned(), after.to_owned());
                self.seen = after;
                return before;
            }
            let more = self.screen.recv_timeout(PATIENCE);
            let more = more.unwrap_or_else(|_| panic!("no {text:?} in {:?}", self.seen));
            self.seen += &String::from_utf8_lossy(&more);
        }
    }

    fn enter(&mut self, text: &str) {
        self.keyboard
            .write_all(format!("{text}\n").as_bytes())
            .unwrap();
    }

    /// The exit code, and what was shown to the end.
    fn finish(mut self) -> (Option<i32>, String) {
        let status = self.program.wait().unwrap();
        while let Ok(more) = self.screen.recv() {
            self.seen += &String::from_utf8_lossy(&more);
        }
        (status.code(), self.seen)
    }
}

#[test]
fn passphrases_are_asked_for_and_not_shown() {
    let place = Place::new();
    let id = key_id(&place);
    let mut terminal = Terminal::start(&place, &["keys", "protect"]);
    terminal.until("New passphrase: ");
    terminal.enter("short");
    terminal.until("a passphrase needs at least 8 characters\r\n");
    terminal.until("New passphrase: ");
    terminal.enter("correct horse");
    terminal.until("The same again: ");
    terminal.enter("correct house");
    terminal.until("these were two different ones\r\n");
    terminal.until("New passphrase: ");
    terminal.enter("correct horse");
    let shown = terminal.until("The same again: ");
    assert!(!shown.contains("correct"), "{shown:?}");
    terminal.enter("correct horse");
    let (code, shown) = terminal.finish();
    assert_eq!(code, Some(0));
    assert!(
        shown.contains("keys.json needs a passphrase from now on"),
        "{shown:?}"
    );

    let mut terminal = Terminal::start(&place, &["keys", "show"]);
    terminal.until("Passphrase of keys.json: ");
    terminal.enter("correct house");
    terminal.until("the passphrase does not open it\r\n");
    terminal.until("Passphrase of keys.json: ");
    terminal.enter("correct horse");
    let (code, shown) = terminal.finish();
    assert_eq!(code, Some(0));
    assert!(
        shown.contains(id.trim_end()) && !shown.contains("horse"),
        "{shown:?}"
    );
}

#[test]
fn the_terminal_shows_again_what_is_typed_after_ctrl_c() {
    let place = Place::new();
    passphrase(&place, "first", "correct horse battery\n");
    run(&place, &["keys", "show", "--passphrase-file", "first"]).exits(0);
    let mut terminal = Terminal::start(&place, &["keys", "show"]);
    terminal.until("Passphrase of keys.json: ");
    let keyboard = terminal.keyboard.try_clone().unwrap();
    let echoes = || {
        let modes = tcgetattr(&keyboard).unwrap().local_modes;
        modes.contains(LocalModes::ECHO)
    };
    assert!(!echoes());
    let interrupted = Command::new("sh")
        .args(["-c", "kill -s INT \"$1\"", "sh"])
        .arg(terminal.program.id().to_string())
        .status();
    assert!(interrupted.unwrap().success());
    let (code, shown) = terminal.finish();
    assert_eq!(code, Some(1));
    assert!(
        shown.contains("error: no passphrase was given"),
        "{shown:?}"
    );
    assert!(echoes());
}

#[test]
fn three_wrong_ones_are_enough() {
    let place = Place::new();
    passphrase(&place, "first", "correct horse battery\n");
    run(&place, &["keys", "show", "--passphrase-file", "first"]).exits(0);
    let mut terminal = Terminal::start(&place, &["keys", "show"]);
    for _ in 0..3 {
        terminal.until("Passphrase of keys.json: ");
        terminal.enter("wrong");
    }
    let (code, shown) = terminal.finish();
    assert_eq!(code, Some(1));
    assert!(
        shown.contains("error: keys.json: the passphrase does not open it"),
        "{shown:?}"
    );
}
