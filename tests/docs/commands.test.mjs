// Every command of the documents, run as it stands but for names of hosts and files.

import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { accessSync, constants, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { after, test } from "node:test";
import { hallpassd, listens, root, startHallpass } from "../guides/hallpass.mjs";
import { startCluster } from "../guides/cluster.mjs";
import { saysReady } from "../guides/ready.mjs";
import { blocksOf, filledIn } from "./blocks.mjs";

const folder = mkdtempSync(join(tmpdir(), "hallpass-docs-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const inFolder = (name) => join(folder, name);
const path = [dirname(hallpassd), process.env.PATH].join(delimiter);

/** Runs commands until they end. @returns what they print */
function run(commands, environment = {}) {
  const { status, stdout, stderr } = spawnSync("bash", ["-euo", "pipefail", "-c", commands], {
    cwd: folder, encoding: "utf8", timeout: 60_000, env: { ...process.env, PATH: path, ...environment },
  });
  assert.equal(status, 0, `${commands}\n${stdout}${stderr}`);
  return stdout;
}

/** Runs commands of which the last is a server, until that listens; then it is ended. */
async function serve(commands, environment = {}) {
  const child = spawn("bash", ["-euo", "pipefail", "-c", commands.replace(/^hallpassd serve/m, "exec hallpassd serve")], {
    cwd: folder, stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, PATH: path, HALLPASS_PORT: "0", ...environment },
  });
  const ended = new Promise((done) => child.once("exit", done));
  await saysReady(child, "hallpassd serve", listens);
  child.kill("SIGTERM");
  assert.equal(await ended, 0);
}

/** The commands that build and test all of this: they are there, and what runs each is another matter. */
function programs(text) {
  for (const line of text.trim().split("\n")) accessSync(join(root, line.split(/\s/)[0]), constants.X_OK);
  assert.match(readFileSync(join(root, ".ci/run"), "utf8"), /tests\/run/);
}

/** document → first line of a block → what follows it */
const followed = {
  "README.md": {
    "demo/run": programs,
    "createdb -O hallpass -T template0 -E UTF8 --locale=C hallpass": async (text) => {
      const host = await startCluster();
      await serve(filledIn(text, {
        "postgresql://hallpass@db.example/hallpass": `postgresql://hallpass@/hallpass?host=${host}`,
        "/etc/hallpass/keys.json": inFolder("keys.json"),
      }), { PGHOST: host, PGUSER: "postgres" });
    },
    "hallpassd serve --smtp smtp://mail.example.com:587 --smtp-user hallpass --smtp-password FILE --mail-from hallpass@example.com \\": (text) => {
      writeFileSync(inFolder("password"), "correct horse\n", { mode: 0o600 });
      writeFileSync(inFolder("webhook"), `whsec_${Buffer.alloc(32, 7).toString("base64")}\n`, { mode: 0o600 });
      const filled = filledIn(text, { "--smtp-password FILE": "--smtp-password password", "secret=FILE": "secret=webhook" });
      return serve(filled, { HALLPASS_DATABASE: `sqlite:${inFolder("tell.db")}` });
    },
  },
  "CONTRIBUTING.md": { "demo/run": programs },
  "js/README.md": {
    // From the tarball, for the registry may have another version.
    "npm install hallpass": (text) => {
      const [{ filename }] = JSON.parse(execFileSync("npm", ["pack", "--json", "--silent", "--pack-destination", folder], { cwd: join(root, "js") }));
      run('echo \'{ "private": true }\' >package.json');
      run(filledIn(text, { "install hallpass": `install --no-audit --no-fund --prefer-offline ./${filename}` }));
      assert.equal(run('node --input-type=module -e \'import { loadCore } from "hallpass"; console.log(typeof (await loadCore()).expiry)\'').trim(), "function");
    },
  },
  "docs/protocol.md": {
    "openssl rand -hex 32 | tr -d '\\n' > token && sha256sum token > digest": async (text) => {
      run(text);
      const running = await startHallpass("--provisioning", `tenant=de-akker,digest=${inFolder("digest")}`);
      try {
        const { totalResults } = await running.call(readFileSync(inFolder("token"), "utf8"), "GET", "/scim/v2/Users");
        assert.equal(totalResults, 0, "the token opens the tenant's users, of whom none is the provider's yet");
      } finally {
        await running.stop();
      }
    },
  },
  "docs/operations.md": {
    'install -o hallpass -m 0644 "$RENEWED_LINEAGE/fullchain.pem" /etc/hallpass/tls/server.pem': async (text) => {
      const renew = (folderOfPair, reload) => {
        run(`mkdir -p tls ${folderOfPair} && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 ` +
          `-subj /CN=localhost -keyout ${folderOfPair}/privkey.pem -out ${folderOfPair}/fullchain.pem`);
        run(filledIn(text, { "-o hallpass": "", "/etc/hallpass/tls": inFolder("tls"), "systemctl reload hallpassd": reload }),
          { RENEWED_LINEAGE: inFolder(folderOfPair) });
      };
      renew("first", "true");
      const child = spawn(hallpassd, ["serve", "--demo", "--port", "0", "--database", `sqlite:${inFolder("tls.db")}`,
        "--tls-certificate", inFolder("tls/server.pem"), "--tls-key", inFolder("tls/server.key")]);
      const ended = new Promise((done) => child.once("exit", done));
      try {
        await saysReady(child, "hallpassd serve", listens);
        const taken = saysReady(child, "the reload", /the certificate was read again/);
        renew("second", `kill -HUP ${child.pid}`);
        await taken;
      } finally {
        child.kill("SIGTERM");
        assert.equal(await ended, 0);
      }
    },
    'sqlite3 /var/lib/hallpass/hallpass.db ".backup \'/backup/hallpass.db\'"': async (text) => {
      const running = await startHallpass();
      try {
        await running.consent();
        const said = run(filledIn(text, { "/var/lib/hallpass/hallpass.db": running.database, "/backup/hallpass.db": inFolder("copy.db") }));
        assert.match(said, /^head: 2:[\w-]{43}$/m, "the head of what was asked and granted");
      } finally {
        await running.stop();
      }
    },
    "hallpassd audit erase --user piet": async (text) => {
      const running = await startHallpass();
      try {
        await (await running.consent()).withdraw();
        const said = run(text, { HALLPASS_DATABASE: `sqlite:${running.database}` });
        assert.match(said, /^erased: 3 entries' personal data \(9 parts\), 0 sessions, 1 grants, 2 receipts, /m);
      } finally {
        await running.stop();
      }
    },
  },
};

const documents = execFileSync("git", ["ls-files", "*.md"], { cwd: root, encoding: "utf8" }).trim().split("\n");
// What a guide's README says is followed by the guide's own test.
for (const file of documents.filter((path) => !path.startsWith("docs/guides/"))) {
  for (const { begins, text } of blocksOf(file).filter(({ language }) => ["sh", "bash", "console"].includes(language))) {
    test(`${file}: ${begins}`, async () => {
      const follow = followed[file]?.[begins];
      assert.ok(follow, "nothing runs this command: add it to this test");
      await follow(text);
    });
  }
}
