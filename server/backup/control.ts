/**
 * What an operator on this machine asks of a server that runs: a socket in the data directory, which only its owner
 * may enter. One request, one answer, both JSON.
 */
import { once } from 'node:events';
import { closeSync, existsSync, openSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, request } from 'node:http';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';

const SOCKET = 'control.sock';
/** Longer paths do not fit into a socket's address. */
const MOST = 100;

/** Answers a sentence; what it throws is told to who asked. */
export type Control = Readonly<Record<string, (order: Record<string, string>) => Promise<string>>>;

/** The orders that are taken from now on. A socket that a killed process left behind is replaced. */
export async function openControl(dataDir: string, orders: Control): Promise<() => Promise<void>> {
  const server = createServer((incoming, response) => {
    const name = incoming.url?.slice(1) ?? '';
    const answer = async () => {
      const order = orders[name];
      if (!order) throw new Error(`This server knows no order "${name}".`);
      return order(JSON.parse((await text(incoming)) || '{}'));
    };
    const say = (status: number) => (sentence: string) => {
      response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(sentence);
    };
    answer().then(say(200), ({ message }: Error) => say(400)(message));
  });
  const { path, release } = reach(dataDir);
  rmSync(path, { force: true });
  await new Promise<void>((done, fail) => {
    server.once('error', fail).listen(path, done);
  });
  return async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
    release();
  };
}

/** Asks the server that runs on this data; undefined when none does. @throws with the sentence of a refusal. */
export async function ask(dataDir: string, order: string, words: Record<string, string>): Promise<string | undefined> {
  if (!existsSync(join(dataDir, SOCKET))) return undefined;
  const { path, release } = reach(dataDir);
  try {
    const asking = request({ socketPath: path, path: `/${order}`, method: 'POST' }).end(JSON.stringify(words));
    const [response] = (await once(asking, 'response')) as [IncomingMessage];
    const sentence = await text(response);
    if (response.statusCode !== 200) throw new Error(sentence);
    return sentence;
  } catch (error) {
    // Nobody listens: a process that was killed left it behind.
    if ((error as NodeJS.ErrnoException).code === 'ECONNREFUSED') return undefined;
    throw error;
  } finally {
    release();
  }
}

/** The socket's path; a long one by way of the directory's descriptor. */
function reach(dataDir: string): { path: string; release(): void } {
  const path = join(resolve(dataDir), SOCKET);
  if (Buffer.byteLength(path) <= MOST || !existsSync('/proc/self/fd')) return { path, release() {} };
  const directory = openSync(resolve(dataDir), 'r');
  return { path: `/proc/self/fd/${directory}/${SOCKET}`, release: () => closeSync(directory) };
}
