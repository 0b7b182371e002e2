//! Arguments to the command line, its answer to an exit code.

/// Plans are made of many small pieces: a third less time and memory than with the C library's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    leeward::cli::main()
}
