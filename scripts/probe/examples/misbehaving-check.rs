//! A check whose answer does the worst things there are: the watchdog's own tests run it.
//!
//! `MISBEHAVE=exit cargo run --example misbehaving-check` shows one of them.

use std::process::ExitCode;
use std::sync::Mutex;
use std::time::Duration;
use std::{env, io::Write, process, thread};

use probe::{Case, Finding, Verdict};

fn main() -> ExitCode {
    probe::run(
        "00-misbehaving-check",
        &[
            Case { name: "does_well_first", run: || Ok(()) },
            Case { name: "misbehaves", run: misbehave },
        ],
    )
}

fn misbehave() -> Verdict {
    match env::var("MISBEHAVE").as_deref() {
        Ok("exit") => process::exit(0),
        Ok("abort") => process::abort(),
        Ok("loop") => loop {
            std::hint::spin_loop();
        },
        Ok("deadlock") => {
            probe::if_it_hangs("stuck");
            probe::if_it_hangs(Finding::mistake("guard-across-await").saw("it was held"));
            let mutex = Mutex::new(());
            let _first = mutex.lock();
            let _second = mutex.lock();
        }
        Ok("draw") => {
            let picture = probe::picture("main", "Nothing", |_| async {});
            return Err(Finding::mistake("copied-counter")
                .saw("nothing")
                .picture(picture));
        }
        Ok("sleep") => thread::sleep(Duration::from_secs(3600)),
        Ok("leave-a-thread") => {
            thread::spawn(|| thread::sleep(Duration::from_secs(3600)));
        }
        Ok("leave-a-process") => {
            let exe = env::current_exe().expect("this program has a path");
            let child = process::Command::new(exe)
                .env_remove("PROBE_CHILD")
                .env_remove("PROBE_REPORT")
                .env("MISBEHAVE", "sleep")
                .stdin(process::Stdio::null())
                .spawn();
            drop(child.expect("this program can be started again"));
        }
        Ok("flood") => {
            let line = [b'x'; 1 << 16];
            for _ in 0..1 << 14 {
                let _ = std::io::stdout().write_all(&line);
            }
        }
        Ok("overflow") => {
            fn deeper(n: u64) -> u64 {
                std::hint::black_box(if n == u64::MAX { 0 } else { 1 + deeper(n + 1) })
            }
            println!("{}", deeper(0));
        }
        Ok("panic") => panic!("out\tof\ncheese"),
        Ok("todo") => todo!(),
        Ok("todo-in-a-task") => {
            async fn unfinished() -> u32 {
                todo!()
            }
            let run = probe::virtual_time(|| tokio::spawn(unfinished()));
            if run.done()?.0.is_err() {
                return Err(Finding::unnamed("A task failed"));
            }
        }
        Ok("stuck") => {
            probe::virtual_time(std::future::pending::<()>).done().map(drop)?
        }
        Ok("find") => {
            println!("a line of the answer's own");
            return Err(Finding::mistake("copied-counter").saw("tabs\tand \\ and\nlines"));
        }
        _ => {}
    }
    Ok(())
}
