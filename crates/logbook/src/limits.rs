//! The sizes beyond which the reader does not follow a file.

/// Bytes of one row. A longer row is refused; reading goes on behind it.
pub const MAX_ROW_BYTES: usize = 1024 * 1024;

/// Bytes of one value. A row with a longer value is refused.
pub const MAX_FIELD_BYTES: usize = 64 * 1024;

/// Values of one row. A row with more is refused. Real exports have 56 to 80.
pub const MAX_FIELDS: usize = 1024;

/// Characters of an identifier: registration, airport, type code.
pub const MAX_IDENT_CHARS: usize = 32;

/// Rows ahead of the header of the flights table: the aircraft, in practice.
/// They are read before the first row is handed out, so that a file is known
/// to be a logbook before anything of it is used.
pub const MAX_PREFACE_ROWS: usize = 10_000;

/// Bytes ahead of the header of the flights table.
pub const MAX_PREFACE_BYTES: u64 = 16 * 1024 * 1024;

/// Aircraft ids remembered, to tell flights in an aircraft of no table.
pub const MAX_AIRCRAFT: usize = 10_000;

/// Hours of one duration: wide enough for a line "brought forward".
pub const MAX_HOURS: u64 = 99_999;

/// Landings, take-offs, holds or approaches in one column of one row.
pub const MAX_COUNT: u64 = 999;

/// Fingerprints remembered, to number identical rows
/// (see [`Row::occurrence`](crate::Row::occurrence)).
pub const MAX_REMEMBERED_FLIGHTS: usize = 4096;
