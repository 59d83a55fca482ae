// A database of its own on the PostgreSQL server of the tests, and its clock.

import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

export class Postgres {
  #server;
  #name = `judge_${process.pid}`;

  /** Makes the database on the server at `address` (TILLIT_TEST_POSTGRES). */
  static async create(address) {
    if (!address) throw new Error("TILLIT_TEST_POSTGRES does not say where PostgreSQL is");
    const made = new Postgres(address);
    await made.#psql(address, `CREATE DATABASE ${made.#name}`);
    return made;
  }

  constructor(address) {
    this.#server = address;
    const url = new URL(address);
    url.pathname = `/${this.#name}`;
    this.url = url.href;
  }

  #psql(address, ...statements) {
    return run("psql", ["-X", "-q", "-v", "ON_ERROR_STOP=1", address, ...statements.flatMap((statement) => ["-c", statement])]);
  }

  /** Makes the last look of every session at its provider an hour older. */
  async anHourLater() {
    const hour = 3_600_000_000;
    // In one transaction: row-level security wants to know the scope.
    await this.#psql(this.url, `BEGIN; SELECT set_config('app.scope', 'installation', true);
      UPDATE session SET rechecked_at = rechecked_at - ${hour}, recheck_at = recheck_at - ${hour} WHERE recheck_at IS NOT NULL; COMMIT`);
  }

  drop() {
    return this.#psql(this.#server, `DROP DATABASE IF EXISTS ${this.#name} WITH (FORCE)`);
  }
}
