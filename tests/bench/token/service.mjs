// A service in one workerd, asked in short turns: as it stands and guarded in several ways (service.worker.mjs).
import { startWorkerd } from "../../edge/workerd.mjs";
import { openLoad } from "./load.mjs";
import { cpuOf, ownCpu } from "./turns.mjs";

const warmUp = 3_000;

/**
 * The ways in another order each round, then the same backwards: what grows slower meanwhile, and whose garbage is
 * left for the next one to collect, hits all alike.
 */
function orderOf(ways, round) {
  const at = round % ways.length;
  const order = [...ways.slice(at), ...ways.slice(0, at)];
  return [...order, ...order.toReversed()];
}

/**
 * @returns by way and clock, the milliseconds a request in each round: by the wall's clock (`wall`), on processors in
 * workerd (`cpu`), which other work on the machine hardly changes, and in this process that asks (`asking`)
 */
export async function serviceTimes(token, ways, { rounds, requests }) {
  const worker = await startWorkerd("../bench/token/service.worker.mjs", { token });
  const load = await openLoad(worker.url, { Authorization: `Bearer ${token.token}`, Accept: "application/json" });
  const clocks = { wall: () => performance.now(), cpu: cpuOf(worker.pid), asking: ownCpu };
  const names = Object.keys(clocks);
  const times = Object.fromEntries(ways.map((way) => [way, Object.fromEntries(names.map((name) => [name, Array(rounds).fill(0)]))]));
  try {
    for (const way of ways) await load.ask(`/${way}/x`, warmUp);
    for (let round = 0; round < rounds; round++) {
      for (const way of orderOf(ways, round)) {
        const before = names.map((name) => clocks[name]());
        await load.ask(`/${way}/x`, requests);
        names.forEach((name, at) => (times[way][name][round] += (clocks[name]() - before[at]) / (2 * requests)));
      }
    }
    return times;
  } finally {
    load.close();
    await worker.stop();
  }
}
