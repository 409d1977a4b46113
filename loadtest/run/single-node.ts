import { probeNames } from './probe-names.ts';
import { ParlorProcess } from './process.ts';
import type { Parlors } from './target.ts';

/** One process, which is started again when it was killed. */
export async function startSingleNode(shared: Record<string, string>, port: number, probes: number): Promise<Parlors> {
  const env = { ...shared, PORT: String(port), LOAD_PROBES: probeNames(probes) };
  let parlor = new ParlorProcess(env);
  const stop = () => parlor.end('SIGTERM');
  try {
    await parlor.ready;
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    async kill() {
      await parlor.end('SIGKILL');
      parlor = new ParlorProcess(env);
      await parlor.ready;
    },
    output: () => parlor.output,
    stop,
  };
}
