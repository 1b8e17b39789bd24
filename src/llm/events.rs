//! Reads server-sent events, however the bytes are split. Knows nothing of what they carry.

/// Finds the events in a stream of bytes.
#[derive(Clone, Debug, Default)]
pub struct Events {
    /// The line that has not ended yet.
    line: Vec<u8>,
    /// Whether the line before ended in CR, so that an LF now belongs to it.
    after_return: bool,
    data: Vec<u8>,
    has_data: bool,
}

impl Events {
    /// Takes in bytes and returns the data of the events that ended within them, in order. Comments and other fields are left out.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<String> {
        let mut events = Vec::new();
        for &byte in bytes {
            let ends_the_same_line = std::mem::take(&mut self.after_return) && byte == b'\n';
            match byte {
                _ if ends_the_same_line => {}
                b'\r' | b'\n' => {
                    self.after_return = byte == b'\r';
                    events.extend(self.line_ended());
                }
                byte => self.line.push(byte),
            }
        }
        events
    }

    /// Returns the data of an event that the end of the stream cut off before its empty line.
    pub fn end(&mut self) -> Option<String> {
        let line = self.line_ended();
        line.or_else(|| self.event_ended())
    }

    fn line_ended(&mut self) -> Option<String> {
        let line = std::mem::take(&mut self.line);
        if line.is_empty() {
            return self.event_ended();
        }
        if let Some(value) = line.strip_prefix(b"data:") {
            if self.has_data {
                self.data.push(b'\n');
            }
            self.has_data = true;
            self.data.extend(value.strip_prefix(b" ").unwrap_or(value));
        }
        None
    }

    fn event_ended(&mut self) -> Option<String> {
        let data = std::mem::take(&mut self.data);
        std::mem::take(&mut self.has_data).then(|| String::from_utf8_lossy(&data).into_owned())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Events;

    fn read(stream: &[u8], pieces: impl Iterator<Item = usize>) -> Vec<String> {
        let (mut events, mut found, mut rest) = (Events::default(), Vec::new(), stream);
        for length in pieces {
            let (piece, behind) = rest.split_at(length.min(rest.len()));
            found.extend(events.push(piece));
            rest = behind;
        }
        found.extend(events.push(rest));
        found.extend(events.end());
        found
    }

    #[test]
    fn events_are_read_in_every_form_that_they_have() {
        for (stream, expected) in [
            ("data: {\"a\":1}\n\ndata: [DONE]\n\n", vec!["{\"a\":1}", "[DONE]"]),
            ("data:{}\r\n\r\ndata:[DONE]\r\n\r\n", vec!["{}", "[DONE]"]),
            ("data: a\r\rdata: b\r\r", vec!["a", "b"]),
            (": ping\n\nevent: message\nid: 7\ndata: x\n\n", vec!["x"]),
            ("data: one\ndata: two\n\n", vec!["one\ntwo"]),
            ("data:  indented\n\n", vec![" indented"]),
            ("data:\n\n", vec![""]),
            ("\n\n\n", vec![]),
            ("data: cut off", vec!["cut off"]),
            ("data: cut off\n", vec!["cut off"]),
        ] {
            assert_eq!(read(stream.as_bytes(), std::iter::empty()), expected, "{stream:?}");
        }
    }

    proptest! {
        #[test]
        fn it_does_not_matter_how_the_bytes_are_split(
            stream in "(data: ?|: |event: )?(x|ü|é\u{1F600}|\\{\\}| ){0,3}(\r\n|\n|\r){0,2}(data: ?[a-zü]{0,4}(\r\n|\n|\r){0,2}){0,6}",
            pieces in proptest::collection::vec(0_usize..6, 0..40),
        ) {
            let whole = read(stream.as_bytes(), std::iter::empty());
            prop_assert_eq!(read(stream.as_bytes(), pieces.into_iter()), whole.clone());
            prop_assert_eq!(read(stream.as_bytes(), std::iter::repeat_n(1, stream.len())), whole);
        }
    }
}
