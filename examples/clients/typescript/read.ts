// Reads a page of flights with a client whose types are generated from the API's description:
//
//   npx openapi-typescript https://<gateway>/openapi.json -o schema.d.ts

import createClient from "openapi-fetch";
import type { components, paths } from "./schema.js";

type FlightPage = components["schemas"]["FlightPage"];

const { GATEWAY_URL, ORG_ID, API_KEY } = process.env;

const client = createClient<paths>({
  baseUrl: GATEWAY_URL,
  headers: { Authorization: `Bearer ${API_KEY}`, "X-Org-Id": ORG_ID },
});

const { data, error } = await client.GET("/api/v1/public/flights", {
  params: { query: { limit: 5, status: "approved" } },
});
if (error) throw new Error(`${error.title}: ${error.detail} (${error.request_id})`);

// Without `fields` and `updated_since` a page holds whole flights.
const page = data as FlightPage;
for (const flight of page.data) {
  console.log(flight.off_block_at, flight.registration, flight.departure.ident, flight.arrival.ident, flight.block_minutes);
}
console.log(`${page.data.length} flights`);

const refused = await client.GET("/api/v1/public/flights", {
  params: { query: { from: "2026-05-02T12:00:00" } },
});
console.log(`refused: ${refused.error?.errors?.[0]?.code}`);
