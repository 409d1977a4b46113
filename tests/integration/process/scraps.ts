/** Looks for words as somebody would who has the disk and the logs, and no key. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Every form in which a text may lie in bytes: as it is, in two bytes a letter, in hex, in base64 at any offset. */
function formsOf(word: string): Buffer[] {
  const utf8 = Buffer.from(word);
  const utf16 = Buffer.from(word, 'utf16le');
  const base64 = [0, 1, 2].flatMap((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), utf8]).toString('base64url');
    // The ends depend on what lies beside.
    const own = text.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + utf8.length) * 8) / 6));
    return [own, own.replaceAll('-', '+').replaceAll('_', '/')];
  });
  return [
    utf8,
    utf16,
    Buffer.from(utf16).swap16(),
    ...[...base64, utf8.toString('hex')].map((text) => Buffer.from(text)),
  ];
}

/** The words of which some form is in the bytes. */
export function wordsIn(bytes: Uint8Array, words: readonly string[]): string[] {
  const text = Buffer.from(bytes);
  return words.filter((word) => formsOf(word).some((form) => text.includes(form)));
}

/** By word, the files under a directory that hold it. */
export async function filesWith(directory: string, words: readonly string[]): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    for (const word of wordsIn(await readFile(file), words)) found.set(word, [...(found.get(word) ?? []), file]);
  }
  return found;
}
