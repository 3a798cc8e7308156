import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { promisesOfAGuard } from "./guarded.mjs";

promisesOfAGuard("nextjs", async (guide, hallpass) => {
  const quiet = { NEXT_TELEMETRY_DISABLED: "1", NEXT_IGNORE_INCORRECT_LOCKFILE: "1" };
  const next = guide.program("next");
  const built = spawnSync(next, ["build"], { cwd: guide.folder, env: { ...process.env, ...quiet }, encoding: "utf8" });
  assert.equal(built.status, 0, built.stdout + built.stderr);
  const start = ["start", "--hostname", "127.0.0.1", "--port", "0"];
  const [, url] = await guide.start(next, start, { ...quiet, HALLPASS_URL: hallpass.url }, /(http:\/\/127\.0\.0\.1:\d+)/);
  return url;
});
