/** Browser checks of the built dashboard over the pretend desk: `npm run walk -w web/dashboard`. */
import { fileURLToPath } from "node:url";
import { defineConfig } from "@playwright/test";

const PORT = Number(process.env.MOCK_PORT ?? 4187);

export default defineConfig({
  testDir: fileURLToPath(new URL(".", import.meta.url)),
  testMatch: "*.spec.mjs",
  outputDir: fileURLToPath(new URL("../node_modules/.walk", import.meta.url)),
  // One pretend desk serves all; each check sets it up anew.
  workers: 1,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: "line",
  use: {
    baseURL: `http://127.0.0.1:${PORT}`,
    viewport: { width: 1440, height: 900 },
    launchOptions: { executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] },
  },
  webServer: {
    command: `node ${fileURLToPath(new URL("server.mjs", import.meta.url))} ${PORT}`,
    url: `http://127.0.0.1:${PORT}/mock/list`,
    reuseExistingServer: false,
  },
});
