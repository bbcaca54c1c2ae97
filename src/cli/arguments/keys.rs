//! `analyst keys`.

use std::path::PathBuf;

use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum KeysCommand {
    /// Show the key id by which parties can pin this analyst
    ///
    /// With --out FILE also writes the public keys to a file for the parties, such as analyst.pub.
    #[command(after_help = "Example: analyst keys show --out analyst.pub")]
    Show,
    /// Give the keys a passphrase, or another one
    ///
    /// It is asked for on the terminal. Whoever has the file then needs it too; nobody can open the
    /// keys without it. Backups keep the passphrase that they were made with.
    #[command(after_help = "Example: analyst keys protect")]
    Protect {
        /// Take the new passphrase from the first line of this file; `-` is standard input
        #[arg(long, env = "WEB_MPC_NEW_PASSPHRASE_FILE", value_name = "FILE")]
        new_passphrase_file: Option<PathBuf>,
        /// Take the passphrase away
        #[arg(long, conflicts_with = "new_passphrase_file")]
        remove: bool,
    },
    /// Write keys and journal to one file, closed with a passphrase
    ///
    /// The file is read back and opened before it is said to be good. Keep it elsewhere, and its
    /// passphrase apart from it. The passphrase is asked for on the terminal.
    #[command(after_help = "Example: analyst keys backup /media/usb/keys.backup")]
    Backup {
        /// Where to; a file that does not exist
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Take its passphrase from the first line of this file; `-` is standard input [default: that of --passphrase-file]
        #[arg(long, env = "WEB_MPC_NEW_PASSPHRASE_FILE", value_name = "FILE")]
        new_passphrase_file: Option<PathBuf>,
    },
    /// Put keys and journal back from a backup
    ///
    /// Keys that are there are never overwritten; what the journal there says is kept too. The
    /// passphrase of the backup is asked for on the terminal, or taken from --passphrase-file.
    #[command(after_help = "Example: analyst keys restore /media/usb/keys.backup")]
    Restore {
        /// The backup
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
}
