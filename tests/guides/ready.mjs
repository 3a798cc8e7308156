// A program that was started, until it says that it is ready.

const withinMs = 60_000;

/** @returns what `ready` finds in the child's output; fails with that output where the child ends first, or is late */
export function saysReady(child, name, ready) {
  return new Promise((resolve, fail) => {
    let said = "";
    const late = setTimeout(() => fail(new Error(`${name} was not ready in time: ${said}`)), withinMs);
    const read = (text) => {
      said += text;
      const found = ready.exec(said);
      if (!found) return;
      clearTimeout(late);
      resolve(found);
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.once("error", fail);
    child.once("exit", (code) => {
      clearTimeout(late);
      fail(new Error(`${name} ended with ${code}: ${said}`));
    });
  });
}
