// Words that may not stand in a room, each with a line that it must catch and one that it must not.

export const inTheCore = [
  {
    rule: "the core reads no clock",
    pattern: /\b\w+_clock::now\b|\bstd::(?:time|clock)\s*\(|(?<![\w.>:])time\s*\(\s*(?:nullptr|NULL|0|&)|\b(?:gettimeofday|clock_gettime|localtime|gmtime|mktime)(?:_r)?\s*\(|\bsleep_(?:for|until)\b/g,
    bad: "auto now = std::chrono::system_clock::now();",
    good: 'out.time("createdAt", grant.created_at);',
  },
  {
    rule: "the core does no input or output",
    pattern: /#\s*include\s*<(?:iostream|[io]?fstream|ostream|istream|sstream|iomanip|cstdio|stdio\.h|filesystem|syncstream|unistd\.h)>|\bstd::(?:cout|cerr|clog|cin|[io]?fstream|filesystem)\b|\b(?:f?printf|puts|fopen|fread|fwrite|getenv|setlocale)\s*\(/g,
    bad: 'std::FILE* file = std::fopen("zones", "r");',
    good: "writer.put(value);",
  },
  {
    rule: "the core has no randomness",
    pattern: /#\s*include\s*<random>|\bstd::(?:mt19937|random_device|default_random_engine)\b|(?<![\w.>])(?:s?rand|random|getrandom|arc4random)\s*\(/g,
    bad: "int n = std::rand();",
    good: "operand(token);",
  },
  {
    rule: "the core has no threads",
    pattern: /#\s*include\s*<(?:thread|mutex|shared_mutex|atomic|future|condition_variable)>|\bthread_local\b|\bstd::(?:thread|mutex|atomic)\b/g,
    bad: "std::mutex lock;",
    good: "return mutex_named(name);",
  },
  {
    rule: "the core has no exceptions and no run-time types, and does not end the process",
    pattern: /#\s*include\s*<(?:exception|stdexcept|typeinfo)>|\b(?:throw|try|catch|dynamic_cast|typeid)\b|\bstd::(?:abort|exit|terminate|quick_exit)\b|(?<![\w.>:])(?:abort|exit)\s*\(/g,
    bad: 'throw std::runtime_error("no");',
    good: "retry(event);",
  },
  {
    rule: "the core holds no state that outlives a call",
    pattern: /^\s*(?:inline\s+)?static\s+(?!const\b|constexpr\b|inline\b)[\w:<>,&*\s]+?\w\s*(?:=|;|\{)/gm,
    bad: "    static int calls = 0;",
    good: "    static Result<Id> parse(std::string_view text);",
  },
];

export const inTypeScript = [
  {
    rule: "TypeScript says what its types are",
    pattern: /(?<=[:<,|&(=]\s*)any\b(?=\s*(?:[;,)>=|&[{]|$))|\bas\s+any\b/gm,
    bad: "const answer: any = await response.json();",
    good: "if (any(values)) return;",
  },
];

// In the text itself, comments included.
export const anywhere = [
  {
    rule: "nothing is left for later",
    pattern: new RegExp(`\\b(?:${["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"].join("|")})\\b`, "g"),
    bad: "// " + "TO" + "DO: the rest",
    good: "autodoc",
  },
];

export const inTypeScriptText = [
  {
    rule: "TypeScript's compiler is not told to look away",
    pattern: /@ts-(?:ignore|nocheck|expect-error)|eslint-disable/g,
    bad: "// @ts-ignore",
    good: "// the compiler knows better",
  },
];
