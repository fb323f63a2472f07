//! mistake: select-keeps-progress
//! A drawing that has been overtaken is dropped in the middle. When changes come fast, none is finished.

use tokio::sync::watch;

pub async fn follow(mut percent: watch::Receiver<u32>, mut draw: impl AsyncFnMut(u32)) {
    loop {
        let now = *percent.borrow_and_update();
        tokio::select! {
            _ = draw(now) => {
                if percent.changed().await.is_err() {
                    return;
                }
            }
            changed = percent.changed() => {
                if changed.is_err() {
                    return;
                }
            }
        }
    }
}
