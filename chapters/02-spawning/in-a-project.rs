use tokio::task::JoinSet;

#[tokio::main]
async fn main() {
    let mut jobs = JoinSet::new();
    for job in 1..=3 {
        jobs.spawn(async move { job * job });
    }
    while let Some(ended) = jobs.join_next().await {
        println!("{ended:?}");
    }
}
