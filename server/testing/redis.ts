/** Starts a throw-away Redis on a free port, with its log on disk as in production; gone when stopped. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';

export type RedisProcess = {
  url: string;
  /** Frozen: its sockets stay, and nothing is answered. */
  pause(): void;
  resume(): void;
  /** Ends it and starts it again with what it had. */
  restart(): Promise<void>;
  /** As a crash does; `start` brings it back with what was on disk. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** Ends it and removes its files. */
  stop(): Promise<void>;
};

/** @throws Error with a sentence when Redis is not installed. */
export async function startRedis(options: readonly string[] = []): Promise<RedisProcess> {
  const directory = await mkdtemp(join(tmpdir(), 'parlor-redis-'));
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  const log = ['--appendonly', 'yes', '--appendfsync', 'everysec', '--save', ''];
  const settings = ['--port', String(port), '--bind', '127.0.0.1', '--dir', directory, ...log, ...options];
  let child: ChildProcess | undefined;

  async function start(): Promise<void> {
    // A group of its own: a Ctrl-C on the terminal is not for it.
    child = spawn('redis-server', settings, { stdio: 'ignore', detached: true });
    const missing = once(child, 'error').then(() => {
      throw new Error('Redis is missing: apt-get install redis-server');
    });
    const given = new AbortController();
    await Promise.race([answers(url, given.signal), missing]).finally(() => given.abort());
  }
  async function end(signal: NodeJS.Signals): Promise<void> {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGCONT');
    child.kill(signal);
    await ended;
  }
  await start().catch(async (error) => {
    await rm(directory, { recursive: true, force: true });
    throw error;
  });
  return {
    url,
    start,
    pause: () => void child?.kill('SIGSTOP'),
    resume: () => void child?.kill('SIGCONT'),
    kill: () => end('SIGKILL'),
    async restart() {
      await end('SIGTERM');
      await start();
    },
    async stop() {
      await end('SIGKILL');
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function answers(url: string, over: AbortSignal): Promise<void> {
  const redis = new Redis(url, { maxRetriesPerRequest: null, retryStrategy: () => 20 });
  redis.on('error', () => {}); // not there yet
  over.addEventListener('abort', () => redis.disconnect());
  await redis.ping();
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('No TCP port.');
  return address.port;
}
