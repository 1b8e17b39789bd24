//! `hotseat web`: the page, until Ctrl-C.

use std::net::IpAddr;
use std::sync::mpsc;

use clap::Args;
use serde::Serialize;

use crate::cli::correct::judge;
use crate::cli::failure::{Failure, Outcome};
use crate::cli::kept;
use crate::cli::models::ModelsFlag;
use crate::cli::ui::Ui;
use crate::config::load::folders;
use crate::session::store::Store;
use crate::web::{CannotStart, Home, Server, Settings};

/// Look at what was kept, in the browser
#[derive(Debug, Args)]
pub struct WebArgs {
    /// The port; a free one unless you name it
    #[arg(long, value_name = "N", default_value_t = 0)]
    port: u16,
    /// The address of this computer to listen at. Anything but 127.0.0.1 lets others on the network in
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1")]
    bind: IpAddr,
    /// Open no browser
    #[arg(long)]
    no_open: bool,
    /// Write one JSON document to stdout, with the address
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    models: ModelsFlag,
}

#[derive(Debug, Serialize)]
struct Started<'s> {
    url: &'s str,
    address: String,
}

impl From<CannotStart> for Failure {
    fn from(error: CannotStart) -> Self {
        Self::new(error.to_string()).hint(error.hint())
    }
}

/// Serves the page until Ctrl-C.
///
/// # Errors
/// [`Failure`] when the address is taken.
pub fn run(arguments: &WebArgs, ui: &mut Ui) -> Outcome {
    let data = folders()?.data;
    let home = Home {
        index: kept::index(&data, ui)?,
        store: Store::new(&data),
        changes: Box::new(judge(&arguments.models)),
        tell: Box::new(|detail| Ui::new().warning(detail)),
    };
    let (over, ended) = mpsc::channel();
    // Without a handler Ctrl-C ends the program as well, only less politely.
    let _already_set = ctrlc::set_handler(move || {
        let _ended_before = over.send(());
    });
    let settings = Settings { bind: arguments.bind, port: arguments.port, ..Settings::default() };
    let server = Server::start(home, settings)?;
    if arguments.json {
        ui.json(&Started { url: server.way_in(), address: server.address().to_string() });
    }
    if !arguments.bind.is_loopback() {
        ui.warning(&format!(
            "{} can be reached from other computers. Whoever sees the address below can read and change all sessions, \
            and it goes over the network unencrypted. Use it only in a network that you trust.",
            server.address()
        ));
    }
    ui.status(&format!("Your sessions: {}", server.way_in()));
    ui.status("Ctrl-C ends it. The address lets in whoever has it, until then.");
    if !arguments.no_open && open::that_detached(server.way_in()).is_err() {
        ui.status("No browser could be opened. Open the address yourself.");
    }
    let _ctrl_c = ended.recv();
    Ok(())
}
