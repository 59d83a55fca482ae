// An installation of Tillit of its own: configuration and data in a temporary folder, commands, the server.

import { spawn } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { homedir } from "node:os";
import { join } from "node:path";
import { start, stop, temporaryFolder } from "./start.mjs";

const PATIENCE = 60_000;

/** The program that is judged; it must be there. */
export function program() {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache");
  const found = process.env.TILLIT_BIN ?? join(process.env.CARGO_TARGET_DIR ?? join(cache, "tillit", "target"), "debug", "tillit");
  if (!existsSync(found)) throw new Error(`there is no ${found}: build it with "cargo build --package tillit", or say where it is with TILLIT_BIN`);
  return found;
}

/** A port of 127.0.0.1 that nobody listens on. */
export async function freePort() {
  const server = createServer();
  await new Promise((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export class Installation {
  /** What the program wrote to its log. */
  log = "";
  #folder = temporaryFolder();
  #server;

  constructor(port) {
    this.port = port;
    this.url = `http://localhost:${port}`;
    this.program = program();
    // Nothing of whoever runs the judges configures this one.
    this.environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("TILLIT_")));
  }

  /** Writes a file into the folder and gives its path. */
  file(name, text) {
    const path = join(this.#folder, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  }

  /** Runs a command to its end: `{ status, out, err }`. */
  command(...args) {
    const child = spawn(this.program, args, { env: this.environment, cwd: this.#folder, stdio: ["ignore", "pipe", "pipe"], timeout: PATIENCE });
    const said = { out: "", err: "" };
    child.stdout.on("data", (text) => { said.out += text; });
    child.stderr.on("data", (text) => { said.err += text; });
    return new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (status) => resolve({ status, ...said }));
    });
  }

  /** Starts the server; done when it answers. */
  async serve(config) {
    const log = (text) => { this.log += text; };
    const { child } = await start(this.program, ["serve", "--config", config], { ready: /^Tillit serves /, env: this.environment, cwd: this.#folder, log });
    this.#server = child;
  }

  /** Ends the server with SIGTERM: exit status, and how long it took in milliseconds. */
  async stop() {
    const before = performance.now();
    const status = await stop(this.#server);
    return { status, took: performance.now() - before };
  }
}
