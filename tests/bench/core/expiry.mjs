// expiry("end_of_today") over every zone in random order, against temporal-polyfill and luxon.
import { DateTime } from "luxon";
import { Temporal } from "temporal-polyfill";

const now = Date.UTC(2026, 10, 20, 12);

const luxonEnd = (timeZone) => DateTime.fromMillis(now, { zone: timeZone }).plus({ days: 1 }).startOf("day").toMillis();
const temporalEnd = (timeZone) =>
  Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(timeZone).startOfDay().add({ days: 1 }).startOfDay()
    .epochMilliseconds;
const attempt = (run, zone) => {
  try {
    return run(zone);
  } catch {
    return undefined;
  }
};

function shuffled(list) {
  const copy = [...list];
  let seed = 42;
  for (let at = copy.length - 1; at > 0; at--) {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    const other = seed % (at + 1);
    [copy[at], copy[other]] = [copy[other], copy[at]];
  }
  return copy;
}

/** @param names every zone and link; those where this Node's older data differs are left out and counted */
export function expiryQuestion(core, names) {
  const end = (timeZone) => core.expiry("end_of_today", { now, timeZone });
  const agreed = names.filter((zone) => {
    const expected = end(zone).until;
    return expected === attempt(luxonEnd, zone) && expected === attempt(temporalEnd, zone);
  });
  const order = shuffled(agreed);
  return {
    zones: agreed.length,
    left: names.length - agreed.length,
    subjects: {
      hallpass: (at) => end(order[at % order.length]).until,
      temporal: (at) => temporalEnd(order[at % order.length]),
      luxon: (at) => luxonEnd(order[at % order.length]),
    },
  };
}
