import { actingFetch } from "hallpass/client";

export interface Account {
  readonly id: string;
  readonly name: string | null;
  readonly farm: string | null;
  readonly actorId: string | null;
  readonly scopes: readonly string[] | null;
}

export interface Ticket {
  readonly id: string;
  readonly subject: string;
  readonly status: string;
  readonly openedAt: string;
  readonly customerId: string;
  readonly tenantId: string;
  readonly farm: string;
  readonly customer: { readonly id: string; readonly name: string; readonly email: string; readonly role: string };
  readonly messages?: readonly { readonly from: string; readonly at: string; readonly text: string }[];
}

export type Corner = readonly [east: number, north: number];

export interface Parcel {
  readonly id: string;
  readonly name: string;
  readonly crop: string;
  readonly outline: readonly Corner[];
  readonly hectares: number;
}

export interface Plan {
  readonly farm: { readonly id: string; readonly name: string; readonly width: number; readonly height: number };
  readonly items: readonly Parcel[];
}

export class AppProblem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
  ) {
    super(code);
  }
}

async function call<T>(path: string, init: RequestInit = {}): Promise<T> {
  // As the user while this tab acts, and as oneself otherwise.
  const response = await actingFetch(path, init);
  const body: unknown = await response.json().catch(() => null);
  if (response.ok) return body as T;
  const code = (body as { error?: unknown } | null)?.error;
  throw new AppProblem(response.status, typeof code === "string" ? code : "UNREADABLE");
}

export const app = {
  account: (): Promise<Account> => call("/app/account"),
  tickets: (): Promise<{ readonly items: readonly Ticket[] }> => call("/app/tickets"),
  ticket: (id: string): Promise<Ticket> => call(`/app/tickets/${encodeURIComponent(id)}`),
  plan: (): Promise<Plan> => call("/app/parcels"),
  parcel: (id: string): Promise<Parcel> => call(`/app/parcels/${encodeURIComponent(id)}`),
  redraw: (id: string, outline: readonly Corner[]): Promise<Parcel> =>
    call(`/app/parcels/${encodeURIComponent(id)}/outline`, {
      method: "PUT",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ outline }),
    }),
};
