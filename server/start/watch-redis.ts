/** Asks a Redis what it is at the start, and again whenever it was dialled anew: after a failover another server answers. */
import { inBackground } from '#rooms/host/in-background.ts';
import type { Role } from '#server/cluster/ports.ts';
import { connectRedis } from '#server/cluster/redis.ts';
import { StartError, starting } from '#server/start/failures.ts';
import { type Finding, inspectRedis } from '#server/start/inspect-redis.ts';
import type { Logger } from '#server/telemetry/log.ts';

/** A replica may be promoted where it is, which no connection notices. */
const AGAIN_MS = 1_000;

export type RedisWatch = {
  /** As last asked: what is wrong there. */
  findings(): readonly Finding[];
  close(): void;
};

/** @throws StartError when rooms cannot live there at the start, or nothing answers. */
export function watchRedis(url: string, role: Role, log: Logger): Promise<RedisWatch> {
  return starting('redis', new URL(url).host, async () => {
    // Of its own: a part of what is asked is a transaction, into which commands of others would fall.
    const redis = await connectRedis(url, 'inspect', log);
    let findings: readonly Finding[] = [];
    let again: NodeJS.Timeout | undefined;
    let turn = 0;

    function found(now: readonly Finding[]): void {
      const known = new Set(findings.map(({ failure }) => failure));
      for (const { failure, fatal, sentence } of now)
        if (!known.has(failure)) log.error({ failure, fatal, problem: sentence }, 'Redis configuration is unsafe');
      if (known.size > 0 && now.length === 0) log.info({}, 'Redis configuration is safe');
      findings = now;
    }

    async function look(): Promise<void> {
      clearTimeout(again);
      turn++;
      const mine = turn;
      const now = await inspectRedis(redis, role).catch(() => undefined); // away: it is dialled anew
      if (mine !== turn) return;
      if (now) found(now);
      if (findings.some(({ fatal }) => fatal)) again = setTimeout(lookSoon, AGAIN_MS).unref();
    }

    const lookSoon = () => inBackground(log, 'inspect', look());

    try {
      const first = await inspectRedis(redis, role);
      const fatal = first.find((one) => one.fatal);
      if (fatal) throw new StartError(fatal.failure, fatal.sentence);
      found(first);
    } catch (error) {
      redis.disconnect();
      throw error;
    }
    redis.on('ready', lookSoon);
    return {
      findings: () => findings,
      close() {
        turn++;
        clearTimeout(again);
        redis.disconnect();
      },
    };
  });
}
