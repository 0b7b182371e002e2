mod change;
mod estate;
mod fault;
mod live;
mod perform;
mod read;
mod vault;
