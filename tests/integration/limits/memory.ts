/** Bytes of this process that are in use after a collection: objects, and buffers beside them. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

export async function bytesInUse(): Promise<number> {
  // What a first collection lets go of, finalizers of it let go of more.
  for (let n = 0; n < 3; n++) {
    collect();
    await new Promise(setImmediate);
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
