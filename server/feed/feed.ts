/**
 * Objects by name, and the order in which they changed: each change raises the version by one. A reader that has
 * version v asks for what changed since; one that is further behind than the ring reaches reads everything.
 */

/** Changes that are remembered, unless said otherwise. */
const REMEMBERED = 4_096;

export class Feed<T> {
  readonly #objects = new Map<string, { object: T; text: string }>();
  /** The name that version v changed lies at v modulo the size. */
  readonly #ring: string[] = [];
  readonly #size: number;
  #version = 0;

  constructor(size = REMEMBERED) {
    this.#size = size;
  }

  get version(): number {
    return this.#version;
  }

  get(name: string): T | undefined {
    return this.#objects.get(name)?.object;
  }

  *values(): IterableIterator<T> {
    for (const { object } of this.#objects.values()) yield object;
  }

  /** Undefined removes it. False when nothing changed: then there is no new version. `object` is JSON. */
  put(name: string, object: T | undefined): boolean {
    const text = object === undefined ? undefined : JSON.stringify(object);
    if (this.#objects.get(name)?.text === text) return false;
    if (object === undefined || text === undefined) this.#objects.delete(name);
    else this.#objects.set(name, { object, text });
    this.#ring[++this.#version % this.#size] = name;
    return true;
  }

  /** Names of what changed after that version, each once; undefined when that is not known any more, or never was. */
  since(version: number): Set<string> | undefined {
    if (version > this.#version || version < this.#version - this.#size) return undefined;
    const names = new Set<string>();
    for (let v = version + 1; v <= this.#version; v++) names.add(this.#ring[v % this.#size] as string);
    return names;
  }
}
