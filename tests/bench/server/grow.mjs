// Makes a companion's SQLite file long: grants that were closed long ago and entries of the record, spread over its users.
import Database from "better-sqlite3";

const hash = `${"x".repeat(42)}w`; // as long as a hash, and base64url as strict as one
const seals = Array(3).fill("y".repeat(22)).join(".");
const userAgent = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";
const from = (first, last) => `WITH RECURSIVE n(i) AS (SELECT ${first} UNION ALL SELECT i + 1 FROM n WHERE i < ${last})`;

const grants = (count, users) => `${from(1, count)}
  INSERT INTO grants (id, tenant_id, subject_id, agent_id, reason, status, created_at_unix_ms, granted_at_unix_ms,
    granted_until_unix_ms, revoked_at_unix_ms, revoked_by, time_zone, tzdata_version)
  SELECT printf('grant_%022d', i), 'farm', 'piet' || (i % ${users} + 1), 'jan', 'The parcel does not show on the map', 'revoked',
    1700000000000 + i, 1700000001000 + i, 1700003600000 + i, 1700000900000 + i, 'piet' || (i % ${users} + 1), 'Europe/Amsterdam', '2026f'
  FROM n`;

const entries = (first, last, users) => `${from(first, last)}
  INSERT INTO record (sequence, at_unix_ms, event, actor_id, subject_id, agent_id, tenant_id, grant_id, session_id, ip, user_agent,
    method, resource_type, resource_id, outcome, duration_ms, metadata, seals, hash, nodes)
  SELECT i, 1700000000000 + i, 'resource_read', 'jan', 'piet' || (i % ${users} + 1), 'jan', 'farm', printf('grant_%022d', i / 5 + 1),
    printf('session_%022d', i / 20), '192.0.2.' || (i % 256), '${userAgent}', 'GET', 'parcel', 'p-' || i, 'success', i % 40,
    '{"path":"/parcels/' || i || '","status":200}', '${seals}', '${hash}', '${hash}'
  FROM n`;

/** The entries at the tree's right edge, which the next one is appended to, hold a node of each level below their peak. */
function edge(file, size) {
  const set = file.prepare("UPDATE record SET hash = ?, nodes = ? WHERE sequence = ?");
  let at = 0;
  for (let level = Math.floor(Math.log2(size)); level >= 0; level--) {
    if (Math.floor(size / 2 ** level) % 2 === 0) continue;
    at += 2 ** level;
    set.run(hash, hash.repeat(level), at);
  }
}

/**
 * @param database a file that no server has open; its users are piet1, piet2, …, each with one grant
 * @param wanted { users, grants, entries }: how many there are to be
 */
export function grow(database, wanted) {
  const file = new Database(database);
  file.unsafeMode(); // else it keeps a journal, which here would be as long as the file
  for (const setting of ["journal_mode = OFF", "synchronous = OFF", "foreign_keys = OFF", "cache_size = -1000000"]) file.pragma(setting);
  // Rows first, their indexes at once afterwards.
  const indexes = file.prepare("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ('grants', 'record')").all();
  for (const { name } of indexes) file.exec(`DROP INDEX ${name}`);
  const { have } = file.prepare("SELECT COUNT(*) AS have FROM grants").get();
  if (wanted.grants > have) file.exec(grants(wanted.grants - have, wanted.users));
  const { last } = file.prepare("SELECT MAX(sequence) AS last FROM record").get();
  if (wanted.entries > last) {
    file.exec(entries(last + 1, wanted.entries, wanted.users));
    edge(file, wanted.entries);
  }
  for (const { sql } of indexes) file.exec(sql);
  file.pragma("journal_mode = WAL");
  file.close();
}
