//! # One thread for everybody
//!
//! A kiosk prints a greeting: the customer's name comes from one service, the weather from another.
//! `Runtime::block_on` panicked in here, so a colleague found a `block_on` that does not panic. Now the
//! whole kiosk stands still from time to time.
//!
//! At the end:
//!
//! - the greeting is `hello, NAME: WEATHER`;
//! - both services are asked at the same time;
//! - until they have answered, the thread is free for other tasks, and sleeps if there are none: nobody
//!   asks without news, not even from time to time.
//!
//! Change the body of `greeting`, and nothing else.
//!
//! ```console
//! $ cargo course check one-thread
//! ```

/// Greets the customer by name, and with the weather.
pub async fn greeting(
    name: impl Future<Output = String>,
    weather: impl Future<Output = String>,
) -> String {
    // TODO: this is where the kiosk stands still.
    let both = async { tokio::join!(name, weather) };
    let (name, weather) = futures::executor::block_on(both);
    format!("hello, {name}: {weather}")
}
