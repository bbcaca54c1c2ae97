//! What an operator does: settings in a file, checks, backups.

#[path = "operations/backups.rs"]
mod backups;
#[path = "operations/commands.rs"]
mod commands;
#[path = "operations/manual.rs"]
mod manual;
#[path = "operations/settings.rs"]
mod settings;
