//! Reads a text that a user has as a file: plain text, Markdown or PDF.

use std::fs::File;
use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::path::Path;

use crate::cli::failure::Failure;

/// Largest file that is read, in bytes: a hundred pages with pictures.
const LARGEST: u64 = 32 << 20;

/// Returns the text of a file.
///
/// # Errors
/// [`Failure`] when it cannot be read, when it is neither text nor PDF, and when it is a PDF without text.
pub(crate) fn text(path: &Path) -> Result<String, Failure> {
    let shown = path.display();
    let cannot = |why: String| Failure::new(format!("`{shown}` cannot be read: {why}"));
    let file = File::open(path).map_err(|error| cannot(error.to_string()).hint("check the path"))?;
    let mut bytes = Vec::new();
    file.take(LARGEST + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| cannot(error.to_string()).hint("name a file of text, Markdown or PDF"))?;
    if bytes.len() as u64 > LARGEST {
        return Err(cannot(format!("it has more than {} MB", LARGEST >> 20)).hint("copy its text into a text file"));
    }
    if bytes.starts_with(b"%PDF") {
        return pdf(&bytes).map_err(|why| cannot(why).hint("copy its text into a text file, or save the page as text"));
    }
    let text = String::from_utf8(bytes).ok().filter(|text| !text.contains('\0'));
    text.ok_or_else(|| cannot("it is neither text in UTF-8 nor PDF".into()).hint("save it as text or as PDF"))
}

/// Returns the text of a PDF.
fn pdf(bytes: &[u8]) -> Result<String, String> {
    // The reader panics on some of what stands in PDFs. That is no fault of the user's, and no panic of ours.
    let hook = take_hook();
    set_hook(Box::new(|_| {}));
    let read = catch_unwind(AssertUnwindSafe(|| pdf_extract::extract_text_from_mem(bytes)));
    set_hook(hook);
    let text = match read {
        Ok(Ok(text)) => text,
        Ok(Err(error)) => return Err(format!("the PDF is damaged or locked ({error})")),
        Err(_) => return Err("the PDF holds something that its reader does not know".into()),
    };
    if text.chars().any(char::is_alphabetic) {
        Ok(text)
    } else {
        Err("the PDF has no text in it; its pages are pictures, as from a scanner".into())
    }
}
