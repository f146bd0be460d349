// Looks at the gateway's pages with a real browser, at the width of a desk and of a phone.
//
//   node pages.mjs NODE_MODULES BROWSER BASE_URL [DIRECTORY]   screenshots go to DIRECTORY

import { createRequire } from "node:module";
import assert from "node:assert/strict";

const [modules, executablePath, base, directory] = process.argv.slice(2);
const { chromium } = createRequire(`${modules}/`)("playwright-core");

const browser = await chromium.launch({
  executablePath,
  args: [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
});

async function look(width, height) {
  const page = await browser.newPage({ viewport: { width, height } });
  const complaints = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("request", (request) => {
    if (!request.url().startsWith(`${base}/`)) complaints.push(`asked for ${request.url()}`);
  });
  const shot = async (name) => directory && page.screenshot({ path: `${directory}/${name}-${width}.png` });
  const fits = async () => {
    const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    assert.ok(over <= 0, `${page.url()} is ${over} pixels too wide at ${width}`);
  };

  await page.goto(`${base}/docs`);
  const background = await page.evaluate(() => getComputedStyle(document.querySelector("nav")).backgroundColor);
  assert.notEqual(background, "rgba(0, 0, 0, 0)", "the style sheet is applied");
  await fits();
  await shot("docs");

  await page.getByRole("link", { name: "GET /flights", exact: true }).click();
  const heading = page.locator("#listFlights");
  await heading.waitFor();
  const { y } = await heading.boundingBox();
  assert.ok(y >= 0 && y < height, "the contents lead to the operation");
  const article = page.locator("article", { has: heading });
  await article.getByText("Fields of the answer").click();
  assert.ok(await article.getByText("off_block_at").first().isVisible());
  await article.getByText("Example").click();
  await fits();
  await shot("operation");

  await page.locator("#webhooks").scrollIntoViewIfNeeded();
  await shot("webhooks");
  await page.locator("#types").scrollIntoViewIfNeeded();
  await shot("types");

  await article.getByRole("link", { name: "invalid_cursor" }).click();
  await page.getByRole("heading", { level: 1, name: "The cursor is not of this list" }).waitFor();
  await fits();
  await shot("problem");
  await page.getByRole("link", { name: "The reference" }).click();
  await page.getByRole("heading", { level: 1, name: "GA Flight public API" }).waitFor();

  await page.goto(`${base}/trueflight/docs`);
  await page.getByRole("heading", { level: 1, name: "TrueFlight External API" }).waitFor();
  await page.getByRole("link", { name: "GET /locations", exact: true }).click();
  await page.locator("#listLocations").waitFor();
  await fits();
  await shot("trueflight");
  assert.deepEqual(complaints, []);
  await page.close();
}

try {
  await look(1280, 900);
  await look(390, 844);
} finally {
  await browser.close();
}
