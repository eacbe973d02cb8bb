//! The `chatdesk` command.

use std::process::ExitCode;
use std::sync::OnceLock;

use server::cli::{self, Task};
use server::config::Config;

fn main() -> ExitCode {
    give_large_blocks_back();
    // Before any TLS: with no provider chosen the first connection would panic.
    let _only_fails_when_already_installed = rustls::crypto::ring::default_provider().install_default();
    match cli::task() {
        Ok(Task::Print(text)) => {
            print!("{text}");
            ExitCode::SUCCESS
        }
        Ok(Task::OpenApi) => {
            println!("{}", server::api::openapi());
            ExitCode::SUCCESS
        }
        Ok(Task::Serve(config)) => serve(*config),
        Ok(Task::DemoData(config)) => demo_data(&config),
        Err(refusal) => {
            eprintln!("chatdesk: {refusal}");
            ExitCode::from(2)
        }
    }
}

fn serve(config: Config) -> ExitCode {
    server::log::init(&config.log_level);
    match runtime().and_then(|runtime| runtime.block_on(run(config))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => failed(&fault),
    }
}

fn demo_data(config: &Config) -> ExitCode {
    match runtime().and_then(|runtime| runtime.block_on(server::demo::fill(config))) {
        Ok(text) => {
            println!("{text}");
            ExitCode::SUCCESS
        }
        Err(fault) => failed(&fault),
    }
}

fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    // one core is left to the database's threads: more threads than cores only take turns
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    let workers = cores.saturating_sub(1).max(1);
    Ok(tokio::runtime::Builder::new_multi_thread().worker_threads(workers).enable_all().build()?)
}

/// Once a few large blocks were freed, glibc keeps later ones for itself: the 19 MiB of each password would stay resident.
/// A fixed threshold makes it give every block over 1 MiB back.
fn give_large_blocks_back() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: called once, before any other thread exists; it only sets a number inside the allocator.
    #[allow(unsafe_code, reason = "the only way to say this to glibc")]
    unsafe {
        libc::mallopt(libc::M_MMAP_THRESHOLD, 1024 * 1024);
    }
}

/// Serves, and closes the database when nobody writes any more.
async fn run(config: Config) -> anyhow::Result<()> {
    let opened = OnceLock::new();
    let served = server::run(config, async |process| {
        let (desk, router) = server::start::product(process).await?;
        let _only_once = opened.set(desk);
        Ok(router)
    });
    let outcome = served.await;
    if let Some(desk) = opened.get() {
        desk.db().close().await;
    }
    outcome
}

fn failed(fault: &anyhow::Error) -> ExitCode {
    eprintln!("chatdesk: {fault:#}");
    ExitCode::FAILURE
}
