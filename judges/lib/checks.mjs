// One line per check; the exit status says whether all of them held.

let failed = 0;

/** Runs one check; it holds if it throws nothing. What it returns is handed on. */
export async function check(name, run) {
  try {
    const result = await run();
    console.log(`ok    ${name}`);
    return result;
  } catch (error) {
    failed += 1;
    console.log(`FAIL  ${name}: ${error?.message ?? error}${error?.cause ? ` (${error.cause.message ?? error.cause})` : ""}`);
    return undefined;
  }
}

/** A step that everything after it rests on has failed. */
export class Stopped extends Error {}

/** A check without which going on makes no sense: if it fails, `Stopped` is thrown. */
export async function step(name, run) {
  const before = failed;
  const result = await check(name, run);
  if (failed > before) throw new Stopped(name);
  return result;
}

/** Holds if `run` is refused with an error whose text, or whose cause's text, matches. */
export async function refused(name, matches, run) {
  await check(name, async () => {
    let result;
    try {
      result = await run();
    } catch (error) {
      const text = [error.message, error.error, error.error_description, error.errorMessage, error.code, error.cause?.message, JSON.stringify(error.cause ?? "")].join(" ");
      if (!matches.test(text)) throw new Error(`refused, but for another reason: ${text}`);
      return;
    }
    throw new Error(`was accepted: ${JSON.stringify(result)}`);
  });
}

export function equal(actual, expected, what) {
  if (actual !== expected) throw new Error(`${what} is ${JSON.stringify(actual)}, not ${JSON.stringify(expected)}`);
}

export function present(value, what) {
  if (value === undefined || value === null || value === "") throw new Error(`${what} is missing`);
  return value;
}

/** Whether a check has failed so far. */
export const anyFailed = () => failed > 0;

/** Ends the judge. */
export function finish() {
  process.exit(failed === 0 ? 0 : 1);
}

/** The judge's only argument. */
export function baseUrl() {
  const given = process.argv[2];
  if (!given) {
    console.error("usage: node NAME.mjs BASE_URL");
    process.exit(2);
  }
  return given.replace(/\/$/, "");
}
