// What editors, catalogues and frameworks read about the elements: dist/custom-elements.json, by build.mjs.

/** Leaves what a host can use: the elements themselves, without what is private to their sources. */
const publicAlone = {
  name: "public-alone",
  packageLinkPhase({ customElementsManifest: manifest }) {
    const open = ({ privacy, name, static: fixed }) =>
      privacy !== "private" && privacy !== "protected" && fixed !== true && !name.startsWith("#");
    const elements = manifest.modules
      .flatMap(({ declarations = [] }) => declarations)
      .filter(({ kind, tagName }) => kind === "class" && tagName !== undefined);
    for (const element of elements) {
      const ours = ({ name }) => name !== "tick" && name !== "styles" && name !== "properties";
      element.members = element.members.filter((member) => open(member) && ours(member));
      const fields = new Set(element.members.map(({ name }) => name));
      element.attributes = (element.attributes ?? []).filter(({ fieldName }) => fields.has(fieldName));
      element.events = element.events?.filter(({ name }) => name.startsWith("hallpass-"));
      for (const each of [...element.members, ...element.attributes]) delete each.inheritedFrom;
      element.superclass = { name: "LitElement", package: "lit" };
    }
    const module = "dist/elements.js";
    const exported = elements.flatMap(({ name, tagName }) => [
      { kind: "js", name, declaration: { name, module } },
      { kind: "custom-element-definition", name: tagName, declaration: { name, module } },
    ]);
    manifest.modules = [{ kind: "javascript-module", path: module, declarations: elements, exports: exported }];
  },
};

export default {
  globs: ["src/elements/**/*.ts"],
  exclude: ["src/elements/**/*.style.ts"],
  outdir: "dist",
  litelement: true,
  packagejson: false,
  quiet: true,
  plugins: [publicAlone],
};
