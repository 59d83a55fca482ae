//! Activation of single sign-on as a state machine: plain data, no I/O.
