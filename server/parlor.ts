/** A process of Parlor: what it is by its configuration, opened, and closed in the reverse order. */
import type { Extra, Opened, ParlorDeps } from '#server/compose/deps.ts';
import { openParlor } from '#server/compose/parlor.ts';
import type { Config } from '#server/config.ts';
import { inspectOrigin } from '#server/start/inspect-origin.ts';
import { createLog } from '#server/telemetry/log.ts';

export type Parlor = Opened & {
  /** Makes everything durable, lets clients dial again, and stops. */
  close(): Promise<void>;
};

/** @throws with a sentence when something that is stored cannot be used, or the port is taken. */
export async function startParlor(config: Config, version: string, extra: Extra = {}): Promise<Parlor> {
  const log = extra.log ?? createLog(config.logLevel);
  inspectOrigin(config, log);
  // What is opened is closed in reverse order: when Parlor stops, and when this start fails half-way.
  await using opened = new AsyncDisposableStack();
  const parlor = await open(config, { version, log, extra }, opened);
  const running = opened.move();
  return { ...parlor, close: () => running.disposeAsync() };
}

async function open(config: Config, deps: Omit<ParlorDeps, 'config'>, stack: AsyncDisposableStack) {
  const { cluster } = config;
  if (cluster?.role !== 'edge') return openParlor({ config, ...deps }, stack);
  const { openEdge } = await import('#server/compose/edge.ts');
  const port = await openEdge({ config, cluster, log: deps.log }, stack);
  return { port, fingerprint: undefined, firstAdministrator: undefined };
}
