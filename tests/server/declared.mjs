// Which answers the OpenAPI document declares for an operation.
import assert from "node:assert/strict";

/** The path of what the document declares for that status; a status that it does not tell of fails the test. */
export function declaredAt(document, pattern, method, status, what) {
  const declared = document.paths[pattern][method].responses[status];
  assert.ok(declared, `${what} answered ${status}, which is not declared`);
  const [, name] = /^#\/components\/responses\/(\w+)$/.exec(declared.$ref ?? "") ?? [];
  return name === undefined ? ["paths", pattern, method, "responses", String(status)] : ["components", "responses", name];
}

/** The response that is found there. */
export const declaredResponse = (document, place) => place.reduce((found, name) => found[name], document);

/** Holds an answer's status, and the code of a refusal, against the document. */
export function assertDeclared(document, { path, method, id }, { status, body }) {
  const { content } = declaredResponse(document, declaredAt(document, path, method, status, id));
  const codes = content?.["application/problem+json"]?.schema.properties?.error.enum;
  if (codes === undefined) return;
  const { error } = JSON.parse(body);
  assert.ok(codes.includes(error), `${id} answered ${status} ${error}; declared are ${codes}`);
}
