// Finds functions and their lengths by their braces. Not a parser: enough to notice what has grown.

const notAFunction = /\b(namespace|class|struct|union|enum|interface|extern|if|for|while|switch|do|else|try|catch)\b/;
const keyword = /^(if|for|while|switch|catch|return|function|async|noexcept|decltype|requires|operator)$/;

/** What stands between the last `;`, `{` or `}` and this brace. */
function headerBefore(text, brace) {
  let depth = 0;
  for (let at = brace - 1; at >= 0; --at) {
    const character = text[at];
    if (character === ")" || character === "]") depth += 1;
    if (character === "(" || character === "[") depth -= 1;
    if (depth < 0 || (depth === 0 && /[;{}]/.test(character))) return text.slice(at + 1, brace);
  }
  return text.slice(0, brace);
}

function nameIn(header) {
  const names = [...header.matchAll(/([A-Za-z_$][\w$:~]*)\s*(?:<[^<>]*>)?\s*(?:=\s*(?:async\s*)?)?\(/g)].map((match) => match[1]);
  return names.find((name) => !keyword.test(name)) ?? "(anonymous)";
}

const isFunction = (header) =>
  header.includes("(") && !notAFunction.test(header.replace(/\(.*\)/s, "()").split("()")[0]);

/**
 * @param text code without comments and strings
 * @returns the outermost functions: name, line where the body begins, lines between the braces
 */
export function functions(text) {
  const found = [];
  const open = []; // positions of open braces, and whether each begins an outermost function
  for (let at = 0; at < text.length; ++at) {
    if (text[at] === "{") {
      const inside = open.some((block) => block.name !== null);
      const header = inside ? "" : headerBefore(text, at);
      open.push({ at, name: !inside && isFunction(header) ? nameIn(header) : null });
    } else if (text[at] === "}") {
      const block = open.pop();
      if (!block?.name) continue;
      const lines = Math.max(0, text.slice(block.at, at).split("\n").length - 2);
      found.push({ name: block.name, line: text.slice(0, block.at).split("\n").length, lines });
    }
  }
  return found;
}
