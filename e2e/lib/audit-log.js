// A log of the installation, made here with a key of its own, as somebody writes one who has a key or has none.
import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";

const field = (bytes) => {
  const length = Buffer.alloc(4);
  if (bytes === null) return length.fill(255);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
};
const big = (number) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(BigInt(number));
  return bytes;
};
const sha = (...parts) => createHash("sha256").update(Buffer.concat(parts)).digest();
const hex = (text) => Buffer.from(text.split("_").pop(), "hex");
const id = (prefix) => `${prefix}_${randomBytes(16).toString("hex")}`;

/** `at`: microseconds since 1970. */
export class Log {
  constructor() {
    const { publicKey, privateKey } = generateKeyPairSync("ed25519");
    this.privateKey = privateKey;
    this.key = publicKey.export({ type: "spki", format: "der" }).subarray(-32).toString("hex");
    this.rows = [];
    this.checkpoints = [];
  }

  row(at, action, target = null, detail = null) {
    const last = this.rows.at(-1);
    let part = null;
    if (detail) {
      const salt = randomBytes(32), text = JSON.stringify(detail);
      const digest = sha(Buffer.from("tillit audit part 1"), field(Buffer.from("detail")), field(salt), field(Buffer.from(text)));
      part = { digest: digest.toString("hex"), is: "open", salt: salt.toString("hex"), text };
    }
    const row = { number: (last?.number ?? 0) + 1, time: "", at, log: "installation", id: id("aud"), actor: "operator", by: null, action, area: "settings", target, reason: null, request: id("req"), client: null, detail: part };
    const kind = target && target.split("_")[0];
    row.hash = sha(
      Buffer.from("tillit audit 1"), last ? Buffer.from(last.hash, "hex") : Buffer.alloc(32),
      field(Buffer.alloc(16)), field(big(row.number)), field(big(at)), field(hex(row.id)), field(Buffer.from(row.actor)), field(null),
      field(Buffer.from(action)), field(Buffer.from(row.area)), field(kind && Buffer.from(kind)), field(target && hex(target)), field(null), field(hex(row.request)),
      field(null), field(part && Buffer.from(part.digest, "hex")),
    ).toString("hex");
    this.rows.push(row);
    return row;
  }

  /** Signs the newest row. */
  checkpoint(at) {
    const { number, hash } = this.rows.at(-1), chk = id("chk");
    const message = Buffer.concat([Buffer.from("tillit audit checkpoint 1"), field(Buffer.alloc(16)), field(big(number)), field(big(at)), field(Buffer.from(hash, "hex")), field(hex(chk))]);
    const line = `tillit-checkpoint-1 ${chk} installation ${number} ${at} ${hash} ${this.key} ${sign(null, message, this.privateKey).toString("hex")}`;
    this.checkpoints.push({ chk, number, line });
    return { chk, number, line };
  }

  /** The file, without the rows before a number. */
  file(from = 1) {
    const last = this.rows.at(-1);
    const head = { tillit: "audit log 1", log: "installation", number: last.number, hash: last.hash, made_at: last.at, key: this.key };
    const kept = this.checkpoints.filter(({ number }) => number >= from - 1).map(({ line }) => ({ checkpoint: line }));
    const rows = this.rows.filter(({ number }) => number >= from).map((row) => ({ row }));
    return [head, ...kept, ...rows].map((line) => JSON.stringify(line)).join("\n") + "\n";
  }
}

const DAY = 86_400 * 1e6;

/** Four rows, signed; then rows of later. With `years`, the first four went when they were that old, as the program does it; else
 * somebody deleted them `days` later and wrote a row that claims it was right. */
export function shortened({ years, days }) {
  const log = new Log(), now = Date.now() * 1000;
  const began = now - (years ? years * 366 + 2 : days) * DAY;
  for (let n = 0; n < 4; n += 1) log.row(began, "test.done");
  const kept = log.checkpoint(began);
  log.row(now - DAY, "test.done");
  if (years) {
    log.row(now - 1e6, "audit.shortened", kept.chk, { from: 1, to: 4, years });
    log.checkpoint(now - 1e6);
  } else {
    log.checkpoint(now - DAY);
    log.row(now - 1e6, "audit.shortened", kept.chk);
  }
  return { file: log.file(5), kept: kept.line };
}
