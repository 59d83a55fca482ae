// Starts and stops `tillit demo` for a test: a fresh folder, ports of its own.
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

/** A port p such that p and p + 1 are free: the practice tenant takes the second. */
export async function freePorts() {
  const listen = (port) =>
    new Promise((resolve, reject) => {
      const server = createServer();
      server.once("error", reject);
      server.listen(port, "127.0.0.1", () => resolve(server));
    });
  for (;;) {
    const first = await listen(0);
    const { port } = first.address();
    const second = await listen(port + 1).catch(() => null);
    await new Promise((done) => first.close(done));
    if (second) {
      await new Promise((done) => second.close(done));
      return port;
    }
  }
}

export class Demo {
  /** Starts the demo and waits until the portal says that it is ready. */
  static async start({ environment = {} } = {}) {
    const demo = new Demo();
    demo.folder = await mkdtemp(path.join(tmpdir(), "tillit-e2e-"));
    const port = await freePorts();
    demo.process = spawn(process.env.TILLIT_BIN, ["demo", "--port", String(port), "--data", demo.folder], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...environment },
    });
    demo.output = "";
    for (const stream of [demo.process.stdout, demo.process.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => (demo.output += text));
    }
    demo.ended = new Promise((resolve) => demo.process.once("exit", (code, signal) => resolve(code ?? signal)));
    await demo.#untilReady(`http://localhost:${port}/readyz`);
    Object.assign(demo, JSON.parse(await readFile(path.join(demo.folder, "demo.json"), "utf8")));
    demo.portal = demo.portal.replace(/\/$/, "");
    demo.practice = demo.practice.replace(/\/$/, "");
    return demo;
  }

  /** Asks again as soon as the program has printed something, or an answer was "not yet". */
  async #untilReady(url) {
    let over = null;
    this.ended.then((how) => (over = how));
    const deadline = Date.now() + 60_000;
    for (;;) {
      const answer = await fetch(url).catch(() => null);
      if (answer?.ok) return;
      if (over !== null) throw new Error(`the demo ended (${over}):\n${this.output}`);
      if (Date.now() > deadline) throw new Error(`the demo is not ready after a minute:\n${this.output}`);
      await new Promise((again) => setTimeout(again, 100));
    }
  }

  /**
   * What a command of whoever hosts this installation prints and ends with, run with the configuration that the demo wrote.
   * The last argument may be `{ input, configuration }`: what it reads, and another file than the demo's.
   */
  async command(...given) {
    const { input = "", configuration = this.configuration } = typeof given.at(-1) === "object" ? given.pop() : {};
    const child = spawn(process.env.TILLIT_BIN, [...given, "--config", configuration], { stdio: ["pipe", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (output += text));
    child.stdin.end(input);
    // All of its output is there when the streams are closed, too.
    const status = await new Promise((resolve) => child.once("close", resolve));
    return { status, output };
  }

  /** The same for a command that must succeed: what it prints. */
  async done(...given) {
    const { status, output } = await this.command(...given);
    if (status !== 0) throw new Error(`tillit ${given[0]} ${given[1]} ended with ${status}:\n${output}`);
    return output;
  }

  async stop() {
    this.process.kill("SIGTERM");
    const how = await this.ended;
    await rm(this.folder, { recursive: true, force: true });
    return how;
  }
}
