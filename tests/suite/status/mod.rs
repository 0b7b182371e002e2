pub mod stage;

mod beat;
mod lag;
mod loss;
mod ready;
mod remember;
mod standing;
