// What no linter looks at: AsyncAPI by its own parser, and that YAML and JSON say the same.
//
//   node openapi.mjs NODE_MODULES DIRECTORY

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import assert from "node:assert/strict";

const [modules, directory] = process.argv.slice(2);
const require = createRequire(`${modules}/`);
const { Parser } = require("@asyncapi/parser");
const { parse } = require("yaml");

for (const name of ["openapi", "trueflight.openapi", "asyncapi"]) {
  const [json, yaml] = ["json", "yaml"].map((kind) => readFileSync(`${directory}/${name}.${kind}`, "utf8"));
  // As text, so that the order counts as well.
  assert.equal(JSON.stringify(parse(yaml)), JSON.stringify(JSON.parse(json)), `${name}: YAML and JSON differ`);
  if (name === "asyncapi") {
    const { document, diagnostics } = await new Parser().parse(json);
    assert.deepEqual(diagnostics, []);
    assert.ok(document);
  }
}
