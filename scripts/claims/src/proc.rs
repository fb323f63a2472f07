//! What Linux says about a process, read from `/proc`.

use std::fs;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};

/// The unit of the times in `/proc/PID/stat`, on every Linux there is.
const TICKS_A_SECOND: f64 = 100.0;

/// The memory of a process, in bytes.
#[derive(Clone, Copy, Debug)]
pub struct Memory {
    /// Addresses that are promised.
    pub reserved: f64,
    /// Memory that is there.
    pub resident: f64,
}

/// The memory of a process now.
///
/// # Errors
///
/// Where there is no `/proc`, or no such process.
pub fn memory(process: u32) -> Result<Memory> {
    let status = read(&format!("/proc/{process}/status"))?;
    let bytes = |name| Ok::<_, anyhow::Error>(field(&status, name)? * 1024.0);
    Ok(Memory { reserved: bytes("VmSize:")?, resident: bytes("VmRSS:")? })
}

/// How often the threads of a process left a core.
#[derive(Clone, Copy, Debug)]
pub struct Switches {
    /// Because they had to wait.
    pub voluntary: f64,
    /// Because others had a turn.
    pub involuntary: f64,
}

/// The context switches of all threads that a process has now, since they started.
///
/// # Errors
///
/// Where there is no `/proc`, or no such process.
pub fn switches(process: u32) -> Result<Switches> {
    let mut sum = Switches { voluntary: 0.0, involuntary: 0.0 };
    let threads = format!("/proc/{process}/task");
    for thread in fs::read_dir(&threads).with_context(|| threads.clone())? {
        // A thread may have ended since it was listed.
        let Ok(status) = fs::read_to_string(thread?.path().join("status")) else {
            continue;
        };
        sum.voluntary += field(&status, "voluntary_ctxt_switches:")?;
        sum.involuntary += field(&status, "nonvoluntary_ctxt_switches:")?;
    }
    Ok(sum)
}

/// The seconds that a process had a core so far, in user mode and in the kernel.
///
/// # Errors
///
/// Where there is no `/proc`, or no such process.
pub fn cpu_seconds(process: u32) -> Result<f64> {
    let stat = read(&format!("/proc/{process}/stat"))?;
    // Counted from behind the name, which may contain anything.
    let (_, fields) =
        stat.rsplit_once(')').context("no name in the stat of a process")?;
    let ticks = fields.split_whitespace().skip(11).take(2).map(str::parse::<f64>);
    Ok(ticks.sum::<Result<f64, _>>()? / TICKS_A_SECOND)
}

/// The memory that the kernel has for its own records, for the whole machine, in bytes: its
/// objects (sockets among them), the stacks on which threads run while in the kernel, and the
/// tables that say where memory is.
///
/// What an ended process had is given back some time after its end. So this looks again every
/// 50 ms, until two looks are less than 256 kB apart, or for a second.
///
/// # Errors
///
/// Where there is no `/proc`.
pub fn kernel_memory() -> Result<f64> {
    let mut last = kernel_memory_now()?;
    for _ in 0..20 {
        thread::sleep(Duration::from_millis(50));
        let now = kernel_memory_now()?;
        if (last - now).abs() < 256e3 {
            return Ok(now);
        }
        last = now;
    }
    Ok(last)
}

fn kernel_memory_now() -> Result<f64> {
    let info = read("/proc/meminfo")?;
    let mut sum = 0.0;
    for name in ["Slab:", "KernelStack:", "PageTables:"] {
        sum += field(&info, name)? * 1024.0;
    }
    Ok(sum)
}

fn read(path: &str) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("this is measured on Linux: {path}"))
}

fn field(text: &str, name: &str) -> Result<f64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    let value = line.and_then(|line| line.split_whitespace().next());
    Ok(value.with_context(|| format!("/proc says nothing of {name}"))?.parse()?)
}
