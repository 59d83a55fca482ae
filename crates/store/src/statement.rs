//! Statements: SQL text with a name, written once for both engines.

/// SQL with a name. Made by [`statements!`](crate::statements), so that a test can walk all of
/// them and prepare each on both engines.
#[derive(Debug, Clone, Copy)]
pub struct Statement {
    /// Dotted name for logs and errors: `accounts.FIND_PERSON`.
    pub name: &'static str,
    /// The SQL, with `$1`… placeholders.
    pub sql: &'static str,
}

/// Declares a room's statements, and `ALL`, the list of them (tests say `unlisted` and get no list).
///
/// ```
/// tillit_store::statements! { "demo";
///     /// Finds one.
///     FIND = "SELECT id FROM organisation WHERE slug = $1";
/// }
/// assert_eq!(FIND.name, "demo.FIND");
/// assert_eq!(ALL.len(), 1);
/// ```
#[macro_export]
macro_rules! statements {
    (unlisted $room:literal; $($(#[$doc:meta])* $name:ident = $sql:expr;)*) => {
        $($(#[$doc])* const $name: $crate::Statement =
            $crate::Statement { name: concat!($room, ".", stringify!($name)), sql: $sql };)*
    };
    ($room:literal; $($(#[$doc:meta])* $name:ident = $sql:expr;)*) => {
        $($(#[$doc])* pub const $name: $crate::Statement =
            $crate::Statement { name: concat!($room, ".", stringify!($name)), sql: $sql };)*
        /// Every statement of this room.
        pub const ALL: &[$crate::Statement] = &[$($name),*];
    };
}
