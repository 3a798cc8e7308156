// A better-auth plugin that puts the user's consent in front of `impersonateUser`. hallpassd decides whether, and until when.
import { APIError, createAuthEndpoint, createAuthMiddleware, getSessionFromCtx, sessionMiddleware } from "better-auth/api";
import { signJWT } from "better-auth/plugins";

const waysOut = ["/admin/stop-impersonating", "/sign-out"];
const refuse = (code, message) => new APIError("FORBIDDEN", { code, message });

/** Comes last among the plugins, so that it sees the session that the others found. */
export function consent({ url, audience = "hallpass" }) {
  let context; // better-auth's own: its database, its signing keys

  const tokenOf = (userId) => {
    const now = Math.floor(Date.now() / 1000);
    const payload = { sub: userId, iss: context.options.baseURL, aud: audience, iat: now, exp: now + 60 };
    return signJWT({ context }, { options: context.getPlugin("jwt")?.options, payload });
  };

  const as = async (userId, method, path, body) => {
    const response = await fetch(`${url}/api/v1/support-access${path}`, {
      method,
      headers: { Authorization: `Bearer ${await tokenOf(userId)}`, ...(body && { "Content-Type": "application/json" }) },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(5_000),
    });
    const answer = await response.json();
    if (!response.ok) throw new APIError(response.status, { code: answer.error, message: answer.message });
    return answer;
  };

  const path = (visitId) => `/support-sessions/${encodeURIComponent(visitId)}`;
  const end = (agent, visitId) => as(agent, "POST", `${path(visitId)}/end`, { reason: "completed" });

  /** Runs when better-auth has found that the admin may, and is about to store the session: no consent, no session. */
  const begin = async ({ impersonatedBy: agent, userId }) => {
    if (!agent) return;
    const { items } = await as(agent, "GET", `/grants?status=granted&subjectId=${encodeURIComponent(userId)}`);
    const grant = items.find(({ agentId }) => agentId === agent);
    if (!grant) throw refuse("CONSENT_REQUIRED", "Ask the user for access first");
    const { tenantId, ticketId, reason } = grant;
    const { session } = await as(agent, "POST", "/support-sessions", { tenantId, targetUserId: userId, ticketId, reason });
    if (session.scopesNarrowed) {
      await end(agent, session.id);
      throw refuse("INSUFFICIENT_SCOPE", "Impersonation opens the whole account, and the user gave access to a part of it");
    }
    return { data: { hallpassSession: session.id, expiresAt: new Date(session.expiresAt) } };
  };

  /** Anything but a clear yes is a no: also where hallpassd cannot be reached. */
  const holds = async ({ impersonatedBy, hallpassSession }) => {
    if (!hallpassSession) return false;
    const visit = await as(impersonatedBy, "GET", path(hallpassSession)).catch(() => null);
    return visit?.status === "active" && !visit.scopesNarrowed;
  };

  const watch = async (request) => {
    const session = (await getSessionFromCtx(request, { disableRefresh: true }))?.session;
    if (!session?.impersonatedBy) return;
    if (waysOut.includes(request.path)) {
      // Leaving works without hallpassd too; its session then runs out by itself.
      await end(session.impersonatedBy, session.hallpassSession).catch((error) => context.logger.error("hallpass", error.message));
    } else if (request.path !== "/get-session") {
      throw refuse("FORBIDDEN", "Not while impersonating"); // passwords, tokens, and a consent in the user's name
    } else if (!(await holds(session))) {
      // As if nobody were signed in. The session itself stays, so that the admin finds the way back to their own.
      return { context: { headers: new Headers({ Cookie: "" }) } };
    }
  };

  return {
    id: "hallpass-consent",
    schema: { session: { fields: { hallpassSession: { type: "string", required: false, input: false } } } },
    init(auth) {
      if (auth.options.session?.cookieCache?.enabled) throw new Error("A cached session would outlive the user's consent");
      context = auth;
      return { options: { databaseHooks: { session: { create: { before: begin } } } } };
    },
    hooks: { before: [{ matcher: ({ headers }) => Boolean(headers), handler: createAuthMiddleware(watch) }] },
    endpoints: {
      /** What signs somebody in to hallpassd as themself: `POST /api/v1/session` there with this as the bearer. */
      hallpassToken: createAuthEndpoint("/hallpass/token", { method: "GET", use: [sessionMiddleware] }, async (request) =>
        request.json({ token: await tokenOf(request.context.session.user.id) })),
    },
  };
}
