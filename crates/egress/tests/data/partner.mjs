// A partner's server as Node has it: HTTP/2 and HTTP/1.1 over TLS, or HTTP/1.1 alone.
//
//   node partner.mjs KEY CERTIFICATE h2|http/1.1 [STREAMS]
//
// Prints its port. STREAMS is how many requests it takes at a time on one connection of HTTP/2.
// Each answer tells the version, and which of its connections the request came on, from 1.
// Paths: /last ends the connection in the protocol's own way once it has answered; /together/N answers
// once N such requests wait; /slow answers after a moment.

import { readFileSync } from "node:fs";
import { createSecureServer } from "node:http2";
import { createServer } from "node:https";

const [key, cert, protocol, streams] = process.argv.slice(2);
const tls = { key: readFileSync(key), cert: readFileSync(cert) };

let connections = 0;
const numbers = new WeakMap();
const number = (socket) => {
  if (!numbers.has(socket)) numbers.set(socket, (connections += 1));
  return numbers.get(socket);
};

const waiting = [];
const together = (say, all) => {
  if (waiting.push(say) < all) return;
  for (const say of waiting.splice(0)) say();
};

const answer = (request, response) => {
  // Of HTTP/2, the socket of a request is a new proxy each time; its session is one a connection.
  const session = request.stream?.session;
  const connection = number(session ?? request.socket);
  const last = request.url === "/last";
  if (last && session === undefined) response.setHeader("connection", "close");
  request.resume().on("end", () => {
    const say = () => {
      response.end(`${request.httpVersion} ${connection}`);
      if (last) session?.close();
    };
    const [, path, number] = request.url.split("/");
    if (path === "together") together(say, Number(number));
    else setTimeout(say, path === "slow" ? 20 : 0);
  });
};

const server =
  protocol === "h2"
    ? createSecureServer({ ...tls, allowHTTP1: true, settings: { maxConcurrentStreams: Number(streams ?? 100) } })
    : createServer(tls);
server.on("request", answer);
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
process.stdin.resume().on("end", () => process.exit(0));
