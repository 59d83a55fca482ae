//! Names of the actions that the ways back record in the audit log.

/// A contact was registered, or another one named.
pub const CONTACT_SET: &str = "contact.set";
/// The contact was taken away: it was somebody who is forgotten.
pub const CONTACT_FORGOTTEN: &str = "contact.forgotten";
/// The contact that counts was kept.
pub const CONTACT_KEPT: &str = "contact.kept";
/// The operator began a restore.
pub const RESTORE_BEGUN: &str = "restore.begun";
/// A record of it was seen in DNS.
pub const RESTORE_RECORD_SEEN: &str = "restore.record_seen";
/// The contact agreed to it.
pub const RESTORE_CONTACT_AGREED: &str = "restore.contact_agreed";
/// The wait before it began.
pub const RESTORE_WAIT_BEGAN: &str = "restore.wait_began";
/// An owner stopped it.
pub const RESTORE_STOPPED: &str = "restore.stopped";
/// The wait is over; whoever was named can come in.
pub const RESTORE_OPENED: &str = "restore.opened";
/// A code for it was refused.
pub const RESTORE_REFUSED: &str = "restore.refused";
/// Whoever was named came in.
pub const RESTORE_CAME_IN: &str = "restore.came_in";
/// It is over; the reason says how.
pub const RESTORE_ENDED: &str = "restore.ended";
/// The break-glass account was given a code.
pub const GLASS_SEALED: &str = "break_glass.sealed";
/// It was opened.
pub const GLASS_OPENED: &str = "break_glass.opened";
/// A code for one was refused.
pub const GLASS_REFUSED: &str = "break_glass.refused";
/// It was closed; its sessions ended, its code is void.
pub const GLASS_CLOSED: &str = "break_glass.closed";
