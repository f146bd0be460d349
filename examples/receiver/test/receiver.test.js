"use strict";

const assert = require("node:assert/strict");
const crypto = require("node:crypto");
const fs = require("node:fs");
const http = require("node:http");
const os = require("node:os");
const path = require("node:path");
const { test } = require("node:test");
const { createReceiver, MAX_BODY_BYTES } = require("../receiver.js");
const { Deliveries } = require("../deliveries.js");

const SECRET = "whsec_of_the_tests";
const EVENT = JSON.stringify({ id: "evt_01", type: "flight.approved", data: { pilot: "Zoë" } });

function sign(body, secret = SECRET) {
  return `sha256=${crypto.createHmac("sha256", secret).update(body).digest("hex")}`;
}

/** A running receiver, closed when the test ends, and a function that posts to it. */
async function start(t, options = {}) {
  const server = createReceiver({ secret: () => SECRET, ...options });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  const base = `http://127.0.0.1:${server.address().port}`;

  async function post(body, headers = {}) {
    const response = await fetch(`${base}/webhooks`, {
      method: "POST",
      body,
      headers: {
        "content-type": "application/json",
        "x-ga-webhook-delivery": "delivery-1",
        "x-ga-webhook-signature": sign(body),
        ...headers,
      },
    });
    return { status: response.status, document: await response.json() };
  }

  async function get(route) {
    const response = await fetch(base + route);
    return { status: response.status, document: await response.json() };
  }

  return { base, server, post, get };
}

