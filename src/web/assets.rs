//! What the pages look like and the little that they do by themselves. Both are part of the program.

use std::sync::OnceLock;

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

use crate::web::failure::Trouble;
use crate::web::hex;

const STYLE: &str =
    concat!(include_str!("../../templates/assets/app.css"), "\n", include_str!("../../templates/assets/progress.css"));
const SCRIPT: &str = include_str!("../../templates/assets/app.js");
const ICON: &str = include_str!("../../templates/assets/icon.svg");

/// Under which all of them lie.
const FOLDER: &str = "/assets/";

/// The address of an asset names its content, so that a browser may keep it for good.
#[derive(Debug)]
struct Asset {
    name: String,
    kind: &'static str,
    text: &'static str,
}

fn all() -> &'static [Asset; 3] {
    static ALL: OnceLock<[Asset; 3]> = OnceLock::new();
    ALL.get_or_init(|| {
        [
            ("css", "text/css; charset=utf-8", STYLE),
            ("js", "text/javascript; charset=utf-8", SCRIPT),
            ("svg", "image/svg+xml", ICON),
        ]
        .map(|(ending, kind, text)| Asset { name: format!("{}.{ending}", digest(text)), kind, text })
    })
}

fn digest(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes())[..8])
}

/// Returns the address of the style sheet.
pub(crate) fn style() -> String {
    format!("{FOLDER}{}", all()[0].name)
}

/// Returns the address of the script.
pub(crate) fn script() -> String {
    format!("{FOLDER}{}", all()[1].name)
}

/// Returns the address of the icon.
pub(crate) fn icon() -> String {
    format!("{FOLDER}{}", all()[2].name)
}

/// Returns whether a path is that of an asset.
pub(super) fn is_one(path: &str) -> bool {
    path.strip_prefix(FOLDER).is_some_and(|name| all().iter().any(|asset| asset.name == name))
}

/// Sends an asset.
pub(super) async fn send(Path(name): Path<String>) -> Response {
    let Some(asset) = all().iter().find(|asset| asset.name == name) else {
        return Trouble::of_status(StatusCode::NOT_FOUND).into_response();
    };
    let headers = [(header::CONTENT_TYPE, asset.kind), (header::CACHE_CONTROL, "public, max-age=31536000, immutable")];
    (headers, asset.text).into_response()
}
