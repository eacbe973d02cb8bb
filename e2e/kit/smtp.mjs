/**
 * A real mail server in a process of its own, for the Rust and the browser tests: `node smtp.mjs FOLDER [--tls] [--login USER:PASSWORD]`.
 * It writes its port to FOLDER/port and every letter it takes as a line of JSON to FOLDER/letters. Who a letter is for
 * decides how it is treated: `nobody…@` is refused for good, `busyN…@` is told to come back N times, everybody else gets it.
 */
import { appendFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SMTPServer } from "smtp-server";

const [folder, ...flags] = process.argv.slice(2);
const login = flags.includes("--login") ? flags[flags.indexOf("--login") + 1] : null;
const told = new Map();

function refusal(responseCode, text) {
  return Object.assign(new Error(text), { responseCode });
}

const server = new SMTPServer({
  secure: flags.includes("--tls"),
  authOptional: login === null,
  allowInsecureAuth: true,
  disabledCommands: flags.includes("--tls") ? [] : ["STARTTLS"],
  disableReverseLookup: true,
  logger: false,
  onAuth({ username, password }, _session, done) {
    if (`${username}:${password}` === login) done(null, { user: username });
    else done(refusal(535, "5.7.8 Wrong user or password"));
  },
  onRcptTo({ address }, _session, done) {
    const busy = /^busy(\d+)/.exec(address);
    if (address.startsWith("nobody")) return done(refusal(550, "5.1.1 No such mailbox here"));
    const times = told.get(address) ?? 0;
    if (busy && times < Number(busy[1])) {
      told.set(address, times + 1);
      return done(refusal(450, "4.2.1 Mailbox busy, come back later"));
    }
    done();
  },
  onData(stream, session, done) {
    const parts = [];
    stream.on("data", (part) => parts.push(part));
    stream.on("end", () => {
      const { mailFrom, rcptTo } = session.envelope;
      const letter = {
        from: mailFrom ? mailFrom.address : "",
        to: rcptTo.map((to) => to.address),
        data: Buffer.concat(parts).toString("utf8"),
      };
      appendFileSync(join(folder, "letters"), `${JSON.stringify(letter)}\n`);
      done();
    });
  },
});

server.on("error", () => {});
const port = Number(process.env.SMTP_PORT ?? 0);
server.listen(port, "127.0.0.1", () => {
  writeFileSync(join(folder, "letters"), "", { flag: "a" });
  writeFileSync(join(folder, "port.new"), String(server.server.address().port));
  renameSync(join(folder, "port.new"), join(folder, "port"));
});
