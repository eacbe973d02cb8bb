// A customer's site with the snippet, on another origin and under a Content-Security-Policy as
// strict as they come.
import { createServer } from "node:http";
import { KEY } from "./desk.mjs";

export class Shop {
  /** `desk` is the desk's origin; `script` runs before the snippet is there. */
  constructor(desk) {
    this.desk = desk;
    this.attributes = "";
    this.strict = true;
  }

  async listen(port = 0) {
    this.server = createServer((request, response) => this.#serve(request, response));
    await new Promise((done) => this.server.listen(port, "0.0.0.0", done));
    this.port = this.server.address().port;
    return this;
  }

  close() {
    this.server.closeAllConnections();
    return new Promise((done) => this.server.close(done));
  }

  #serve(request, response) {
    if (request.url === "/page.css") {
      response.writeHead(200, { "Content-Type": "text/css" });
      response.end(
        "*{border:3px dotted red!important;font-size:40px!important;color:lime}button{display:none!important}" +
          "div{transform:scale(2);position:static!important}h1,p,a,input{border:0!important;font:16px/24px Georgia!important;color:#222}body{margin:40px;max-width:700px;min-height:2000px;border:0!important}",
      );
      return;
    }
    const csp = [
      "default-src 'none'",
      `script-src ${this.desk}`,
      "style-src 'self'",
      `frame-src ${this.desk}`,
      `connect-src ${this.desk}`,
      "require-trusted-types-for 'script'",
    ].join("; ");
    const headers = { "Content-Type": "text/html; charset=utf-8" };
    if (this.strict) headers["Content-Security-Policy"] = csp;
    response.writeHead(200, headers).end(`<!doctype html><html lang="en"><head><title>Shop</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="/page.css">
<script async src="${this.desk}/w.js" data-key="${KEY}" ${this.attributes}></script></head><body>
<h1>Garden shop</h1><p>Spades, pots and seeds. <a href="/other">Next page</a> <input aria-label="Search"></p>
<p><a href="#" data-chatdesk-open>Ask us</a></p></body></html>`);
  }
}
