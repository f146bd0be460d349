"use strict";

// Starts the receiver with settings from the environment; the README lists them.

const fs = require("node:fs");
const { createReceiver } = require("./receiver.js");
const { Deliveries } = require("./deliveries.js");

const host = process.env.HOST || "127.0.0.1";
const port = Number(process.env.PORT || 8400);
const { WEBHOOK_SECRET, WEBHOOK_SECRET_FILE, RECEIVER_LOG } = process.env;

/** The file is read at each delivery, so a rotated secret needs no restart. */
function secret() {
  if (WEBHOOK_SECRET) return WEBHOOK_SECRET;
  try {
    return fs.readFileSync(WEBHOOK_SECRET_FILE, "utf8").trim() || null;
  } catch (error) {
    if (error.code === "ENOENT") return null;
    throw error;
  }
}

function print(line) {
  console.log(`${new Date().toISOString()}  ${line}`);
}

if (!WEBHOOK_SECRET && !WEBHOOK_SECRET_FILE) {
  console.error("Set WEBHOOK_SECRET or WEBHOOK_SECRET_FILE to the endpoint's signing secret.");
  process.exit(2);
}

const deliveries = new Deliveries({ logFile: RECEIVER_LOG || undefined });
const server = createReceiver({ secret, deliveries, print });
server.on("error", (error) => {
  console.error(`cannot listen on ${host}:${port}: ${error.message}`);
  process.exit(1);
});
server.listen(port, host, () => print(`listening on http://${host}:${server.address().port}/webhooks`));

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, () => {
    // Deliveries under way are answered; connections that only wait are closed.
    server.close(() => process.exit(0));
    server.closeIdleConnections();
  });
}
