//! Offset translation: wire formats, tracks, answers case by case, and a model of MirrorMaker that makes histories.

mod cases;
mod fast;
mod model;
mod properties;
mod timed;
mod track;
mod twin;
mod untold;
mod wire;
