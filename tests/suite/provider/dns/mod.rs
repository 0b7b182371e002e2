mod authority;
mod change;
mod estate;
mod perform;
mod powerdns;
mod read;
mod rfc2136;
mod value;
