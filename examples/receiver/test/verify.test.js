"use strict";

const assert = require("node:assert/strict");
const { test } = require("node:test");
const { verify } = require("../verify.js");

// HMAC-SHA256, RFC 4231, test case 2.
test("the published code agrees with the RFC", () => {
  const signature = "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
  const body = "what do ya want for nothing?";
  assert.equal(verify(Buffer.from(body), signature, "Jefe"), true);
  assert.equal(verify(Buffer.from(`${body} `), signature, "Jefe"), false);
});

test("the published code throws on another length, so its caller must expect that", () => {
  assert.throws(() => verify(Buffer.from(""), "sha256=", "Jefe"), {
    code: "ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH",
  });
});
