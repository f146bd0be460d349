// What the check of the charts cannot do in a shell: it reads rendered manifests.
//
//   node charts.mjs NODE_MODULES crds FILE...             custom resources fit their own schemas
//   node charts.mjs NODE_MODULES settings BIN FILE        every service takes the settings it is given
//   node charts.mjs NODE_MODULES queues SCHEMA TOPOLOGY   both name the same queues

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [modules, command, ...rest] = process.argv.slice(2);
const load = (path) => import(pathToFileURL(`${modules}/${path}`));
const { parseAllDocuments } = (await load("yaml/dist/index.js")).default;

const documents = (file) =>
  parseAllDocuments(readFileSync(file, "utf8"))
    .map((document) => document.toJS())
    .filter((document) => document !== null);

let problems = 0;
function problem(text) {
  problems += 1;
  console.error(`    ${text}`);
}

async function checkCustomResources(...files) {
  for (const file of files) {
    for (const document of documents(file)) {
      const group = document.apiVersion.split("/")[0];
      const library = { "keda.sh": "keda", "monitoring.coreos.com": "prometheus-operator" }[group];
      if (library === undefined) continue;
      const path = `@kubernetes-models/${library}/${document.apiVersion}/${document.kind}.js`;
      const Model = (await load(path))[document.kind];
      try {
        new Model(document).validate();
      } catch (error) {
        problem(`${file}: ${document.kind} ${document.metadata.name}: ${error.message}`);
      }
    }
  }
}

// Well-formed, and nobody's.
const SECRETS = {
  GA_BROKER__URL: "amqp://user:password@broker:5672/vhost",
  GA_DATABASE__URL: "postgres://user:password@database:5432/name",
  GA_SECRETS__KEY_RING: `sample:${Buffer.alloc(32, 7).toString("base64")}`,
  GA_CURSORS__KEY: "7f".repeat(32),
};

// A setting that a service does not know, or lacks, keeps its pod from starting. So the real program
// is asked, with the environment that the chart gives it.
function checkSettings(bin, file) {
  for (const document of documents(file).filter(({ kind }) => kind === "Deployment")) {
    const [container] = document.spec.template.spec.containers;
    const program = `${bin}/${container.command[0].split("/").pop()}`;
    if (!existsSync(program)) {
      problem(`${program} is missing`);
      continue;
    }
    const env = Object.fromEntries(
      container.env.map(({ name, value }) => [name, value ?? SECRETS[name] ?? "unknown to charts.mjs"]),
    );
    const { status, stderr } = spawnSync(program, ["--check-settings"], { env, encoding: "utf8" });
    if (status !== 0) problem(`${container.name}: ${stderr.trim()}`);
  }
}

function checkQueues(schema, topology) {
  const { autoscaling } = JSON.parse(readFileSync(schema, "utf8")).definitions;
  const named = autoscaling.properties.queues.propertyNames.enum;
  const declared = readFileSync(topology, "utf8").matchAll(/: Queue = Queue \{\s*name: "([^"]+)"/g);
  const both = [[...declared].map((match) => match[1]), named].map((names) => names.sort().join(", "));
  if (both[0] !== both[1]) problem(`${both[0]}; the chart: ${both[1]}`);
}

await { crds: checkCustomResources, settings: checkSettings, queues: checkQueues }[command](...rest);
process.exit(problems === 0 ? 0 : 1);
