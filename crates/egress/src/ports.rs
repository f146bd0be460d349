//! Ports on which another protocol listens, so that nobody uses us to talk to it.
//!
//! A list of what is refused, not of what is allowed: partners run receivers on whatever port they
//! have free (3000, 8080, 8443, 9000), and what stands behind a public address is theirs. What is
//! left to prevent is that a signed request is read as commands by something that is no web
//! server.

/// The Fetch standard's "bad ports" (<https://fetch.spec.whatwg.org/#port-blocking>). Sorted.
const BAD: &[u16] = &[
    0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101,
    102, 103, 104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427,
    465, 512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990,
    993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667,
    6668, 6669, 6679, 6697, 10_080,
];

/// Databases, caches, queues, desktops and control planes, none of which the web's list names.
/// Sorted.
const INTERNAL: &[u16] = &[
    445,    // SMB
    873,    // rsync
    1433,   // SQL Server
    1521,   // Oracle
    1883,   // MQTT
    2181,   // ZooKeeper
    2375,   // Docker
    2376,   // Docker
    2379,   // etcd
    2380,   // etcd
    3306,   // MySQL
    3389,   // RDP
    4369,   // Erlang's port mapper
    5432,   // PostgreSQL
    5671,   // AMQP
    5672,   // AMQP
    5900,   // VNC
    5984,   // CouchDB
    5985,   // WinRM
    5986,   // WinRM
    6379,   // Redis
    6443,   // Kubernetes
    8883,   // MQTT
    9042,   // Cassandra
    9092,   // Kafka
    9200,   // Elasticsearch
    9300,   // Elasticsearch
    10_250, // kubelet
    10_255, // kubelet
    11_211, // memcached
    15_672, // RabbitMQ's management
    25_672, // RabbitMQ's nodes
    26_379, // Redis Sentinel
    27_017, // MongoDB
    27_018, // MongoDB
    27_019, // MongoDB
];

pub(crate) fn is_refused(port: u16) -> bool {
    BAD.binary_search(&port).is_ok() || INTERNAL.binary_search(&port).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_sorted_so_that_they_can_be_searched() {
        assert!(BAD.is_sorted() && INTERNAL.is_sorted());
    }

    #[test]
    fn each_port_stands_once() {
        assert!(INTERNAL.iter().all(|port| BAD.binary_search(port).is_err()));
    }
}
