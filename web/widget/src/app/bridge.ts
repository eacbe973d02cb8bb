/** The frame's end of the channel to the launcher. Takes the first good greeting and no other. */
import {
  type Hello,
  readHello,
  readToFrame,
  type ToFrame,
  type ToHost,
} from "../shared/protocol.ts";

export interface Bridge {
  say: (message: ToHost) => void;
}

/** False when this page is the chat itself and nobody embeds it. */
export function isFramed(): boolean {
  return window.parent !== window;
}

export function joinHost(
  onHello: (hello: Hello, bridge: Bridge) => void,
  onMessage: (message: ToFrame) => void,
): void {
  const greeted = (event: MessageEvent) => {
    const hello = readHello(event.data);
    const port = event.ports[0];
    if (event.source !== window.parent || !hello || !port || !expected(event.origin)) return;
    removeEventListener("message", greeted);
    port.onmessage = ({ data }) => {
      const message = readToFrame(data);
      if (message) onMessage(message);
    };
    const bridge: Bridge = { say: (message) => port.postMessage(message) };
    // First of all: before it the launcher believes nothing.
    bridge.say({ type: "ready", nonce: hello.nonce });
    onHello(hello, bridge);
  };
  addEventListener("message", greeted);
}

/** Where the browser tells who embeds us, the greeting must come from there. */
function expected(origin: string): boolean {
  const [parent] = location.ancestorOrigins ?? [];
  return parent === undefined || parent === origin;
}
