const crypto = require("node:crypto");

// rawBody: the bytes of the request as they came, before any JSON is parsed.
function verify(rawBody, headerSig, secret) {
  const expected =
    "sha256=" + crypto.createHmac("sha256", secret).update(rawBody).digest("hex");
  const [a, b] = [Buffer.from(expected), Buffer.from(headerSig)];
  return a.length === b.length && crypto.timingSafeEqual(a, b);
}
