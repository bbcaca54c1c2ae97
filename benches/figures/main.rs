//! The figures that decide whether this is fast, each beside its floor, measured in the same run:
//! what the hardware, a plain file, a bare WebSocket, libsodium or Prio alone would take.
//!
//! `cargo bench --bench figures [-- FIGURE...] [--quick]`; all figures if none is named.
//! The machine may be busy: what counts are the ratios, each a median over rounds that take turns.

#![expect(clippy::print_stdout, reason = "results go to stdout")]

#[path = "../support/deployment.rs"]
mod deployment;
mod durable;
mod echo;
mod floor;
mod forms;
mod idle;
#[path = "../support/load.rs"]
mod load;
#[path = "../support/process.rs"]
mod process;
mod receipts;
mod reveal;
mod stored;
#[path = "../support/table.rs"]
mod table;

use clap::{Parser, ValueEnum};

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Measures the product beside its floors.
#[derive(Debug, Parser)]
struct Arguments {
    /// What to measure [default: everything]
    figures: Vec<Figure>,
    /// Smaller numbers, for a first look
    #[arg(long)]
    quick: bool,
    /// Given by cargo
    #[arg(long, hide = true)]
    bench: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Figure {
    /// Server CPU for each new connection with a durable receipt
    Receipts,
    /// Durable submissions a second through the store
    Durable,
    /// Time from Enter to the sum
    Reveal,
    /// CPU of party, server and analyst by the width of a form, beside Prio's own sum of vectors
    FormFields,
    /// Time from Enter to the result of a form with 960 cells
    FormCells,
    /// Time and memory from Enter to the result of a form with many parties
    FormParties,
    /// Memory of the server for each idle connection
    Idle,
}

fn main() -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    if std::env::args().nth(1).as_deref() == Some(echo::ARGUMENT) {
        return runtime.block_on(echo::serve());
    }
    let Arguments { figures, quick, .. } = Arguments::parse();
    rlimit::increase_nofile_limit(u64::MAX)?;
    let wanted = |figure| figures.is_empty() || figures.contains(&figure);
    println!("{} cores", deployment::cores());
    if wanted(Figure::Receipts) {
        runtime.block_on(receipts::measure(quick))?;
    }
    if wanted(Figure::Durable) {
        runtime.block_on(durable::measure(quick))?;
    }
    if wanted(Figure::Reveal) {
        runtime.block_on(reveal::measure(quick))?;
    }
    if wanted(Figure::FormFields) {
        forms::fields::measure(quick)?;
    }
    if wanted(Figure::FormCells) {
        runtime.block_on(forms::reveal::cells(quick))?;
    }
    if wanted(Figure::FormParties) {
        runtime.block_on(forms::reveal::parties(quick))?;
    }
    if wanted(Figure::Idle) {
        runtime.block_on(idle::measure(quick))?;
    }
    Ok(())
}
