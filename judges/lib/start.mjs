// Programs that the judges start, and stop again by their process ids; folders that are gone afterwards.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const PATIENCE = 120_000;
const running = new Set();

/**
 * Starts a server and waits for the line on its standard output that matches `ready`. Gives the child process and the match.
 * What it says on standard error goes to `log`, else to ours.
 */
export function start(program, args, { ready = /^ready (\d+)$/, log, ...options } = {}) {
  const child = spawn(program, args, { ...options, stdio: ["ignore", "pipe", log ? "pipe" : "inherit"] });
  running.add(child);
  child.once("exit", () => running.delete(child));
  if (log) child.stderr.on("data", log);
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${program} did not get ready`)), PATIENCE);
    child.once("exit", (code) => reject(new Error(`${program} ended with ${code}`)));
    child.once("error", (error) => {
      running.delete(child);
      reject(error);
    });
    createInterface({ input: child.stdout }).on("line", (line) => {
      const match = line.match(ready);
      if (!match) return;
      clearTimeout(timer);
      resolve({ child, match });
    });
  });
}

/** Asks a process to end and waits until it has; kills it after `patience` ms. Gives its exit status, or `undefined` if it had to be killed. */
export async function stop(child, patience = 10_000) {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), patience);
  const [code, signal] = await ended;
  clearTimeout(timer);
  return signal === "SIGKILL" ? undefined : code;
}

/** Stops whatever was started and still runs. */
export async function stopAll() {
  await Promise.all([...running].map((child) => stop(child)));
}
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => stopAll().then(() => process.exit(1)));

/** A new folder, removed when this process ends. */
export function temporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), "tillit-judges-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
