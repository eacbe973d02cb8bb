//! Stories about conversations.
