//! error: E0521
//! `&self` is a borrow like any other: a task may not keep it.

struct Server {
    greeting: String,
}

impl Server {
    fn greet(&self) {
        tokio::spawn(async move {
            println!("{}", self.greeting);
        });
    }
}

#[tokio::main]
async fn main() {
    Server { greeting: "+PONG\r\n".into() }.greet();
}
