import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { promisesOfAGuard } from "./guarded.mjs";

promisesOfAGuard("nextjs", async (guide, hallpass) => {
  const quiet = { NEXT_TELEMETRY_DISABLED: "1", NEXT_IGNORE_INCORRECT_LOCKFILE: "1" };
  const built = spawnSync("npm", ["run", "build"], { cwd: guide.folder, env: { ...process.env, ...quiet }, encoding: "utf8" });
  assert.equal(built.status, 0, built.stdout + built.stderr);
  const [program, ...parameters] = JSON.parse(guide.read("package.json")).scripts.start.split(" ");
  const settings = { ...quiet, HALLPASS_URL: hallpass.url, PORT: "0" };
  const [, url] = await guide.start(guide.program(program), parameters, settings, /(http:\/\/127\.0\.0\.1:\d+)/);
  return url;
});
