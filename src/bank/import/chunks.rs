//! Cuts a long text where nothing is torn apart, so that a reader which keeps a tree of its text never keeps a large one.

/// Bytes after which a chunk ends at the next good place.
const WANTED: usize = 64 << 10;

/// Bytes after which a chunk ends wherever it is.
const LONGEST: usize = 256 << 10;

/// Returns the chunks of a text, each with the number of lines before it.
pub(super) fn chunks(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let (mut rest, mut lines) = (text, 0);
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (chunk, after) = rest.split_at(length(rest));
        let first = lines;
        lines += chunk.matches('\n').count();
        rest = after;
        Some((first, chunk))
    })
}

/// Returns how long the next chunk is: to a heading, or to an unindented paragraph behind a blank line, outside of code.
fn length(text: &str) -> usize {
    let (mut at, mut is_code, mut was_blank) = (0, false, false);
    for line in text.split_inclusive('\n') {
        let fits = at + line.len() <= LONGEST;
        let begins_anew = line.starts_with('#') || (was_blank && line.starts_with(|c: char| c.is_alphabetic()));
        if at > 0 && (!fits || (at >= WANTED && !is_code && begins_anew)) {
            return at;
        }
        if !fits {
            return line.floor_char_boundary(LONGEST);
        }
        is_code ^= line.trim_start().starts_with("```") || line.trim_start().starts_with("~~~");
        was_blank = line.trim().is_empty();
        at += line.len();
    }
    at
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, chunks};

    #[test]
    fn chunks_lose_nothing_and_stay_short() {
        let texts =
            ["é".repeat(400_000), "one line\n\n".repeat(80_000), "# a\nb\n".repeat(60_000), "x\n".repeat(300_000)];
        for text in texts {
            let cut: Vec<(usize, &str)> = chunks(&text).collect();
            assert!(cut.len() > 1 && cut.iter().all(|(_, chunk)| chunk.len() <= LONGEST));
            assert_eq!(cut.iter().map(|(_, chunk)| *chunk).collect::<String>(), text);
            let lines = cut.last().map_or(0, |(first, chunk)| first + chunk.matches('\n').count());
            assert_eq!(lines, text.matches('\n').count());
        }
    }
}
