// React 19 treats custom elements as its own: attributes, properties, events, in one notation.
import { useEffect, useState, useSyncExternalStore } from "react";
import { createRoot } from "react-dom/client";
import { actingSession, beginActing, HallpassClient } from "hallpass/client";
import "hallpass/elements";

const hallpass = new HallpassClient();
const scopeLabels = { "parcels:read": "See your parcels", "parcels:write": "Change your parcels" };

const watch = (changed) => {
  document.addEventListener("hallpass:session", changed);
  return () => document.removeEventListener("hallpass:session", changed);
};
/** The session that this tab acts under, or null. */
const useActing = () => useSyncExternalStore(watch, actingSession);

function App({ failed }) {
  const [me, setMe] = useState();
  const acting = useActing();
  useEffect(() => void hallpass.me().then(setMe, () => setMe(null)), []);
  if (me === undefined) return null;
  return (
    <>
      <hallpass-banner />
      {failed && <p role="alert">The account could not be opened. Start again from the ticket.</p>}
      {me ? <Ticket id="T-1" owner={acting?.targetUserName ?? me.name} /> : <SignIn />}
    </>
  );
}

function Ticket({ id, owner }) {
  const [status, setStatus] = useState("unanswered");
  return (
    <main>
      <h1>Ticket {id}</h1>
      <p>Account of {owner}</p>
      <hallpass-consent-prompt
        ticket-id={id}
        scopeLabels={scopeLabels}
        onhallpass-grant-changed={({ detail }) => setStatus(detail.grant.status)}
      />
      <p role="status">Access: {status}</p>
    </main>
  );
}

/** Stands for your own sign-in, after which hallpassd gives its cookie for your identity provider's token. */
function SignIn() {
  const signIn = async (form) => {
    const headers = { Authorization: `Bearer ${form.get("token")}` };
    const { ok } = await fetch("/api/v1/session", { method: "POST", headers });
    if (ok) location.reload();
  };
  return (
    <form action={signIn}>
      <label>Token <input name="token" type="password" autoComplete="off" /></label> <button>Sign in</button>
    </form>
  );
}

/** The agent comes from "Impersonate": the code is good for one exchange and stays out of the history. */
async function switchUser() {
  const code = new URLSearchParams(location.search).get("token") ?? "";
  history.replaceState(null, "", "/");
  beginActing(await hallpass.exchange(code), hallpass.clock.offset);
}

let failed = false;
if (location.pathname === "/switch-user") await switchUser().catch(() => (failed = true));
createRoot(document.getElementById("root")).render(<App failed={failed} />);
