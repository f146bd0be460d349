//! Lines of a file, with a limit, and with the chance to read some again.

use std::io::{self, BufRead, BufReader, ErrorKind, Read};

/// How a line ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LineEnd {
    Newline,
    EndOfFile,
    /// The buffer is at its limit; the rest of the line is still to be read.
    Full,
}

/// Reads lines that end in LF, CRLF or CR, and gives them all LF.
pub(crate) struct Lines<R> {
    source: BufReader<R>,
    after_cr: bool,
    bytes_read: u64,
    pushed_back: Vec<u8>,
    taken: usize,
}

impl<R: Read> Lines<R> {
    pub(crate) fn new(source: R) -> Self {
        Self {
            source: BufReader::new(source),
            after_cr: false,
            bytes_read: 0,
            pushed_back: Vec::new(),
            taken: 0,
        }
    }

    /// Appends one line and its LF to `out`, which never grows past `limit`.
    pub(crate) fn read_line(&mut self, out: &mut Vec<u8>, limit: usize) -> io::Result<LineEnd> {
        loop {
            let room = limit.saturating_sub(out.len());
            if room == 0 {
                return Ok(LineEnd::Full);
            }
            let chunk = self.chunk()?;
            if chunk.is_empty() {
                return Ok(LineEnd::EndOfFile);
            }
            let (text, end) = until_line_end(chunk.get(..room).unwrap_or(chunk));
            out.extend_from_slice(text);
            let used = text.len() + usize::from(end.is_some());
            self.consume(used, end);
            if end.is_some() {
                out.push(b'\n');
                return Ok(LineEnd::Newline);
            }
        }
    }

    /// Reads past the end of the current line, keeping nothing.
    pub(crate) fn skip_line(&mut self) -> io::Result<()> {
        loop {
            let chunk = self.chunk()?;
            if chunk.is_empty() {
                return Ok(());
            }
            let (text, end) = until_line_end(chunk);
            let used = text.len() + usize::from(end.is_some());
            self.consume(used, end);
            if end.is_some() {
                return Ok(());
            }
        }
    }

    /// Hands bytes back, to be read again before the rest of the file.
    /// Only for bytes read since the last ones handed back were used up.
    pub(crate) fn push_back(&mut self, bytes: &[u8]) {
        self.pushed_back.clear();
        self.pushed_back.extend_from_slice(bytes);
        self.taken = 0;
    }

    /// Whether the next byte is one that was handed back.
    pub(crate) fn replaying(&self) -> bool {
        self.taken < self.pushed_back.len()
    }

    /// Bytes taken from the file so far.
    pub(crate) fn bytes_read(&self) -> u64 {
        self.bytes_read
    }

    fn chunk(&mut self) -> io::Result<&[u8]> {
        if self.replaying() {
            return Ok(self.pushed_back.get(self.taken..).unwrap_or_default());
        }
        if self.after_cr {
            let is_lf = self.fill()?.first() == Some(&b'\n');
            self.source.consume(usize::from(is_lf));
            self.after_cr = false;
        }
        self.fill()
    }

    fn fill(&mut self) -> io::Result<&[u8]> {
        while let Err(error) = self.source.fill_buf() {
            if error.kind() != ErrorKind::Interrupted {
                return Err(error);
            }
        }
        self.source.fill_buf()
    }

    fn consume(&mut self, used: usize, line_end: Option<u8>) {
        if self.replaying() {
            self.taken += used;
            return;
        }
        self.source.consume(used);
        self.bytes_read += u64::try_from(used).unwrap_or(u64::MAX);
        self.after_cr = line_end == Some(b'\r');
    }
}

fn until_line_end(chunk: &[u8]) -> (&[u8], Option<u8>) {
    let at = chunk.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
    let text = at.and_then(|at| chunk.get(..at)).unwrap_or(chunk);
    (text, chunk.get(text.len()).copied())
}
