//! Tails: found, kept, replayed and compared, in a world in memory.

mod compare;
mod export;
mod find;
mod format;
mod ground;
mod replay;
mod shown;
