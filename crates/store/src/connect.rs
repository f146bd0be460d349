//! Opening one connection, set up as every connection of ours is.

use std::time::Duration;

use diesel::{ConnectionError, ConnectionResult};
use diesel_async::AsyncPgConnection;
use secrecy::{ExposeSecret, SecretString};
use tokio::time::timeout;
use tokio_postgres::{Config, NoTls};

use crate::StoreError;

/// For connections that no settings speak of.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// A silent peer is noticed after this idle time plus a few probes.
const KEEPALIVE_IDLE: Duration = Duration::from_secs(15);
/// Sent bytes that nobody acknowledges for so long break the connection.
const UNACKNOWLEDGED: Duration = Duration::from_secs(15);

/// A connection outside any pool, for work that keeps one: LISTEN, migrations, tests.
/// It has no statement timeout.
///
/// # Errors
/// [`StoreError::Unreachable`] when it may work later, [`StoreError::Refused`] when it will not.
pub async fn connect_alone(
    url: &SecretString,
    application_name: &str,
) -> Result<AsyncPgConnection, StoreError> {
    let config = config(url, application_name, CONNECT_TIMEOUT, "")?;
    Ok(open(&config).await?)
}

/// Reads `url` and adds what we ask of every connection. `options` go along in the start-up packet,
/// behind those of the URL.
pub(crate) fn config(
    url: &SecretString,
    application_name: &str,
    connect_timeout: Duration,
    options: &str,
) -> Result<Config, StoreError> {
    let mut config: Config = url
        .expose_secret()
        .parse()
        // The parser's message does not repeat the address, which may hold a password.
        .map_err(|error| StoreError::Refused(format!("unusable database URL: {error}")))?;
    config
        .application_name(application_name)
        .connect_timeout(connect_timeout)
        .tcp_user_timeout(UNACKNOWLEDGED)
        .keepalives_idle(KEEPALIVE_IDLE)
        .keepalives_interval(Duration::from_secs(5))
        .keepalives_retries(3);
    let given = config.get_options().unwrap_or_default();
    let options = format!("{given} {options}");
    if !options.trim().is_empty() {
        config.options(options.trim());
    }
    Ok(config)
}

/// Opens a connection. An error that may pass is filed under [`ConnectionError::BadConnection`],
/// one that stays under [`ConnectionError::InvalidConnectionUrl`].
pub(crate) async fn open(config: &Config) -> ConnectionResult<AsyncPgConnection> {
    // The connector's own limit ends with the TCP handshake; a frozen server still accepts.
    let limit = config.get_connect_timeout().copied().unwrap_or_default();
    let connecting = async {
        let (client, connection) = config.connect(NoTls).await.map_err(|error| file(&error))?;
        AsyncPgConnection::try_from_client_and_connection(client, connection).await
    };
    timeout(limit, connecting).await.unwrap_or_else(|_| {
        let why = format!("no answer within {limit:?}");
        Err(ConnectionError::BadConnection(why))
    })
}

pub(crate) fn file(error: &tokio_postgres::Error) -> ConnectionError {
    let may_pass = error.code().is_none_or(|code| {
        // 57: starting or stopping, 53: out of connections or memory, 08: connection failure.
        let class = code.code().get(..2).unwrap_or_default();
        matches!(class, "57" | "53" | "08")
    });
    if may_pass {
        ConnectionError::BadConnection(describe(error))
    } else {
        ConnectionError::InvalidConnectionUrl(describe(error))
    }
}

/// The error with its cause: by itself it only says "db error" or "error connecting to server".
pub(crate) fn describe(error: &tokio_postgres::Error) -> String {
    match std::error::Error::source(error) {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}
