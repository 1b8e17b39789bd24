//! Writes a bank to a file, whole or not at all.

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::Path;

use crate::cli::failure::{Failure, Outcome};

/// Writes a bank. What is there already is written over with `force` alone.
///
/// # Errors
/// [`Failure`] names the file; what was there is as it was.
pub(super) fn write(path: &Path, force: bool, text: &str) -> Outcome {
    written(path, force, text).map_err(|error| {
        let failure = Failure::new(format!("the bank `{}` cannot be written: {error}", path.display()));
        match error.kind() {
            ErrorKind::AlreadyExists => failure.hint("name another file, or write over it with `--force`"),
            _ => failure.hint("check that the folder exists and may be written to"),
        }
    })
}

/// Returns whether a bank may be written there, before much work is spent on it.
///
/// # Errors
/// [`Failure`] names the file that is there already.
pub(super) fn free(path: &Path, force: bool) -> Outcome {
    if force || !path.exists() {
        return Ok(());
    }
    Err(Failure::new(format!("there is a file `{}` already, and it stays as it is", path.display()))
        .hint("name another file, or write over it with `--force`"))
}

fn written(path: &Path, force: bool, text: &str) -> std::io::Result<()> {
    // A pipe or a device is written to, and not put in the place of.
    if force && fs::metadata(path).is_ok_and(|there| !there.is_file()) {
        return fs::write(path, text);
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = shared(&mut tempfile::Builder::new()).tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    let kept = if force { file.persist(path) } else { file.persist_noclobber(path) };
    kept.map(drop).map_err(|error| error.error)
}

/// A bank is no secret: others may read it where the user's mask allows that.
#[cfg(unix)]
fn shared<'b>(builder: &'b mut tempfile::Builder<'static, 'static>) -> &'b mut tempfile::Builder<'static, 'static> {
    use std::os::unix::fs::PermissionsExt;
    builder.permissions(fs::Permissions::from_mode(0o666))
}

#[cfg(not(unix))]
fn shared<'b>(builder: &'b mut tempfile::Builder<'static, 'static>) -> &'b mut tempfile::Builder<'static, 'static> {
    builder
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{free, write};

    #[test]
    fn a_bank_is_written_whole_and_over_another_one_only_where_that_is_wanted() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("bank.toml");
        write(&path, false, "one").expect("there is nothing yet");
        assert!(free(&path, true).is_ok() && free(&path, false).is_err());
        let refused = write(&path, false, "two").expect_err("it is there already");
        assert!(refused.hints[0].contains("--force"), "{refused:?}");
        assert_eq!(fs::read_to_string(&path).expect("readable"), "one");
        write(&path, true, "three").expect("it may be written over");
        assert_eq!(fs::read_to_string(&path).expect("readable"), "three");
        assert!(write(&folder.path().join("nowhere/bank.toml"), false, "x").is_err());
        assert_eq!(fs::read_dir(folder.path()).expect("readable").count(), 1, "nothing else is left behind");
    }
}
