/**
 * Starts Parlor as the environment says, again and again, and has it fail after the first thing that it opened, after
 * the second, and so on until a start succeeds, which is then stopped. Writes what each of them left open, as JSON.
 */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { openEdge } from '#server/compose/edge.ts';
import { openParlor } from '#server/compose/parlor.ts';
import { readConfig } from '#server/config.ts';
import { createLog } from '#server/telemetry/log.ts';
import { hold } from './held.ts';

const MOST = 100;

class Planted extends Error {}

/** Throws once the `n`th thing was put on it. */
class FailingStack extends AsyncDisposableStack {
  #left: number;

  constructor(n: number) {
    super();
    this.#left = n;
  }

  override defer(close: () => void | PromiseLike<void>): void {
    super.defer(close);
    this.#opened(close);
  }

  override adopt<T>(thing: T, close: (thing: T) => void | PromiseLike<void>): T {
    super.adopt(thing, close);
    return this.#opened(close, thing);
  }

  override use<T extends Disposable | AsyncDisposable | null | undefined>(thing: T): T {
    super.use(thing);
    return this.#opened(() => {}, thing);
  }

  #opened<T>(close: (...given: never[]) => unknown, thing?: T): T {
    if (--this.#left === 0) throw new Planted(close.toString());
    return thing as T;
  }
}

const config = readConfig();
const log = createLog('silent');

async function start(stack: AsyncDisposableStack): Promise<void> {
  const { cluster } = config;
  if (cluster?.role === 'edge') await openEdge({ config, cluster, log }, stack);
  else await openParlor({ config, version: 'test', log }, stack);
}

/** Undefined when it succeeded; what was opened last otherwise. */
async function attempt(n: number): Promise<string | undefined> {
  const stack = new FailingStack(n);
  try {
    await start(stack);
    return undefined;
  } catch (error) {
    if (!(error instanceof Planted)) throw error;
    return error.message;
  } finally {
    await stack.disposeAsync();
  }
}

/** Libraries keep something for the life of a process that they make at the first start. */
await attempt(MOST);
const report: { step: string; left: string[] }[] = [];
for (let n = 1; n < MOST; n++) {
  const held = hold();
  const failed = await attempt(n);
  report.push({ step: failed ?? 'stopped', left: await held.left() });
  const again = createServer().listen(config.port, config.host);
  await once(again, 'listening');
  again.close();
  if (failed === undefined) break;
}
process.stdout.write(JSON.stringify(report));
process.exit(0);
