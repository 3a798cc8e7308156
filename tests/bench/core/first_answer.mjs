// Prints the milliseconds from the module's bytes to the first answer, in this fresh process.

const [kind, place] = process.argv.slice(2);
if (kind === "hallpass") {
  const { loadCore } = await import(place);
  const start = performance.now();
  const core = await loadCore();
  const answer = core.expiry("end_of_today", { now: 1_800_000_000_000, timeZone: "Europe/Amsterdam" });
  console.log(answer.ok ? performance.now() - start : NaN);
} else if (kind === "cedar") {
  const start = performance.now();
  const cedar = await import("@cedar-policy/cedar-wasm/nodejs");
  const answer = cedar.isAuthorized({
    principal: { type: "A", id: "a" }, action: { type: "Action", id: "x" }, resource: { type: "R", id: "r" },
    context: {}, policies: { staticPolicies: "permit(principal, action, resource);" }, entities: [],
  });
  console.log(answer.type === "success" ? performance.now() - start : NaN);
} else {
  // The least that a module can be: one function that adds, 41 bytes.
  const bytes = Uint8Array.from(Buffer.from(
    "0061736d0100000001070160027f7f017f030201000707010361646400000a09010700200020016a0b", "hex"));
  const start = performance.now();
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes));
  console.log(instance.exports.add(1, 2) === 3 ? performance.now() - start : NaN);
}
