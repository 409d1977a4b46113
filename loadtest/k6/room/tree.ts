/** A state as it arrives: reflected from the handshake, full, then patched. Pure but for what the library prints. */
import type { Decoder } from '@colyseus/schema';
import { Reflection } from './vendor.ts';

/** Bytes of a handshake and of a state that belong together cannot be decoded twice into one tree. */
export class Tree<S> {
  /** Structures that the decoder had to skip; it does not throw, it logs and goes on with a wrong state. */
  damaged = 0;
  private decoder: Decoder | undefined;
  private fresh = true;

  get state(): S {
    return this.decoder?.state as S;
  }

  begin(reflection: Uint8Array): void {
    const decoder = Reflection.decode(reflection);
    const skip = decoder.skipCurrentStructure.bind(decoder);
    decoder.skipCurrentStructure = (...args) => {
      this.damaged++;
      skip(...args);
    };
    this.decoder = decoder;
    this.fresh = true;
  }

  /** Everything; over a known state, what it does not mention is gone. */
  full(bytes: Uint8Array): void {
    if (this.fresh) this.decoder?.decode(bytes);
    else this.decoder?.decodeResync(bytes);
    this.fresh = false;
  }

  patch(bytes: Uint8Array): void {
    this.decoder?.decode(bytes);
  }
}
