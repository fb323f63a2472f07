//! error: E0308
//! Awaiting a handle gives the task's end around the job's: one `?` opens one of them.

type Error = Box<dyn std::error::Error + Send + Sync>;

async fn port() -> Result<u16, Error> {
    Ok("6379".parse()?)
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let port: u16 = tokio::spawn(port()).await?;
    println!("{port}");
    Ok(())
}
