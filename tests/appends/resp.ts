/** Redis's protocol (RESP2), as far as whoever stands between the two ends has to know it. */

/** Cuts a stream into whole messages. */
export class Messages {
  #left: Buffer = Buffer.alloc(0);

  push(bytes: Buffer): Buffer[] {
    const all = this.#left.length > 0 ? Buffer.concat([this.#left, bytes]) : bytes;
    const whole: Buffer[] = [];
    let at = 0;
    for (let end = endOf(all, at); end > 0; end = endOf(all, at)) {
      whole.push(all.subarray(at, end));
      at = end;
    }
    this.#left = all.subarray(at);
    return whole;
  }
}

/** Strings of a message that is an array of them; of what else is in it, nothing. */
export function stringsOf(message: Buffer): Buffer[] {
  const strings: Buffer[] = [];
  let at = lineAfter(message, 0);
  while (at > 0 && at < message.length) {
    const end = endOf(message, at);
    if (end < 0) break;
    if (message[at] === BULK) {
      const from = lineAfter(message, at);
      strings.push(message.subarray(from, Math.max(from, end - 2)));
    }
    at = end;
  }
  return strings;
}

export function asRequest(strings: readonly (Buffer | string)[]): Buffer {
  const parts = strings.flatMap((one) => {
    const bytes = Buffer.from(one as string);
    return [Buffer.from(`$${bytes.length}\r\n`), bytes, Buffer.from('\r\n')];
  });
  return Buffer.concat([Buffer.from(`*${strings.length}\r\n`), ...parts]);
}

const [BULK, ARRAY] = [36, 42] as const;

/** Where the message that begins there ends, -1 while it has not. */
function endOf(bytes: Buffer, from: number): number {
  const kind = bytes[from];
  let at = lineAfter(bytes, from);
  if (at < 0 || (kind !== BULK && kind !== ARRAY)) return at;
  const size = Number(bytes.toString('latin1', from + 1, at - 2));
  if (size < 0) return at;
  if (kind === BULK) return at + size + 2 <= bytes.length ? at + size + 2 : -1;
  for (let i = 0; i < size && at > 0; i++) at = endOf(bytes, at);
  return at;
}

function lineAfter(bytes: Buffer, from: number): number {
  const end = bytes.indexOf('\r\n', from);
  return end < 0 ? -1 : end + 2;
}
