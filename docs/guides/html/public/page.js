import { actingSession, HallpassClient } from "/hallpass/browser/client.js";

const hallpass = new HallpassClient();
const signIn = document.getElementById("sign-in");

// Stands for your own sign-in, after which hallpassd gives its cookie for your identity provider's token.
signIn.addEventListener("submit", async (event) => {
  event.preventDefault();
  const headers = { Authorization: `Bearer ${signIn.elements.token.value}` };
  const { ok } = await fetch("/api/v1/session", { method: "POST", headers });
  if (ok) location.reload();
});

document.querySelector("hallpass-consent-prompt").scopeLabels = {
  "parcels:read": "See your parcels",
  "parcels:write": "Change your parcels",
};

const me = await hallpass.me().catch(() => null);
signIn.hidden = me !== null;

// Whose account this is: the user's whom this tab acts as, or that of whoever is signed in.
const showOwner = () => {
  document.getElementById("owner").textContent = actingSession()?.targetUserName ?? me?.name ?? "nobody yet";
};
document.addEventListener("hallpass:session", showOwner);
showOwner();

document.addEventListener("hallpass-grant-changed", ({ detail }) => {
  document.getElementById("access").textContent = detail.grant.status;
});
