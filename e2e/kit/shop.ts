/** A customer's website on another site than the desk, as strict as a site can be. */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { Page } from "@playwright/test";

const SNIPPET = /^<script async src="[^"]+" data-key="pk_[^"]+"><\/script>$/;

function html(snippet: string): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Acme shop</title><meta name="viewport" content="width=device-width"></head>
<body>
<header><a href="/">Acme shop</a></header>
<main><h1>Lamps</h1><p>Forty lamps, all of them warm.</p><p><a href="/cart">Cart</a></p></main>
${snippet}
</body>
</html>`;
}

function policy(desk: string): string {
  return [
    "default-src 'none'",
    `script-src ${desk}`,
    `connect-src ${desk}`,
    `frame-src ${desk}`,
    "style-src 'none'",
    "img-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
    "report-uri /report",
  ].join("; ");
}

export class Shop {
  /** `localhost`, where the desk is `127.0.0.1`: two sites, so cookies of the frame are third-party ones. */
  readonly url: string;
  /** What the browser reported as refused by the policy. */
  readonly reports: string[] = [];
  #server: Server;
  #snippet = "";
  readonly #desk: string;

  private constructor(server: Server, port: number, desk: string) {
    this.#server = server;
    this.#desk = desk;
    this.url = `http://localhost:${port}`;
  }

  static async start(desk: string): Promise<Shop> {
    const server = createServer();
    server.listen(0, "localhost");
    await once(server, "listening");
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    const shop = new Shop(server, address.port, desk);
    server.on("request", (request, response) => {
      if (request.url === "/report") {
        request.on("data", (chunk: Buffer) => shop.reports.push(chunk.toString()));
        request.on("end", () => response.writeHead(204).end());
        return;
      }
      if (request.url === "/favicon.ico") {
        response.writeHead(204).end();
        return;
      }
      response.writeHead(200, {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": policy(shop.#desk),
      });
      response.end(html(shop.#snippet));
    });
    return shop;
  }

  /** Puts the widget's snippet, exactly as the dashboard gives it, into every page. */
  paste(snippet: string): void {
    if (!SNIPPET.test(snippet)) throw new Error(`not the one-line snippet: ${snippet}`);
    this.#snippet = snippet;
  }

  pasteKey(key: string): void {
    this.paste(`<script async src="${this.#desk}/w.js" data-key="${key}"></script>`);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }
}

/** The page changes as single-page apps do it: without a load. */
export async function changePageInApp(page: Page, path: string): Promise<void> {
  await page.evaluate((to) => history.pushState({}, "", to), path);
}
