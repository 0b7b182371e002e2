mod answers;
mod fault;
