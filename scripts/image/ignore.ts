/** What of a directory an image build may see, by its .dockerignore. Source: docs.docker.com/build/concepts/context. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Whether a path (relative, `/` between names) is left out. The last pattern that fits it, or a folder above, decides. */
export function ignoring(text: string): (path: string) => boolean {
  const patterns = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ out: !line.startsWith('!'), fits: asExpression(line.replace(/^!/, '')) }));
  return (path) => {
    const names = path.split('/');
    const above = names.map((_, i) => names.slice(0, i + 1).join('/'));
    return patterns.findLast(({ fits }) => above.some((one) => fits.test(one)))?.out ?? false;
  };
}

/** `*` and `?` stay within a name, and take names that begin with a dot; `**` is any number of folders. */
function asExpression(glob: string): RegExp {
  const translated = glob.replace(/[.+^${}()|[\]\\]|\*\*\/|\*\*|\*|\?/g, (part) => {
    if (part === '**/') return '(?:.*/)?';
    if (part === '**') return '.*';
    if (part === '*') return '[^/]*';
    return part === '?' ? '[^/]' : `\\${part}`;
  });
  return new RegExp(`^${translated}$`);
}

/** Every file that a build sees, sorted. */
export function contextOf(root: string): string[] {
  const ignored = ignoring(readFileSync(join(root, '.dockerignore'), 'utf8'));
  // Folders that no pattern can bring back: reading them would only take time.
  const never = new Set(['.git', 'node_modules', '.cache', 'dist', 'data']);
  const visit = (folder: string): string[] =>
    readdirSync(join(root, folder), { withFileTypes: true }).flatMap((one) => {
      const path = folder === '' ? one.name : `${folder}/${one.name}`;
      if (one.isDirectory()) return folder === '' && never.has(one.name) ? [] : visit(path);
      return ignored(path) ? [] : [path];
    });
  return visit('').sort();
}
