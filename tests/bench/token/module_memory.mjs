// Notes the core's memory as it is instantiated, whichever way the loader does that. Import before hallpass.
let memory;

function note(instance) {
  if ("hp_token" in instance.exports) ({ memory } = instance.exports);
}
const { instantiate, Instance } = WebAssembly;
WebAssembly.instantiate = async (...given) => {
  const made = await instantiate(...given);
  note(made.instance ?? made);
  return made;
};
WebAssembly.Instance = class extends Instance {
  constructor(...given) {
    super(...given);
    note(this);
  }
};

/** Bytes of the core's memory. */
export const moduleBytes = () => memory.buffer.byteLength;
