"use strict";

const fs = require("node:fs");

// How many ids are remembered for recognising repetitions. The last retry comes up to 16 minutes after
// the first attempt; this is enough for 100 deliveries a second in that time. Of an endpoint that has
// failed for long, or asks for long retries, it comes days later: where a repetition matters, keep the
// ids in a database.
const REMEMBERED_IDS = 100_000;
// How many deliveries `GET /deliveries` shows.
const SHOWN = 1000;
// How much of an earlier run's log is read back at the start.
const READ_BACK_BYTES = 16 * 1024 * 1024;

/**
 * What has been received: counted, remembered by id, and written to a log with one JSON line for
 * each accepted delivery. All of its memory is bounded.
 */
class Deliveries {
  #ids = new Set();
  #recent = [];
  #log = null;
  #rememberedIds;

  /** @param {{ logFile?: string, rememberedIds?: number }} options */
  constructor({ logFile, rememberedIds = REMEMBERED_IDS } = {}) {
    this.counts = { received: 0, accepted: 0, duplicates: 0, refused: 0 };
    this.#rememberedIds = rememberedIds;
    if (logFile !== undefined) {
      // A restart must not make old deliveries new again.
      const text = readBack(logFile);
      for (const delivery of text.split("\n").flatMap(parseLine)) this.#remember(delivery);
      this.#log = fs.openSync(logFile, "a");
      // A line that a crash has cut off shall not spoil the next one.
      if (text !== "" && !text.endsWith("\n")) fs.writeSync(this.#log, "\n");
    }
  }

  /** True when the delivery is new. It is on disk before this returns, so it may be answered. */
  accept(id, event) {
    if (this.#ids.has(id)) {
      this.counts.duplicates += 1;
      return false;
    }
    const delivery = {
      received_at: new Date().toISOString(),
      delivery_id: id,
      type: event.type,
      event_id: event.id,
    };
    if (this.#log !== null) fs.writeSync(this.#log, `${JSON.stringify(delivery)}\n`);
    this.#remember(delivery);
    this.counts.accepted += 1;
    return true;
  }

  /** The counts since the start, and the last deliveries, the newest last. */
  report() {
    return { counts: this.counts, deliveries: this.#recent };
  }

  #remember(delivery) {
    this.#ids.add(delivery.delivery_id);
    // A Set keeps the order of insertion, so its first id is the oldest.
    if (this.#ids.size > this.#rememberedIds) this.#ids.delete(this.#ids.values().next().value);
    this.#recent.push(delivery);
    if (this.#recent.length > SHOWN) this.#recent.shift();
  }
}

/** The end of a log, or nothing when there is none. */
function readBack(file) {
  if (!fs.existsSync(file)) return "";
  const descriptor = fs.openSync(file, "r");
  try {
    const { size } = fs.fstatSync(descriptor);
    const length = Math.min(size, READ_BACK_BYTES);
    const buffer = Buffer.alloc(length);
    fs.readSync(descriptor, buffer, 0, length, size - length);
    return buffer.toString("utf8");
  } finally {
    fs.closeSync(descriptor);
  }
}

/** One delivery; none for an empty line, or for one that is only half there. */
function parseLine(line) {
  try {
    const delivery = JSON.parse(line);
    return typeof delivery.delivery_id === "string" ? [delivery] : [];
  } catch {
    return [];
  }
}

module.exports = { Deliveries };
