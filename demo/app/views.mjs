// What a caller sees of the farm, and may change in it.
import { hectares, newFarm, readOutline } from "./farm.mjs";
import { Refusal } from "./refusal.mjs";

function parcelView({ id, name, crop, outline }) {
  return { id, name, crop, outline, hectares: Math.round(hectares(outline) * 100) / 100 };
}

export class Views {
  #farm = newFarm();

  account(caller) {
    const person = this.#farm.people.get(caller.id);
    return {
      id: caller.id,
      name: person?.name ?? null,
      farm: this.#farm.tenants.get(person?.tenantId)?.name ?? null,
      actorId: caller.actorId,
      scopes: caller.scopes === null ? null : [...caller.scopes],
    };
  }

  tickets(caller) {
    return { items: this.#ticketsOf(caller).map((each) => this.#summary(each)) };
  }

  ticket(caller, id) {
    const found = this.#ticketsOf(caller).find((each) => each.id === id);
    if (found === undefined) throw new Refusal(404, "NOT_FOUND", "There is no such ticket.");
    return { ...this.#summary(found), messages: found.messages };
  }

  plan(caller) {
    const farm = this.#tenantOf(caller);
    return { farm, items: [...this.#farm.parcels.values()].filter((each) => each.tenantId === farm.id).map(parcelView) };
  }

  parcel(caller, id) {
    return parcelView(this.#parcelOf(caller, id));
  }

  redraw(caller, id, body) {
    const found = this.#parcelOf(caller, id);
    const outline = readOutline(body?.outline);
    if (outline === null) {
      throw new Refusal(400, "VALIDATION_ERROR", "An outline has 3 to 200 corners in whole metres, east and north.");
    }
    found.outline = outline;
    return parcelView(found);
  }

  #ticketsOf(caller) {
    return [...this.#farm.tickets.values()].filter((each) => caller.staff || each.customerId === caller.id);
  }

  #summary({ messages, ...rest }) {
    return { ...rest, customer: this.#farm.people.get(rest.customerId), farm: this.#farm.tenants.get(rest.tenantId).name };
  }

  #tenantOf(caller) {
    const tenantId = this.#farm.people.get(caller.id)?.tenantId;
    if (tenantId === undefined) throw new Refusal(403, "FORBIDDEN", "Staff have no farm of their own.");
    return this.#farm.tenants.get(tenantId);
  }

  #parcelOf(caller, id) {
    const found = this.#farm.parcels.get(id);
    if (found?.tenantId !== this.#tenantOf(caller).id) throw new Refusal(404, "NOT_FOUND", "There is no such parcel.");
    return found;
  }
}
