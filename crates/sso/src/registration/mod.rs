//! Registering the app with Microsoft: manifest, command lines, certificates.
