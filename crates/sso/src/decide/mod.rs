//! Who becomes whom: one decision table.
