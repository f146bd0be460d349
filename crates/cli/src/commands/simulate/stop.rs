//! Ctrl-C, heard of when it suits.

use tokio::sync::watch;

#[derive(Clone)]
pub struct Stop(watch::Receiver<bool>);

impl Stop {
    /// Listens from now on; the signal no longer ends the program by itself.
    pub fn listen() -> Self {
        let (sender, receiver) = watch::channel(false);
        tokio::spawn(async move {
            // Where there is no such signal, nobody can send it.
            if tokio::signal::ctrl_c().await.is_ok() {
                sender.send_replace(true);
            }
            sender.closed().await;
        });
        Self(receiver)
    }

    pub fn has_come(&self) -> bool {
        *self.0.borrow()
    }

    /// When it comes, if ever.
    pub async fn come(&mut self) {
        if self.0.wait_for(|come| *come).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
