/**
 * A strict reader of HTTP/1.1 messages after RFC 9112, written for these tests alone and sharing no code with
 * Node's parser or the edge. Bytes are latin1 text. What it cannot read in exactly one way, it calls malformed.
 */

export type Message = {
  /** Three words of the first line: method, target, version; or version, status, reason. */
  first: [string, string, string];
  /** Names in lower case, in order. */
  headers: [string, string][];
  body: string;
};
/** `open`: the bytes end inside of a message. `closed`: a message said that it is the last one. */
export type Reading = { messages: Message[]; end: 'done' | 'open' | 'closed' | 'malformed' };

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const REQUEST = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+) ([\x21-\x7e]+) HTTP\/(1\.[01])$/;
const RESPONSE = /^HTTP\/(1\.[01]) ([1-5]\d\d) ?([\t\x20-\x7e\x80-\xff]*)$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

class Malformed extends Error {}
class Open extends Error {}

export function readRequests(bytes: string): Reading {
  return read(bytes, (source) => {
    const [, method = '', target = '', version = ''] = REQUEST.exec(source.line()) ?? bad();
    const headers = source.headers();
    if (version === '1.1' && valuesOf(headers, 'host').length !== 1) bad();
    const options = optionsOf(headers);
    const closes = options.includes('close') || (version === '1.0' && !options.includes('keep-alive'));
    const body = source.body(framing(headers, version) ?? 0);
    return { message: { first: [method, target, version], headers, body }, closes };
  });
}

/** `methods`: what was asked, in order, as an answer to HEAD has no body. */
export function readResponses(bytes: string, methods: readonly string[]): Reading {
  let n = 0;
  return read(bytes, (source) => {
    const [, version = '', status = '', reason = ''] = RESPONSE.exec(source.line()) ?? bad();
    const headers = source.headers();
    const interim = status.startsWith('1');
    const empty = interim || status === '204' || status === '304' || methods[n] === 'HEAD';
    if (!interim) n++;
    const size = empty ? 0 : framing(headers, version);
    const body = size === undefined ? source.rest() : source.body(size);
    return { message: { first: [version, status, reason], headers, body }, closes: size === undefined };
  });
}

export function valuesOf(headers: Message['headers'], name: string): string[] {
  return headers.filter(([one]) => one === name).map(([, value]) => value);
}

function optionsOf(headers: Message['headers']): string[] {
  return valuesOf(headers, 'connection').flatMap((value) =>
    value
      .toLowerCase()
      .split(',')
      .map((one) => one.trim()),
  );
}

/** Bytes of the body; undefined where no header says. */
function framing(headers: Message['headers'], version: string): number | 'chunked' | undefined {
  const [lengths, codings] = [valuesOf(headers, 'content-length'), valuesOf(headers, 'transfer-encoding')];
  if (lengths.length + codings.length > 1) bad();
  if (codings.length === 1) return version === '1.1' && codings[0]?.toLowerCase() === 'chunked' ? 'chunked' : bad();
  if (lengths.length === 0) return undefined;
  return /^\d{1,15}$/.test(lengths[0] ?? '') ? Number(lengths[0]) : bad();
}

function bad(): never {
  throw new Malformed();
}

function read(bytes: string, next: (source: Source) => { message: Message; closes: boolean }): Reading {
  const messages: Message[] = [];
  const source = new Source(bytes);
  try {
    while (!source.atEnd()) {
      const { message, closes } = next(source);
      messages.push(message);
      if (closes) return { messages, end: 'closed' };
    }
    return { messages, end: 'done' };
  } catch (error) {
    if (error instanceof Malformed) return { messages, end: 'malformed' };
    if (error instanceof Open) return { messages, end: 'open' };
    throw error;
  }
}

class Source {
  readonly #bytes: string;
  #at = 0;

  constructor(bytes: string) {
    this.#bytes = bytes;
  }

  /** Empty lines before a message are allowed, bare line feeds too (RFC 9112, 2.2). */
  atEnd(): boolean {
    while (/[\r\n]/.test(this.#bytes[this.#at] ?? '')) this.#at++;
    return this.#at === this.#bytes.length;
  }

  line(): string {
    const end = this.#bytes.indexOf('\r\n', this.#at);
    const line = this.#bytes.slice(this.#at, end < 0 ? undefined : end);
    if (/[\r\n\0]/.test(end < 0 ? line.slice(0, -1) : line)) bad();
    if (end < 0) throw new Open();
    this.#at = end + 2;
    return line;
  }

  headers(): [string, string][] {
    const headers: [string, string][] = [];
    for (let line = this.line(); line !== ''; line = this.line()) {
      const colon = line.indexOf(':');
      const [name, value] = [line.slice(0, Math.max(0, colon)), line.slice(colon + 1)];
      if (!TOKEN.test(name) || !VALUE.test(value)) bad();
      headers.push([name.toLowerCase(), value.replace(/^[\t ]+|[\t ]+$/g, '')]);
    }
    return headers;
  }

  body(size: number | 'chunked'): string {
    if (size !== 'chunked') return this.#take(size);
    let body = '';
    for (;;) {
      const [, hex = ''] = /^([0-9A-Fa-f]{1,8})(?:;[\t\x20-\x7e]*)?$/.exec(this.line()) ?? bad();
      const length = Number.parseInt(hex, 16);
      if (length === 0) break;
      body += this.#take(length);
      if (this.#take(2) !== '\r\n') bad();
    }
    this.headers();
    return body;
  }

  rest(): string {
    return this.#take(this.#bytes.length - this.#at);
  }

  #take(size: number): string {
    if (this.#at + size > this.#bytes.length) throw new Open();
    this.#at += size;
    return this.#bytes.slice(this.#at - size, this.#at);
  }
}
