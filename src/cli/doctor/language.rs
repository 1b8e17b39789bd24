//! What `doctor` says about language models: the servers that there are, their models, and how fast they are.

use serde::Serialize;

use crate::cli::doctor::Finding;
use crate::cli::language::LanguageFlags;
use crate::cli::ui::Ui;
use crate::engine::wiring::language::language_model;
use crate::http::address::Address;
use crate::language::LanguageModel;
use crate::llm::choosing::chosen;
use crate::llm::client::{Chat, Patience};
use crate::llm::discover::{self, Server, Speed, USUAL, WITHIN};

const PART: &str = "language model";

/// Models that are named; some servers have hundreds.
const SHOWN: usize = 6;

/// A server of language models, for programs that read.
#[derive(Debug, Serialize)]
pub(super) struct Served {
    address: String,
    /// The model that would be used.
    model: String,
    /// All that it lists.
    models: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_word_s: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tokens_a_second: Option<f64>,
}

/// Returns a finding for the server that was named, and for each that is found on this computer. That there is none is no fault.
pub(super) fn servers(flags: &LanguageFlags, ui: &mut Ui) -> Vec<Finding> {
    let named = flags.choice().filter(|choice| choice.address.is_some());
    let mut findings: Vec<Finding> = Vec::new();
    let mut named_address = None;
    if let Some(choice) = named {
        findings.push(match language_model(&choice) {
            Ok(found) => {
                named_address = Some(found.address.clone());
                let finding = timed(&found.address, &found.name, &[], &mut *found.model(), ui);
                Finding { hint: Some(found.warning.unwrap_or(found.note)), ..finding }
            }
            Err(error) => Finding::limited(PART, error.to_string(), error.hint()),
        });
    }
    let found = discover::around(&USUAL, WITHIN).into_iter();
    findings.extend(
        found.filter(|server| Some(&server.address) != named_address.as_ref()).map(|server| local(&server, ui)),
    );
    if findings.is_empty() {
        let hint = "none is needed; where Ollama, LM Studio or llama.cpp's server runs, `--llm auto` finds it";
        findings.push(Finding::limited(PART, "no server is found on this computer", hint));
    }
    findings
}

fn local(server: &Server, ui: &mut Ui) -> Finding {
    let Some(name) = chosen(&server.models, None) else {
        let what = format!("{} at {} has no model to talk to", server.program, server.address);
        return Finding::limited(PART, what, "load one into it");
    };
    let mut model = Chat::new(server.address.clone(), name, None, Patience::default());
    let hint = format!("`--llm {}` uses it", server.address);
    Finding { hint: Some(hint), ..timed(&server.address, name, &server.models, &mut model, ui) }
}

fn timed(address: &Address, name: &str, models: &[String], model: &mut dyn LanguageModel, ui: &mut Ui) -> Finding {
    ui.status(&format!("Timing the language model {name}; it may have to be loaded first."));
    let others: Vec<&str> = models.iter().map(String::as_str).filter(|one| *one != name).collect();
    let more = match others.len() {
        0 => String::new(),
        count if count > SHOWN => format!("; also {} and {} more", others[..SHOWN].join(", "), count - SHOWN),
        _ => format!("; also {}", others.join(", ")),
    };
    let mut served = Served {
        address: address.to_string(),
        model: name.into(),
        models: models.to_vec(),
        first_word_s: None,
        tokens_a_second: None,
    };
    match discover::time(model) {
        Ok(speed) => {
            served.first_word_s = Some(speed.first.as_secs_f64());
            served.tokens_a_second = speed.tokens_a_second;
            let what = format!("{name} at {address}: {}{more}", told(speed));
            Finding { server: Some(served), ..Finding::works(PART, what) }
        }
        Err(error) => {
            let what = format!("{name} at {address}: {error}{more}");
            Finding { server: Some(served), ..Finding::limited(PART, what, "look at what its server says") }
        }
    }
}

fn told(speed: Speed) -> String {
    let rate = speed.tokens_a_second.map_or_else(String::new, |rate| format!(", then {rate:.0} tokens a second"));
    format!("the first word after {:.1} s{rate}", speed.first.as_secs_f64())
}
