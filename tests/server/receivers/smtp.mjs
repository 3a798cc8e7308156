// A real SMTP server that reports every mail: node smtp.mjs '{"folder":…,"port"?,"startTls"?,"password"?,"holdFirst"?,"refuse"?}'
//   startTls   false: it does not offer STARTTLS
//   password   who does not sign in as "hallpass" with it is refused
//   holdFirst  the first mail is taken in whole, and never answered
//   refuse     the status with which every recipient is refused
import { SMTPServer } from "smtp-server";
import { certificate } from "./certificate.mjs";
import { report } from "./report.mjs";

const options = JSON.parse(process.argv[2]);
let held = options.holdFirst !== true;

function failure(status) {
  return Object.assign(new Error("refused by the test"), { responseCode: status });
}

const server = new SMTPServer({
  ...certificate(options.folder),
  authOptional: options.password === undefined,
  disabledCommands: options.startTls === false ? ["STARTTLS", "AUTH"] : [],
  logger: false,
  onAuth(given, _session, done) {
    const right = given.username === "hallpass" && given.password === options.password;
    done(right ? null : failure(535), { user: given.username });
  },
  onRcptTo(_address, _session, done) {
    done(options.refuse ? failure(options.refuse) : null);
  },
  onData(stream, session, done) {
    let text = "";
    stream.setEncoding("utf8").on("data", (part) => (text += part)).on("end", () => {
      const { mailFrom, rcptTo } = session.envelope;
      const mail = {
        from: mailFrom.address, to: rcptTo.map(({ address }) => address).join(" "), secure: session.secure === true,
        user: session.user ?? "", text,
      };
      if (!held) {
        held = true;
        report({ held: mail });
        return;
      }
      report({ mail });
      done();
    });
  },
});
server.on("error", () => {});
server.listen(options.port ?? 0, "127.0.0.1", () => report({ port: server.server.address().port }));
