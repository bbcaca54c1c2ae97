//! What an operator does: settings in a file, checks, backups.

#[path = "operations/backups.rs"]
mod backups;
#[path = "operations/manual.rs"]
mod manual;
#[path = "operations/settings.rs"]
mod settings;
