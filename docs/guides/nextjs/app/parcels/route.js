const parcels = new Map([["piet", ["Akkerzicht"]], ["els", ["De Meent"]]]);

// `X-Demo-User` stands for your own sign-in, which act-as sessions never reach.
const userOf = ({ headers }) => headers.get("Hallpass-Subject") ?? headers.get("X-Demo-User");
const signInFirst = () => new Response(null, { status: 401 });

export function GET(request) {
  const user = userOf(request);
  if (!parcels.has(user)) return signInFirst();
  return Response.json({ user, actor: request.headers.get("Hallpass-Actor"), parcels: parcels.get(user) });
}

export async function POST(request) {
  const user = userOf(request);
  if (!parcels.has(user)) return signInFirst();
  parcels.get(user).push(String((await request.json()).name));
  return new Response(null, { status: 201 });
}
