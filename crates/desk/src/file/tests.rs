//! Stories about files.
