// `npm run mock -w web/widget`: a desk on 4100 and a shop on 4101, with an agent who answers.
import { Desk } from "./desk.mjs";
import { Shop } from "./shop.mjs";

const desk = await new Desk().listen(4100);
await new Shop("http://localhost:4100").listen(4101);
process.stdout.write("shop http://localhost:4101/   chat http://localhost:4100/chat/pk_test\n");

setInterval(() => {
  for (const chat of desk.conversations.values()) {
    const last = chat.messages.at(-1);
    if (last?.author.type !== "user" || desk.conversations.size > 1) continue;
    if (!chat.owner) desk.claim("Maya");
    desk.marks({ delivered_seq: last.seq, read_seq: last.seq });
    desk.types("Maya");
    desk.says(`You wrote: ${last.content.text}`);
  }
}, 3000);
