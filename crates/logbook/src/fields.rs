//! The values of one record.

use crate::limits::{MAX_FIELD_BYTES, MAX_FIELDS};
use crate::quotes::{Meaning, Quotes};

/// The values of one record, unquoted, in one buffer that is used again.
#[derive(Default)]
pub(crate) struct Fields {
    bytes: Vec<u8>,
    ends: Vec<usize>,
    too_many: bool,
    stray_quote: bool,
}

impl Fields {
    /// Takes a record apart. Of more than [`MAX_FIELDS`] values the last ones
    /// are not kept apart, see [`Fields::too_many`].
    pub(crate) fn split(&mut self, record: &[u8]) {
        self.bytes.clear();
        self.ends.clear();
        self.too_many = false;
        self.stray_quote = false;
        let mut quotes = Quotes::FieldStart;
        for byte in record {
            let (next, meaning) = quotes.step(*byte);
            match meaning {
                Meaning::Keep => self.bytes.push(*byte),
                Meaning::Skip => (),
                Meaning::EndOfField => self.end_field(),
            }
            self.stray_quote |= quotes.is_stray(next);
            quotes = next;
        }
        self.end_field();
    }

    /// The value at `index`, from 0.
    pub(crate) fn get(&self, index: usize) -> Option<&[u8]> {
        let end = *self.ends.get(index)?;
        let start = match index.checked_sub(1) {
            Some(before) => *self.ends.get(before)?,
            None => 0,
        };
        self.bytes.get(start..end)
    }

    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.len()).filter_map(|index| self.get(index))
    }

    /// Whether there is nothing but white space in any value.
    pub(crate) fn is_blank(&self) -> bool {
        self.bytes.trim_ascii().is_empty()
    }

    /// Whether the record held more values than are kept apart.
    pub(crate) fn too_many(&self) -> bool {
        self.too_many
    }

    /// Whether a closing quote is followed by more of a value, so that commas
    /// may have been taken for text, or text for commas.
    pub(crate) fn has_stray_quote(&self) -> bool {
        self.stray_quote
    }

    /// The first value longer than [`MAX_FIELD_BYTES`].
    pub(crate) fn too_long(&self) -> Option<usize> {
        self.iter().position(|value| value.len() > MAX_FIELD_BYTES)
    }

    fn end_field(&mut self) {
        if self.ends.len() < MAX_FIELDS {
            self.ends.push(self.bytes.len());
        } else {
            self.too_many = true;
        }
    }
}

#[cfg(test)]
mod tests;
