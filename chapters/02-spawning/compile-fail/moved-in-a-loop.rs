//! error: E0382
//! The first task takes the value away; nothing is left for the second.

#[tokio::main]
async fn main() {
    let greeting = String::from("+PONG\r\n");
    for client in 1..=3 {
        tokio::spawn(async move {
            println!("{client}: {greeting}");
        });
    }
}
