// The package's face: loadCore and its calls, in the forms that the contract fixes.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { errors, expiryPresets, limits, loadCore, permissionNames, problemOf } from "../../js/dist/index.js";

const core = await loadCore();
const now = Date.parse("2026-11-20T12:00:00+01:00");
const timeZone = "Europe/Amsterdam";

test("loadCore gives one core", async () => assert.equal(await loadCore(), core));

test("expiry: a preset, a date, an instant", () => {
  const until = Date.parse("2026-11-21T00:00:00+01:00");
  assert.deepEqual(core.expiry("end_of_today", { now, timeZone }), { ok: true, until, lastDay: "2026-11-20" });
  assert.deepEqual(core.expiry("date", { now, timeZone, date: "2026-11-20" }), { ok: true, until, lastDay: "2026-11-20" });
  assert.deepEqual(core.expiry("instant", { now, timeZone, until }), { ok: true, until, lastDay: "2026-11-20" });
  assert.equal(core.lastDay(until, timeZone), "2026-11-20");
  assert.equal(core.lastDay(until + 1, timeZone), "2026-11-21");
});

test("expiry: what is refused names field, reason and value", () => {
  const { ok, error } = core.expiry("end_of_today", { now, timeZone: "Mars/Olympus" });
  assert.equal(ok, false);
  assert.equal(error.code, "VALIDATION_ERROR");
  assert.equal(error.field, "timeZone");
  assert.equal(error.reason, "unknown_time_zone");
  assert.equal(error.received, "Mars/Olympus");
  assert.ok(error.message.length > 0);
});

test("nothing throws on bad input, whatever its type", () => {
  const odd = [undefined, null, true, 0, -1, NaN, Infinity, 2 ** 60, 1e300, "", "x", "\ud800", 10n, Symbol("x"), {}, [], () => {}, new Date(NaN)];
  for (const value of odd) {
    assert.equal(core.expiry(value, { now, timeZone }).ok, false);
    assert.equal(core.expiry("end_of_today", value).ok, false);
    if (typeof value !== "number" || !Number.isFinite(value) || Math.abs(value) > 1e15) {
      assert.equal(core.expiry("end_of_today", { now: value, timeZone }).ok, false, String(value));
      assert.equal(core.remaining(value, now).ok, false);
      assert.equal(core.remaining(now, value).ok, false);
    }
    assert.equal(core.expiry("end_of_today", { now, timeZone: value }).ok, false);
    assert.equal(core.expiry("date", { now, timeZone, date: value }).ok, false);
    assert.equal(core.expiry("instant", { now, timeZone, until: value }).ok, false);
    if (typeof value !== "number" || !Number.isFinite(value) || Math.abs(value) > 1e15) assert.equal(core.lastDay(value, timeZone), "");
    assert.equal(core.checkReason(value).ok, false);
    assert.equal(core.narrowScopes({ available: value }).ok, value === "");
    if (value !== undefined) assert.equal(core.expiry("one_week", { now, timeZone, maxGrant: value }).ok, typeof value === "number" && value >= 7 * 86_400_000);
  }
});

test("a lone surrogate is not quietly made into another text", () => {
  assert.equal(core.checkReason("abcde\ud800").error.reason, "malformed");
  assert.equal(core.checkReason("abcde\ufffd").ok, true);
});

test("presets that can be had, with their ends", () => {
  const all = core.presets({ now, timeZone });
  assert.deepEqual(all.map(({ preset }) => preset), [...expiryPresets]);
  const within = core.presets({ now, timeZone, maxGrant: 2 * 86_400_000 });
  assert.deepEqual(within.map(({ preset }) => preset), ["end_of_today", "end_of_tomorrow"]);
});

test("remaining: seconds rounded up, over only when it is over, and when to look again", () => {
  assert.deepEqual(core.remaining(now + 61_500, now), { ok: true, seconds: 62, nextWake: now + 500, over: false });
  assert.deepEqual(core.remaining(now + 1, now), { ok: true, seconds: 1, nextWake: now + 1, over: false });
  assert.deepEqual(core.remaining(now, now), { ok: true, seconds: 0, nextWake: null, over: true });
});

test("every error has a status and a title, and makes a problem", () => {
  const { error } = core.expiry("end_of_today", { now, timeZone: "x" });
  const problem = problemOf(error);
  assert.equal(problem.status, errors.VALIDATION_ERROR.status);
  assert.equal(problem.error, "VALIDATION_ERROR");
  assert.equal(problem.type, "about:blank");
});

test("permissions of roles", () => {
  const names = permissionNames(core.permissionsOf(["helpdeskAgent"]));
  assert.ok(names.includes("support:access:create"));
  assert.ok(!names.includes("user:ban"));
  assert.ok(permissionNames(core.permissionsOf(["helpdeskAdmin"])).includes("user:ban"));
  assert.equal(core.permissionsOf(["nobody"]), 0);
});

test("the time-zone data say which they are", () => {
  assert.match(core.tzdataVersion, /^20[2-9][0-9][a-z]$/);
  assert.ok(core.tzdataVersion >= "2026f");
});

test("handles run over without anybody noticing", () => {
  for (let at = 0; at < 5000; at++) {
    assert.equal(core.isScopeSubset(`a${at}:read`, `a${at}:read b:read`), true);
  }
  assert.equal(limits.scopesMaxCount, 64);
});

test("the lock file names no registry", () => {
  for (const path of ["../../js/package-lock.json", "../package-lock.json"]) {
    assert.doesNotMatch(readFileSync(new URL(path, import.meta.url), "utf8"), /"resolved"/);
  }
});