test("a signed delivery is accepted and shown", async (t) => {
  const lines = [];
  const { post, get } = await start(t, { print: (line) => lines.push(line) });

  assert.deepEqual(await post(EVENT), { status: 200, document: { status: "accepted" } });

  const { document } = await get("/deliveries");
  assert.deepEqual(document.counts, { received: 1, accepted: 1, duplicates: 0, refused: 0 });
  const [delivery] = document.deliveries;
  assert.equal(delivery.delivery_id, "delivery-1");
  assert.equal(delivery.type, "flight.approved");
  assert.equal(delivery.event_id, "evt_01");
  assert.match(delivery.received_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assert.deepEqual(lines, ["flight.approved  evt_01  delivery delivery-1"]);
});

test("the same delivery twice is accepted once", async (t) => {
  const { post, get } = await start(t);
  await post(EVENT);
  assert.deepEqual(await post(EVENT), { status: 200, document: { status: "duplicate" } });
  const { document } = await get("/deliveries");
  assert.deepEqual(document.counts, { received: 2, accepted: 1, duplicates: 1, refused: 0 });
  assert.equal(document.deliveries.length, 1);
});

test("the same event in another delivery is not a repetition", async (t) => {
  const { post, get } = await start(t);
  await post(EVENT);
  await post(EVENT, { "x-ga-webhook-delivery": "delivery-2" });
  assert.equal((await get("/deliveries")).document.counts.accepted, 2);
});

const forgeries = {
  "a tampered body": { body: EVENT.replace("approved", "rejected"), signature: sign(EVENT) },
  "another secret": { signature: sign(EVENT, "another") },
  "a signature that is too short": { signature: sign(EVENT).slice(0, -1) },
  "a signature that is too long": { signature: `${sign(EVENT)}0` },
  "an empty signature": { signature: "" },
  "a signature without its prefix": { signature: sign(EVENT).slice("sha256=".length) },
  "a signature beyond ASCII": { signature: sign(EVENT).replace(/.$/, "é") },
};

for (const [name, { body = EVENT, signature }] of Object.entries(forgeries)) {
  test(`${name} is refused`, async (t) => {
    const { post, get } = await start(t);
    const { status } = await post(body, { "x-ga-webhook-signature": signature });
    assert.equal(status, 401);
    const { counts } = (await get("/deliveries")).document;
    assert.deepEqual(counts, { received: 1, accepted: 0, duplicates: 0, refused: 1 });
  });
}

test("a missing signature is refused", async (t) => {
  const { base } = await start(t);
  const response = await fetch(`${base}/webhooks`, { method: "POST", body: EVENT });
  assert.equal(response.status, 401);
});

test("a refused delivery is not a repetition when it comes again, rightly signed", async (t) => {
  const { post } = await start(t);
  await post(EVENT, { "x-ga-webhook-signature": "sha256=00" });
  assert.deepEqual((await post(EVENT)).document, { status: "accepted" });
});

test("what is signed but is no event is refused", async (t) => {
  const { post } = await start(t);
  for (const body of ["not json", "[]", "null", '{"id":"evt_01"}']) {
    assert.equal((await post(body)).status, 400, body);
  }
});

test("a delivery without an id is refused", async (t) => {
  const { post } = await start(t);
  assert.equal((await post(EVENT, { "x-ga-webhook-delivery": "" })).status, 400);
});

test("a body of 1 MiB is read, an endless one is refused", async (t) => {
  const { base, post } = await start(t);
  const frame = JSON.stringify({ id: "evt_01", type: "webhook.test", padding: "" }).length;
  const largest = JSON.stringify({
    id: "evt_01",
    type: "webhook.test",
    padding: "x".repeat(MAX_BODY_BYTES - frame),
  });
  assert.equal((await post(largest)).status, 200);
  assert.equal(await statusOfEndlessBody(`${base}/webhooks`), 413);
});

/** Sends without end until it is answered, as a hostile client might. */
function statusOfEndlessBody(url) {
  return new Promise((resolve, reject) => {
    const request = http.request(url, { method: "POST" });
    let answered = false;
    request.on("response", (response) => {
      answered = true;
      response.resume();
      resolve(response.statusCode);
      request.destroy();
    });
    request.on("error", (error) => answered || reject(error));
    const chunk = Buffer.alloc(64 * 1024, 120);
    (function more() {
      if (!answered) request.write(chunk, () => setImmediate(more));
    })();
  });
}

test("a rotated secret is used at once, and without one nothing is believed", async (t) => {
  let secret = null;
  const { post } = await start(t, { secret: () => secret });
  assert.equal((await post(EVENT)).status, 503);
  secret = SECRET;
  assert.equal((await post(EVENT)).status, 200);
  secret = "rotated";
  assert.equal((await post(EVENT)).status, 401);
});

test("accepted deliveries are in the log, one line each, and survive a restart", async (t) => {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), "receiver-"));
  t.after(() => fs.rmSync(directory, { recursive: true }));
  const logFile = path.join(directory, "deliveries.jsonl");

  const first = await start(t, { deliveries: new Deliveries({ logFile }) });
  await first.post(EVENT);
  await first.post(EVENT);
  const lines = fs.readFileSync(logFile, "utf8").split("\n");
  assert.equal(lines.length, 2);
  assert.equal(lines[1], "");
  assert.deepEqual(Object.keys(JSON.parse(lines[0])), ["received_at", "delivery_id", "type", "event_id"]);

  // As a crash in the middle of a line would leave it.
  fs.appendFileSync(logFile, '{"received_at":"20');
  const second = await start(t, { deliveries: new Deliveries({ logFile }) });
  assert.deepEqual((await second.post(EVENT)).document, { status: "duplicate" });
  await second.post(EVENT, { "x-ga-webhook-delivery": "delivery-2" });
  assert.equal((await second.get("/deliveries")).document.deliveries.length, 2);
  const third = new Deliveries({ logFile });
  assert.equal(third.report().deliveries.length, 2);
});

test("the memory of ids is bounded, the oldest goes first", () => {
  const deliveries = new Deliveries({ rememberedIds: 2 });
  const event = { id: "evt", type: "webhook.test" };
  for (const id of ["a", "b", "c"]) assert.equal(deliveries.accept(id, event), true);
  assert.equal(deliveries.accept("b", event), false);
  assert.equal(deliveries.accept("a", event), true);
});

test("the last 1,000 deliveries are shown", async (t) => {
  const deliveries = new Deliveries();
  for (let n = 0; n < 1001; n += 1) deliveries.accept(`d${n}`, { id: "evt", type: "webhook.test" });
  const { get } = await start(t, { deliveries });
  const { document } = await get("/deliveries");
  assert.equal(document.deliveries.length, 1000);
  assert.equal(document.deliveries[0].delivery_id, "d1");
});

test("health answers, anything else is not found", async (t) => {
  const { base, get } = await start(t);
  assert.equal((await get("/health")).status, 200);
  assert.equal((await get("/")).status, 404);
  assert.equal((await fetch(`${base}/webhooks`)).status, 404);
});
