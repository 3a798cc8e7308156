import type { Transport } from "./transport.js";
import type { SessionStatus } from "./wire.js";

export interface ReportQuery {
  /** RFC 3339, inclusive; 30 days before `to` by default. */
  readonly from?: string;
  /** RFC 3339, exclusive; now by default. A report covers at most 366 days. */
  readonly to?: string;
  /** Every tenant that the admin works for by default. */
  readonly tenantId?: string;
}

/** What a report covers. */
export interface ReportExtent {
  readonly from: string;
  readonly to: string;
  readonly tenantId: string | null;
  /** How many rows were counted; with `complete: false` the newest of more. */
  readonly counted: number;
  readonly complete: boolean;
}

export interface Lengths {
  readonly count: number;
  /** Null where there is nothing to take the average of. */
  readonly averageSeconds: number | null;
}

export interface Outcomes {
  readonly count: number;
  readonly success: number;
  readonly failure: number;
}

/** A day in UTC, `2026-11-21`. Days on which nothing happened are left out. */
export interface OfDay {
  readonly day: string;
}

export interface OfActor {
  readonly actorId: string;
  readonly actorName: string | null;
}

export interface SessionReport extends ReportExtent, Lengths {
  readonly byStatus: readonly (Lengths & { readonly status: SessionStatus })[];
  readonly byDay: readonly (Lengths & OfDay)[];
  readonly byAdmin: readonly (Lengths & OfActor)[];
  readonly topReasons: readonly { readonly reason: string; readonly count: number }[];
}

export interface ActionReport extends ReportExtent {
  readonly byType: readonly (Outcomes & { readonly event: string })[];
  readonly byDay: readonly (Outcomes & OfDay)[];
}

export interface Touches {
  readonly resourceType: string;
  readonly count: number;
  readonly reads: number;
  readonly writes: number;
  readonly failures: number;
}

export interface ResourceReport extends ReportExtent {
  /** `resources`: how many different ones. */
  readonly byType: readonly (Touches & { readonly resources: number })[];
  readonly topResources: readonly (Touches & { readonly resourceId: string })[];
}

export interface OriginReport extends ReportExtent {
  readonly byAddress: readonly (Outcomes & { readonly ip: string })[];
  readonly byUserAgent: readonly (Outcomes & { readonly family: string })[];
}

export interface OutcomeReport extends ReportExtent, Outcomes {
  readonly byDay: readonly (Outcomes & OfDay)[];
  readonly byActor: readonly (Outcomes & OfActor)[];
}

/** Reports, for admins within their tenants. */
export class ReportCalls {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  sessions(query: ReportQuery = {}): Promise<SessionReport> {
    return this.#get("sessions", query);
  }

  actions(query: ReportQuery = {}): Promise<ActionReport> {
    return this.#get("actions", query);
  }

  resources(query: ReportQuery = {}): Promise<ResourceReport> {
    return this.#get("resources", query);
  }

  origins(query: ReportQuery = {}): Promise<OriginReport> {
    return this.#get("origins", query);
  }

  outcomes(query: ReportQuery = {}): Promise<OutcomeReport> {
    return this.#get("outcomes", query);
  }

  #get<T>(name: string, query: ReportQuery): Promise<T> {
    return this.#transport.get(`/api/v1/support-access/reports/${name}`, { ...query });
  }
}
