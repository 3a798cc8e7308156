// Queries that see what their session may see.
import pg from "pg";

const pool = new pg.Pool(); // PGHOST, PGUSER, …

/**
 * Runs `work` in a transaction that knows who it is for.
 * @param who `subject`, and where somebody acts `actor` and `scopes`: a verified session as it is
 * @param work gets `query(text, values)`
 */
export async function asSession({ subject, actor = "", scopes = [] }, work) {
  const client = await pool.connect();
  try {
    await client.query("BEGIN");
    // `true`: until the transaction ends, so that nothing is left for the next one on this connection.
    await client.query(
      "SELECT set_config('hallpass.subject', $1, true), set_config('hallpass.actor', $2, true), set_config('hallpass.scopes', $3, true)",
      [subject, actor, scopes.join(" ")],
    );
    const result = await work((text, values) => client.query(text, values));
    await client.query("COMMIT");
    return result;
  } catch (failure) {
    await client.query("ROLLBACK");
    throw failure;
  } finally {
    client.release();
  }
}

/** Ends the connections, before the process ends. */
export const close = () => pool.end();
