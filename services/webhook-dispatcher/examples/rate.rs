//! Temporary: how many deliveries a second.
#![allow(clippy::all, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::as_conversions, clippy::print_stdout, clippy::disallowed_methods)]
#[path = "../tests/webhooks/events.rs"]
mod events;
#[path = "../tests/webhooks/world.rs"]
mod world;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Arc;

async fn sink(counter: Arc<AtomicUsize>, lat: Arc<std::sync::Mutex<Vec<(u128, Instant)>>>) -> std::net::SocketAddr {
    let l = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let a = l.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut s, _)) = l.accept().await {
            let counter = counter.clone(); let lat = lat.clone();
            s.set_nodelay(true).unwrap();
            tokio::spawn(async move {
                let mut buf = Vec::with_capacity(8192);
                loop {
                    // head
                    let end = loop {
                        if let Some(p) = buf.windows(4).position(|w| w == b"\r\n\r\n") { break p + 4; }
                        if s.read_buf(&mut buf).await.unwrap_or(0) == 0 { return; }
                    };
                    let head = String::from_utf8_lossy(&buf[..end]).to_lowercase();
                    let len: usize = head.split("content-length: ").nth(1).unwrap().split("\r\n").next().unwrap().parse().unwrap();
                    let seq: u128 = head.split("x-ga-webhook-sequence: ").nth(1).map(|t| t.split("\r\n").next().unwrap().parse().unwrap()).unwrap_or(0);
                    while buf.len() < end + len { if s.read_buf(&mut buf).await.unwrap_or(0) == 0 { return; } }
                    buf.drain(..end + len);
                    counter.fetch_add(1, Ordering::Relaxed);
                    if !lat.lock().is_err() { lat.lock().unwrap().push((seq, Instant::now())); }
                    if s.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").await.is_err() { return; }
                }
            });
        }
    });
    a
}

#[tokio::main]
async fn main() {
    let n: u128 = std::env::args().nth(1).and_then(|a| a.parse().ok()).unwrap_or(5000);
    let endpoints: usize = std::env::args().nth(2).and_then(|a| a.parse().ok()).unwrap_or(1);
    let rate: u64 = std::env::args().nth(3).and_then(|a| a.parse().ok()).unwrap_or(0);
    let w = world::World::with(|_| {}).await;
    let counter = Arc::new(AtomicUsize::new(0));
    let lat = Arc::new(std::sync::Mutex::new(Vec::new()));
    for _ in 0..endpoints {
        let a = sink(counter.clone(), lat.clone()).await;
        w.endpoint(&format!("http://{a}/"), &["*"]).await;
    }
    w.publish(&events::approvals(1, 50)).await;
    while counter.load(Ordering::Relaxed) < 50 * endpoints { tokio::time::sleep(Duration::from_millis(5)).await; }
    lat.lock().unwrap().clear();
    let base = counter.load(Ordering::Relaxed);
    let cpu0 = cpu();
    let t = Instant::now();
    if rate == 0 {
        for first in (0..n).step_by(1000) { w.publish(&events::approvals(1000 + first, 1000.min(n - first))).await; }
        println!("published {n} in {:?}", t.elapsed());
        while counter.load(Ordering::Relaxed) < base + n as usize * endpoints { tokio::time::sleep(Duration::from_millis(2)).await; }
        let e = t.elapsed();
        println!("{} deliveries in {:?}: {:.0}/s", n as usize * endpoints, e, (n as usize * endpoints) as f64 / e.as_secs_f64());
    } else {
        let mut sent = Vec::new();
        let p = w.bus.publisher();
        for i in 0..n {
            let due = t + Duration::from_nanos(1_000_000_000 / rate * i as u64);
            tokio::time::sleep_until(due.into()).await;
            sent.push(Instant::now());
            let m = vec![world::message(&events::approved(1000 + i))];
            p.publish_all(&m).await.remove(0).unwrap();
        }
        while counter.load(Ordering::Relaxed) < base + n as usize * endpoints { tokio::time::sleep(Duration::from_millis(2)).await; }
        let mut d: Vec<f64> = lat.lock().unwrap().iter().map(|(s, at)| (*at - sent[(*s - 51) as usize]).as_secs_f64() * 1e3).collect();
        d.sort_by(f64::total_cmp);
        println!("publish to receiver: p50 {:.2} p90 {:.2} p99 {:.2} max {:.2} ms", d[d.len()/2], d[d.len()*9/10], d[d.len()*99/100], d[d.len()-1]);
    }
    tokio::time::sleep(Duration::from_millis(800)).await;
    println!("cpu of this process {:.2} s; rss {} KiB", cpu() - cpu0, rss());
    w.stop().await;
}
fn cpu() -> f64 { let s = std::fs::read_to_string("/proc/self/stat").unwrap(); let f: Vec<&str> = s.rsplit(')').next().unwrap().split_whitespace().collect(); (f[11].parse::<f64>().unwrap() + f[12].parse::<f64>().unwrap()) / 100.0 }
fn rss() -> u64 { let s = std::fs::read_to_string("/proc/self/status").unwrap(); s.lines().find(|l| l.starts_with("VmRSS")).unwrap().split_whitespace().nth(1).unwrap().parse().unwrap() }
