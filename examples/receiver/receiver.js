"use strict";

const http = require("node:http");
const { verify } = require("./verify.js");
const { Deliveries } = require("./deliveries.js");

// Larger than any event; what is larger still is not ours, and is not read to its end.
const MAX_BODY_BYTES = 1024 * 1024;

/**
 * Builds the HTTP server; the caller lets it listen.
 *
 * @param {object} options
 * @param {() => string | null} options.secret the signing secret, asked for at each delivery, so
 *   that a rotated one is used at once; null while there is none
 * @param {Deliveries} [options.deliveries] what has been received so far
 * @param {(line: string) => void} [options.print] where the readable lines go
 */
function createReceiver({ secret, deliveries = new Deliveries(), print = () => {} }) {
  const server = http.createServer((request, response) => {
    const path = request.url.split("?")[0];
    if (request.method === "POST" && path === "/webhooks") {
      receive(request, response).catch((error) => {
        print(`a delivery could not be handled: ${error.message}`);
        // Anything but 2xx makes the sender try again, which is right when we are at fault.
        if (!response.headersSent) answer(response, 500, { error: "internal error" });
      });
    } else if (request.method === "GET" && path === "/deliveries") {
      answer(response, 200, deliveries.report());
    } else if (request.method === "GET" && path === "/health") {
      answer(response, 200, { status: "ok" });
    } else {
      answer(response, 404, { error: "not found" });
    }
  });
  // A client that sends its request drop by drop does not hold a connection for long.
  server.requestTimeout = 10_000;
  return server;

  async function receive(request, response) {
    deliveries.counts.received += 1;
    const body = await readBody(request);
    if (body === null) return refuse(response, 413, "the body is larger than 1 MiB");

    const currentSecret = secret();
    // Without a secret nothing can be believed, and nothing is lost: the sender will try again.
    if (currentSecret === null) return refuse(response, 503, "no signing secret yet");
    // The raw bytes are what was signed. Parsing them first and printing them again would not do.
    if (!isSigned(body, request.headers["x-ga-webhook-signature"], currentSecret)) {
      return refuse(response, 401, "bad signature");
    }

    const id = request.headers["x-ga-webhook-delivery"];
    if (!id) return refuse(response, 400, "X-GA-Webhook-Delivery is missing");
    const event = parseEvent(body);
    if (event === null) return refuse(response, 400, "the body is not an event");

    if (deliveries.accept(id, event)) {
      print(`${event.type}  ${event.id}  delivery ${id}`);
      answer(response, 200, { status: "accepted" });
    } else {
      // A repetition means that our answer did not arrive, so it gets the same kind of answer.
      print(`${event.type}  ${event.id}  delivery ${id}  (a repetition, ignored)`);
      answer(response, 200, { status: "duplicate" });
    }
  }

  function refuse(response, status, reason) {
    deliveries.counts.refused += 1;
    print(`refused with ${status}: ${reason}`);
    answer(response, status, { error: reason });
  }
}

/** `verify` compares equal lengths only: for any other length `timingSafeEqual` throws. */
function isSigned(body, header, secret) {
  if (header === undefined) return false;
  try {
    return verify(body, header, secret);
  } catch (error) {
    if (error.code === "ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH") return false;
    throw error;
  }
}

/** The body's bytes, or null when there are too many of them. */
async function readBody(request) {
  const chunks = [];
  let length = 0;
  // Leaving the loop early would otherwise destroy the connection, and our answer with it.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    length += chunk.length;
    if (length > MAX_BODY_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function parseEvent(body) {
  try {
    const { id, type } = JSON.parse(body.toString("utf8"));
    return typeof id === "string" && typeof type === "string" ? { id, type } : null;
  } catch {
    return null;
  }
}

function answer(response, status, document) {
  const headers = { "content-type": "application/json; charset=utf-8" };
  if (status === 503) headers["retry-after"] = "2";
  // Part of the body may still be under way; closing says that it will not be read.
  if (status === 413) headers.connection = "close";
  response.writeHead(status, headers);
  response.end(`${JSON.stringify(document)}\n`);
}

module.exports = { createReceiver, MAX_BODY_BYTES };
