use super::Entry;
/// All entries.
pub const TABLE: &[Entry] = &[];
