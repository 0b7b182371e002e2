mod client;
mod lost_answer;
mod transfer;
