/**
 * The thread that owns PGlite. It is handed one message port per connection and answers the PostgreSQL wire
 * protocol on it: bytes in, bytes out. PGlite computes synchronously; here that stalls nobody else.
 */
import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';

const { directory } = workerData as { directory: string | undefined };
/** Its name in the directory of an engine. */
const CLUSTER = 'cluster';
const TERMINATE = 'X'.charCodeAt(0);
const ERROR = 'E'.charCodeAt(0);

const pglite = await open();
let current: MessagePort | undefined;

// What rejects in here ends the thread, of which its owner is told.
const fail = (error: unknown) => {
  setImmediate(() => {
    throw error;
  });
};

parentPort?.on('message', (message: MessagePort | 'close' | { copy: string }) => {
  if (typeof message === 'object' && 'copy' in message) {
    parentPort?.postMessage(copyTo(message.copy));
    return;
  }
  (message === 'close' ? close() : serve(message)).catch(fail);
});

async function close(): Promise<void> {
  await pglite.close();
  parentPort?.close();
}

async function serve(message: MessagePort): Promise<void> {
  // There is one backend, so there can be one connection: a new one starts with a clean session.
  current?.close();
  current = message;
  const answer = (reply: Uint8Array<ArrayBuffer>) => {
    // It answers nothing after that; opened anew it has all that was acknowledged.
    if (isPanic(reply)) fail(new Error('it panicked'));
    message.postMessage(reply, [reply.buffer]);
  };
  for (const reset of [sync(), simpleQuery('ROLLBACK'), simpleQuery('DISCARD ALL')]) await execute(reset);
  message.on('message', (bytes: Uint8Array) => {
    if (bytes[0] === TERMINATE) message.close();
    else execute(bytes).then(answer, fail);
  });
}

parentPort?.postMessage('ready');

/** A cluster is made under another name and renamed when whole: a kill in between leaves no half cluster. */
async function open(): Promise<PGlite> {
  if (directory === undefined) return PGlite.create();
  if (!existsSync(directory)) {
    const unfinished = `${directory}.new`;
    rmSync(unfinished, { recursive: true, force: true });
    const made = await PGlite.create({ dataDir: unfinished });
    await made.close();
    renameSync(unfinished, directory);
  }
  // PGlite would begin anew in an emptied one.
  if (!existsSync(join(directory, 'PG_VERSION'))) throw new Error('its files are gone');
  return PGlite.create({ dataDir: directory });
}

/** Nothing else runs here meanwhile; what was written since the last checkpoint is in the write-ahead log, which is copied too. */
function copyTo(to: string): { problem?: string } {
  try {
    if (directory === undefined) throw new Error('it lives in memory');
    mkdirSync(to, { mode: 0o700 });
    cpSync(directory, join(to, CLUSTER), { recursive: true, errorOnExist: true, force: false });
    rmSync(join(to, CLUSTER, 'postmaster.pid'), { force: true });
    return {};
  } catch (error) {
    return { problem: (error as Error).message };
  }
}

async function execute(message: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  // The stream variant, because the other one keeps every result it ever parsed.
  await pglite.execProtocolRawStream(message, {
    syncToFs: false,
    onRawData: (bytes) => chunks.push(bytes.slice()),
  });
  const reply = new Uint8Array(chunks.reduce((total, chunk) => total + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    reply.set(chunk, at);
    at += chunk.length;
  }
  return reply;
}

/** Whether an error among these messages ended the backend, as when it cannot write its own log. */
function isPanic(reply: Uint8Array<ArrayBuffer>): boolean {
  const bytes = Buffer.from(reply.buffer, reply.byteOffset, reply.byteLength);
  for (let at = 0; at + 5 <= bytes.length; at += 1 + bytes.readUInt32BE(at + 1)) {
    if (bytes[at] !== ERROR) continue;
    const fields = bytes.toString('latin1', at + 5, at + 1 + bytes.readUInt32BE(at + 1)).split('\0');
    if (fields.includes('VPANIC')) return true;
  }
  return false;
}

function sync(): Uint8Array {
  return Uint8Array.of('S'.charCodeAt(0), 0, 0, 0, 4);
}

function simpleQuery(text: string): Uint8Array {
  const message = Buffer.from(`Q\0\0\0\0${text}\0`);
  message.writeUInt32BE(message.length - 1, 1);
  return message;
}
