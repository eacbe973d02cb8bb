import { defineConfig } from "@playwright/test";

export default defineConfig({
  testDir: "browser",
  fullyParallel: true,
  workers: 2,
  forbidOnly: true,
  reporter: "list",
  outputDir: "../../target/widget-browser",
  use: {
    launchOptions: { executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] },
    locale: "en-GB",
    timezoneId: "Europe/London",
    viewport: { width: 1280, height: 800 },
  },
});
